// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM

/// The options that end a run early.
struct LimitOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Stop after this many cycles: 1000000, 500k, 20M or 1G (decimal). The same image "
                + "always stops at the same place.", valueName: "cycles"))
    var maxCycles: CycleArgument?

    @Option(
        help: ArgumentHelp(
            "Stop after this much time on this machine: 30, 1.5, 90s, 2m. A net only; use "
                + "--max-cycles where results must not depend on the machine.",
            valueName: "seconds"))
    var timeout: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Stop when this symbol (or 0x address) is about to execute.", valueName: "symbol"))
    var until: String?
}

/// What happens when the chip starts over.
struct PowerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Stop when the firmware requests more system resets than this. (default: "
                + "\(MachineConfiguration.usualMostResets))", valueName: "count"))
    var maxResets: UInt64?

    @Option(
        help: ArgumentHelp(
            "Reset the chip once after this many cycles, as its reset pin would.",
            valueName: "cycles"))
    var resetAt: CycleArgument?

    @Option(
        help: ArgumentHelp(
            "Begin with the flash contents in this file; the image is loaded over them.",
            valueName: "file"))
    var loadFlash: String?

    @Option(
        help: ArgumentHelp(
            "Write the flash contents to this file when the run ends: what --load-flash of the "
                + "next run reads is what a chip would keep without power.", valueName: "file"))
    var saveFlash: String?
}

/// What the chip runs on.
struct EnergyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A battery for the steps per charge, for example 225mAh@3V, instead of the board's.",
            valueName: "charge@voltage"))
    var battery: String?

    @Option(
        help: ArgumentHelp(
            "Which of the board's modes of running gives the current, instead of the first whose code "
                + "stands where the image's does; 'kinglet boards NAME' lists them.",
            valueName: "name"))
    var powerMode: String?

    /// The board with what was asked for.
    func powered(_ board: Board) throws -> Board {
        var chosen: BoardEnergy.Battery?
        if let battery {
            guard let valid = BoardEnergy.Battery(battery) else {
                throw InputError(
                    "--battery '\(battery)' is no battery; valid: a charge and a voltage, for "
                        + "example 225mAh@3V")
            }
            chosen = valid
        }
        return try InputError.converting(powerMode == nil ? "--battery" : "--power-mode") {
            try board.powered(mode: powerMode, battery: chosen)
        }
    }
}

/// The options that say what to measure in an image without markers.
struct MeasuringOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Take every call of this function as one training step.", valueName: "symbol"))
    var stepSymbol: String?

    @Option(
        help: ArgumentHelp(
            "Measure every passage from one symbol (or 0x address) to another; may be repeated.",
            valueName: "from..to"))
    var region: [String] = []
}

/// A count of cycles, with decimal multiples.
struct CycleArgument: ExpressibleByArgument {
    var count: UInt64

    init?(argument: String) {
        let text = argument.filter { $0 != "_" }.lowercased()
        let scales: [Character: UInt64] = ["k": 1000, "m": 1_000_000, "g": 1_000_000_000]
        let scale = text.last.flatMap { scales[$0] }
        guard let number = UInt64(scale == nil ? text : String(text.dropLast())), number > 0
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale ?? 1)
        guard !overflow else { return nil }
        count = product
    }
}

/// Host time.
struct DurationArgument: ExpressibleByArgument {
    var seconds: Double

    init?(argument: String) {
        let scales: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
        let scale = argument.last.flatMap { scales[$0] }
        let digits = scale == nil ? argument : String(argument.dropLast())
        guard digits.allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") }),
            let number = Double(digits), number > 0, number.isFinite
        else { return nil }
        seconds = number * (scale ?? 1)
    }
}
