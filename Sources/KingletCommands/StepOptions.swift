// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import TrainingCompiler

/// The options of `kinglet compile` that shape a training step.
struct StepOptions: ParsableArguments {
    @Option(
        name: .customLong("gradient-bits"),
        help: ArgumentHelp("Width of gradients: 16 or 8.", valueName: "bits"))
    var gradientBits = 16

    @Option(
        name: .customLong("residual-bits"),
        help: ArgumentHelp(
            "Kept below the unit of each trained weight: 0, 8 or 16. (default: 8)",
            valueName: "bits"))
    var residualBits: Int?

    @Flag(
        help: "Keep accumulators, so that steps of several samples can be one (batch=N of the app)."
    )
    var accumulate = false

    @Flag(help: "Take the sample row by row, where the first block allows it.")
    var rows = false

    @Option(
        help: ArgumentHelp(
            "Passes to leave out, separated by commas: "
                + PassOptions.Pass.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            valueName: "passes"))
    var without: String?

    func validate() throws {
        guard [8, 16].contains(gradientBits) else {
            throw ValidationError("--gradient-bits \(gradientBits) is not valid; valid: 8, 16")
        }
        if let residualBits, ![0, 8, 16].contains(residualBits) {
            throw ValidationError("--residual-bits \(residualBits) is not valid; valid: 0, 8, 16")
        }
        if accumulate, residualBits != nil {
            throw ValidationError(
                "--accumulate keeps 16 bits beside each weight; leave out --residual-bits")
        }
        _ = try passOptions()
    }

    func passOptions() throws -> PassOptions {
        var options = PassOptions(
            gradientBytes: gradientBits / 8, residualBytes: (residualBits ?? 8) / 8,
            readsInputByRows: rows)
        options.accumulates = accumulate
        for name in (without ?? "").split(separator: ",") {
            guard let pass = PassOptions.Pass(rawValue: String(name)) else {
                let valid = PassOptions.Pass.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--without '\(name)' is no pass; valid: \(valid)")
            }
            options.passes.remove(pass)
        }
        return options
    }
}
