// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The steps of a run in a few figures.
struct StepStatistics {
    struct Spread {
        var minimum: UInt64
        var maximum: UInt64
        var mean: Double

        init?(_ values: [UInt64]) {
            guard let minimum = values.min(), let maximum = values.max() else { return nil }
            self.minimum = minimum
            self.maximum = maximum
            // Summed as floating point: hostile records may hold any 64-bit figures.
            mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        }
    }

    struct Phase {
        var name: String
        /// Mean over all steps, those without the phase included.
        var meanCycles: Double
        var meanInstructions: Double
    }

    let count: Int
    let cycles: Spread
    let instructions: Spread
    let sramPeakBytes: UInt64
    let phases: [Phase]
    let loss: LossTrend?

    init?(_ steps: [StepRecord]) {
        guard let cycles = Spread(steps.map(\.cycles)),
            let instructions = Spread(steps.map(\.instructions))
        else { return nil }
        count = steps.count
        self.cycles = cycles
        self.instructions = instructions
        sramPeakBytes = steps.map(\.sramPeakBytes).max() ?? 0
        var names: [String] = []
        var sums: [String: (cycles: Double, instructions: Double)] = [:]
        for phase in steps.flatMap(\.phases) {
            if sums[phase.name] == nil { names.append(phase.name) }
            let sum = sums[phase.name] ?? (0, 0)
            sums[phase.name] = (
                sum.cycles + Double(phase.cycles), sum.instructions + Double(phase.instructions)
            )
        }
        let total = Double(steps.count)
        phases = names.map { name in
            let sum = sums[name] ?? (0, 0)
            return Phase(
                name: name, meanCycles: sum.cycles / total,
                meanInstructions: sum.instructions / total)
        }
        loss = LossTrend(steps.compactMap(\.loss))
    }
}

/// How the loss moved: means over the first and the last steps, since single samples are noisy.
struct LossTrend {
    /// Steps that each mean covers: a quarter of all, at most 20.
    let window: Int
    let first: Double
    let last: Double

    init?(_ losses: [Float]) {
        guard !losses.isEmpty else { return nil }
        window = max(1, min(20, losses.count / 4))
        first = Self.mean(losses.prefix(window))
        last = Self.mean(losses.suffix(window))
    }

    var text: String {
        "\(Figures.fixed(first, decimals: 4)) -> \(Figures.fixed(last, decimals: 4))"
    }

    private static func mean(_ values: ArraySlice<Float>) -> Double {
        values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    }
}
