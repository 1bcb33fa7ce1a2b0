// SPDX-License-Identifier: GPL-2.0-or-later

/// A figure that rows are compared by.
public enum ComparisonFigure: String, Sendable, CaseIterable, Codable {
    /// Most SRAM in use at one time, bytes.
    case sramPeak = "sram.peak"
    /// Flash in use, bytes.
    case flashUsed = "flash.used"
    /// Mean of the emulated steps.
    case stepCycles = "step.cycles.mean"
    /// The same on the chip, ms.
    case stepMilliseconds = "step.time.mean"
    /// Taken from the chip's supply in a step, J.
    case stepJoules = "energy.step.mean"
    /// Mean loss of the last steps: of the long run where there is one, else of the emulated one.
    case lastLoss = "loss.last"
    /// Accuracy after training: of the long run where there is one, else of the emulated one.
    case accuracy = "metric.accuracy_after"

    /// Of comparisons that name none.
    public static let usualObjectives: [Self] = [.sramPeak, .stepMilliseconds, .accuracy]

    /// Whether more of it is better.
    public var prefersMore: Bool { self == .accuracy }
}

extension ComparisonRow {
    /// Whether the row ran as it should: to its end, and with a twin, where there is one, that is the same.
    public var succeeded: Bool { exitCode == 0 && record != nil }

    /// What `data` says of samples of noise.
    public static let noise = "noise"

    /// The figure in its unit; nil where the row does not have it.
    public func value(_ figure: ComparisonFigure) -> Double? {
        guard let record else { return nil }
        // Of noise there is nothing to be learned.
        if figure == .lastLoss || figure == .accuracy, data == Self.noise { return nil }
        let steps = StepStatistics(record.steps)
        switch figure {
        case .sramPeak: return Double(record.sram.peakBytes)
        case .flashUsed: return Double(record.flash.usedBytes)
        case .stepCycles: return steps?.cycles.mean
        case .stepMilliseconds:
            guard record.clockHz > 0 else { return nil }
            return steps.map { $0.cycles.mean * 1000 / Double(record.clockHz) }
        case .stepJoules: return record.energy?.stepMeanJoules
        case .lastLoss: return twin.map(\.lastLoss) ?? steps?.loss?.last
        case .accuracy:
            return (twin?.metrics ?? record.metrics).last { $0.name == "accuracy_after" }
                .map { Double($0.value) }
        }
    }
}

extension TwinRecord {
    /// Mean over the last quarter of the run, at most 20 losses; nan of none.
    public var lastLoss: Double {
        let last = losses.suffix(max(1, min(20, losses.count / 4)))
        return last.reduce(0, +) / Double(last.count)
    }
}
