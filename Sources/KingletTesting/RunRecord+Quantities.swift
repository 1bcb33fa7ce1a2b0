// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import Suggestions

/// A test asked for a figure that the run does not have.
public struct FigureUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was asked for, why it is not there, and what is.
    public let description: String
}

/// Cycles of something that happened several times.
public struct CycleStatistics: Sendable, Equatable {
    /// The shortest.
    public let least: Cycles
    /// The mean, rounded to whole cycles.
    public let mean: Cycles
    /// The longest.
    public let most: Cycles
    /// All together.
    public let total: Cycles

    /// nil of nothing.
    init?(_ counts: [UInt64], parts: String? = nil) {
        guard let least = counts.min(), let most = counts.max() else { return nil }
        let sum = counts.reduce(0, +)
        self.least = Cycles(measured: least, parts: parts)
        self.most = Cycles(measured: most, parts: parts)
        mean = Cycles(
            measured: UInt64((Double(sum) / Double(counts.count)).rounded()), parts: parts)
        total = Cycles(measured: sum, parts: parts)
    }
}

extension RunRecord {
    /// The whole run, without sleep.
    public var cycles: Cycles { Cycles(measured: total.cycles) }

    /// What the whole run takes at the board's clock, without sleep.
    public var time: Duration {
        .seconds(clockHz == 0 ? 0 : Double(total.cycles) / Double(clockHz))
    }

    /// Cycles of a training step; throws when the run has none.
    public var stepCycles: CycleStatistics {
        get throws(FigureUnavailable) {
            guard let statistics = CycleStatistics(steps.map(\.cycles), parts: phaseMeans) else {
                throw FigureUnavailable(
                    description: "the run of '\(name)' has no training steps; the firmware marks "
                        + "them, or Firmware(…, stepSymbol:) names a function")
            }
            return statistics
        }
    }

    /// Cycles of a phase in each step that has it; throws when none has.
    public func cycles(inPhase phase: String) throws(FigureUnavailable) -> CycleStatistics {
        let counts = steps.compactMap { step in
            step.phases.first { $0.name == phase }?.cycles
        }
        let names = Set(steps.flatMap { $0.phases.map(\.name) })
        return try found(CycleStatistics(counts), "phase", phase, names)
    }

    /// Cycles of each passage through a region of `Firmware(…, regions:)`.
    public func cycles(inRegion region: String) throws(FigureUnavailable) -> CycleStatistics {
        let counts = regions.filter { $0.name == region }.map(\.cycles)
        return try found(
            CycleStatistics(counts), "passage through region", region, Set(regions.map(\.name)))
    }

    /// The last value that the firmware reported under this name.
    public func metric(_ name: String) throws(FigureUnavailable) -> Float {
        let value = metrics.last { $0.name == name }?.value
        return try found(value, "metric", name, Set(metrics.map(\.name)))
    }

    /// What a symbol of the image takes of a memory.
    public func bytes(
        ofSymbol symbol: String, in memory: SymbolRecord.Memory = .sram
    ) throws(FigureUnavailable) -> Bytes {
        let all = (symbols ?? []).filter { $0.memory == memory }
        let matches = all.filter { $0.name == symbol }
        let bytes =
            matches.isEmpty ? nil : Bytes(measured: matches.reduce(0) { $0 + $1.bytes })
        return try found(bytes, "\(memory.rawValue) symbol", symbol, Set(all.map(\.name)))
    }

    private var phaseMeans: String? {
        let names = steps.first?.phases.map(\.name) ?? []
        let means = names.compactMap { name in
            (try? cycles(inPhase: name)).map { "\(name.printable) \($0.mean)" }
        }
        return means.isEmpty ? nil : "mean of " + means.joined(separator: ", ")
    }

    private func found<Value>(
        _ value: Value?, _ kind: String, _ wanted: String, _ names: Set<String>
    ) throws(FigureUnavailable) -> Value {
        if let value { return value }
        let hint: String
        if let near = Suggestion.nearest(to: wanted, among: names) {
            hint = "; did you mean '\(near.printable)'?"
        } else if names.isEmpty {
            hint = "; it has none at all"
        } else {
            let shown = names.sorted().prefix(20).map(\.printable).joined(separator: ", ")
            hint = "; there are: \(shown)\(names.count > 20 ? ", …" : "")"
        }
        throw FigureUnavailable(
            description: "the run of '\(name.printable)' has no \(kind) '\(wanted)'\(hint)")
    }
}
