// SPDX-License-Identifier: GPL-2.0-or-later

/// The steps of a run in a few figures.
package struct StepStatistics {
    package struct Spread {
        package var minimum: UInt64
        package var maximum: UInt64
        package var mean: Double

        package init?(_ values: [UInt64]) {
            guard let minimum = values.min(), let maximum = values.max() else { return nil }
            self.minimum = minimum
            self.maximum = maximum
            // Summed as floating point: hostile records may hold any 64-bit figures.
            mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        }
    }

    package struct Phase {
        package var name: String
        /// Mean over all steps, those without the phase included.
        package var meanCycles: Double
        package var meanInstructions: Double
    }

    package let count: Int
    package let cycles: Spread
    package let instructions: Spread
    package let sramPeakBytes: UInt64
    package let phases: [Phase]
    package let loss: LossTrend?

    package init?(_ steps: [StepRecord]) {
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
package struct LossTrend {
    /// Steps that each mean covers: a quarter of all, at most 20.
    package let window: Int
    package let first: Double
    package let last: Double

    package init?(_ losses: [Float]) {
        guard !losses.isEmpty else { return nil }
        window = max(1, min(20, losses.count / 4))
        first = Self.mean(losses.prefix(window))
        last = Self.mean(losses.suffix(window))
    }

    private static func mean(_ values: ArraySlice<Float>) -> Double {
        values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    }
}
