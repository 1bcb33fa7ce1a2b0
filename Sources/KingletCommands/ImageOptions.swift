// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Timing
import Workbench

/// What firmware is given.
struct GivenOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The command line that the firmware can ask for (SYS_GET_CMDLINE).",
            valueName: "text"))
    var args = ""

    @Option(
        help: ArgumentHelp(
            "The one folder that the firmware may open files in, through semihosting.",
            valueName: "folder"))
    var files: String?
}

/// What a run is called and what it is given.
struct ImageOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What reports call this run. (default: the image's file name)", valueName: "text"))
    var name: String?

    @OptionGroup var given: GivenOptions

    @Option(
        help: ArgumentHelp(
            "How cycles are found: fast, with means of the board, or detailed, with caches, flash "
                + "lines, unaligned accesses and divides followed one by one.",
            valueName: "mode"))
    var timing = TimingMode.fast

    @Option(
        help: ArgumentHelp(
            "Where bytes go that the firmware sends through UARTs of the board: '-' for the console, "
                + "where EOT (4) ends the run, 'none', or a file.", valueName: "place"))
    var uart = SerialPlace.console

    @Option(
        help: ArgumentHelp(
            "Load address of a raw binary, for example 0x08000000.", valueName: "address"))
    var origin: AddressArgument?
}

extension RunRequest {
    /// What `kinglet run` and `kinglet profile` have in common.
    init(
        image: String, board: BoardOptions, options: ImageOptions, limits: LimitOptions,
        power: PowerOptions, measuring: MeasuringOptions, output: RunOutput
    ) throws {
        self.init(imagePath: image, board: try board.resolve())
        binaryOrigin = options.origin?.address
        name = options.name
        timingMode = options.timing
        arguments = options.given.args
        filesDirectory = options.given.files
        serial = options.uart
        maxCycles = limits.maxCycles?.count
        timeoutSeconds = limits.timeout?.seconds
        mostResets = power.maxResets
        resetAtCycle = power.resetAt?.count
        loadFlashPath = power.loadFlash
        saveFlashPath = power.saveFlash
        stepSymbol = measuring.stepSymbol
        regions = measuring.region
        untilSymbol = limits.until
        console = { output.firmwareWrote($0) }
        progress = { output.progressed($0) }
    }
}

extension TimingMode: ExpressibleByArgument {}

extension SerialPlace: ExpressibleByArgument {
    package init?(argument: String) {
        switch argument {
        case "": return nil
        case "-": self = .console
        case "none": self = .nowhere
        default: self = .file(argument)
        }
    }

    package var defaultValueDescription: String { "-" }
}
