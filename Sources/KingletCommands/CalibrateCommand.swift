// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM
import Workbench

/// `kinglet calibrate`
struct CalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Compare cycles with those of a real board, and fit the board's parameters.",
        discussion: """
            Reads cycle counts that were measured on a board, runs the same images, and prints \
            the error of each region before and after fitting the board's memory parameters \
            (timing.fast of its file). The rules of the core are never changed.

            The file is CSV with the columns region,cycles, and image where several images have a \
            region of one name. A region is a line of the table region,cycles that the firmware \
            prints itself, a --region, a phase of its steps, 'step', or 'run' for everything.

            Examples:
              kinglet calibrate microbench.elf --board stm32f407g-disc1 --measured board.csv
              kinglet calibrate a.elf b.elf --board-file mine.yaml --clock 24MHz \\
                  --region fft=fft_begin..fft_end --measured board.csv -o calibrated.yaml
            """)

    @Argument(help: ArgumentHelp("ELF or Intel HEX files.", valueName: "images"))
    var images: [String]

    @Option(
        help: ArgumentHelp("Cycles that were read on the real board, CSV.", valueName: "file"))
    var measured: String

    @OptionGroup(title: "Board options") var boardOptions: BoardOptions

    @Option(
        help: ArgumentHelp(
            "Call every passage from one symbol (or 0x address) to another by this name; may be "
                + "repeated.", valueName: "name=from..to"))
    var region: [String] = []

    @OptionGroup var given: GivenOptions

    @OptionGroup(title: "Limits") var limits: CalibrationLimits

    @Option(
        name: [.customShort("o"), .customLong("output")],
        help: ArgumentHelp(
            "Write the board's file with the fitted parameters here.", valueName: "file"))
    var output: String?

    func run() throws {
        let console = CommandConsole.current
        let board = try boardOptions.resolve()
        let source = output == nil ? nil : try boardOptions.source()
        if output != nil, source == nil {
            throw InputError("-o needs a board with a file; valid: --board or --board-file")
        }
        try InputError.converting {
            if let output { try OutputFile.prepare(output) }
            var request = CalibrationRequest(
                imagePaths: images, board: board, measured: try MeasuredCycles(path: measured))
            request.regions = region
            request.arguments = given.args
            request.filesDirectory = given.files
            request.maxCycles = limits.maxCycles?.count
            request.timeoutSeconds = limits.timeout?.seconds
            let calibration = try Calibration(request, execute: console.execute)
            console.print(CalibrationText.text(calibration, request))
            guard let output, let source else { return }
            try OutputFile.write(
                try calibration.boardFile(source.text, file: source.file, measured: measured),
                to: output)
            console.print("\nwritten: \(output)\n")
        }
    }
}

/// The options that end each run early.
struct CalibrationLimits: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Stop each run after this many cycles: 1000000, 500k, 20M or 1G (decimal).",
            valueName: "cycles"))
    var maxCycles: CycleArgument?

    @Option(
        help: ArgumentHelp(
            "Give up when a run takes longer on this machine: 30, 1.5, 90s, 2m.",
            valueName: "seconds"))
    var timeout: DurationArgument?
}
