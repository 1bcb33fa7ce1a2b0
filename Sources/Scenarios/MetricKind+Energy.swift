// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension MetricKind {
    private static func energy(
        _ name: String, _ summary: String, _ path: @escaping @Sendable (EnergyRecord) -> Double?
    ) -> MetricKind {
        MetricKind(name, .joules, summary) { record, _ in
            guard let energy = record.energy else {
                return .missing("the file of board '\(record.board)' gives no currents")
            }
            return path(energy).map { .value($0) } ?? .missing("the run has no training steps")
        }
    }

    static let energy: [MetricKind] = [
        energy("energy.step.mean", "of a training step, mean, without sleep") {
            $0.stepMeanJoules
        },
        energy("energy.total", "of the whole run, sleep included") { $0.totalJoules },
    ]
}
