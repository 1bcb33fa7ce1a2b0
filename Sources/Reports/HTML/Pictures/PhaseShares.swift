// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The parts that a mean step's cycles divide into.
struct PhaseShares {
    static let outside = "outside phases"

    /// In the order in which they first began, what is outside last.
    let parts: [(name: String, cycles: Double)]

    init(_ statistics: StepStatistics) {
        let phases = statistics.phases.map { (name: $0.name, cycles: $0.meanCycles) }
        let rest = statistics.cycles.mean - phases.reduce(0) { $0 + $1.cycles }
        parts = phases + (rest >= 0.5 ? [(Self.outside, rest)] : [])
    }

    /// Names of the parts of several runs, what is outside phases last.
    static func names(_ shares: [PhaseShares]) -> [String] {
        var names: [String] = []
        for name in shares.flatMap(\.parts).map(\.name) where !names.contains(name) {
            names.append(name)
        }
        return names.filter { $0 != outside } + names.filter { $0 == outside }
    }
}
