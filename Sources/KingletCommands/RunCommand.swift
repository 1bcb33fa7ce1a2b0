// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM
import Reports
import RunModel
import Workbench

/// `kinglet run`
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a firmware image and measure it.",
        discussion: """
            Runs the image from its reset vector until the firmware exits through semihosting \
            (SYS_EXIT), faults, or reaches a limit. The firmware's console is printed as it \
            comes, then a summary: memory, training steps, phases, warnings.

            Firmware marks its training steps by writing to ITM stimulus ports, which does \
            nothing on a chip without a debugger. For images without such marks, --step-symbol \
            and --region measure calls and passages by symbol.

            Examples:
              kinglet run app.elf --max-cycles 500M
              kinglet run app.elf --files data --args "steps=200" --json run.json
              kinglet run app.elf --step-symbol train_step --until report_results
              kinglet run app.bin --origin 0x08000000 --cpu cortex-m4f \\
                  --flash 0x08000000:512K --ram 0x20000000:128K
            """)

    @Argument(help: ArgumentHelp("ELF, Intel HEX or raw binary file.", valueName: "image"))
    var image: String

    @OptionGroup(title: "Board options") var boardOptions: BoardOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Resets and power") var power: PowerOptions
    @OptionGroup(title: "Energy") var energy: EnergyOptions
    @OptionGroup(title: "Measuring") var measuring: MeasuringOptions

    @Option(
        help: ArgumentHelp(
            "Write the record as JSON to this file; '-' for standard output, where the console "
                + "and the summary then give way to standard error.", valueName: "file"))
    var json: String?

    @Flag(
        help: """
            Also record cycles by function, and by layer where 'kinglet compile' made the image; \
            'kinglet report' draws them. The figures stay the same, the run takes longer.
            """)
    var profile = false

    @OptionGroup var options: ImageOptions

    func run() throws {
        let console = CommandConsole.current
        let output = RunOutput(console, jsonTakesOutput: json == "-")
        var request = try RunRequest(
            image: image, board: boardOptions, options: options, limits: limits, power: power,
            measuring: measuring, output: output)
        request.board = try energy.powered(request.board)
        let record = try InputError.converting {
            defer { output.finish() }
            if let json, json != "-" { try OutputFile.prepare(json) }
            let run = FirmwareRun(execute: console.execute)
            return try profile ? run.detailedRecord(of: request) : run.record(of: request)
        }
        output.print(RunSummary.text(record))
        if let json { try write(record, to: json, console) }
        if record.outcome.exitCode != 0 {
            throw ExitStatus(code: Int32(record.outcome.exitCode))
        }
    }

    private func write(_ record: RunRecord, to path: String, _ console: CommandConsole) throws {
        if path == "-" {
            console.print(record.encodedJSON())
            return
        }
        try InputError.converting { try OutputFile.write(record.encodedJSON(), to: path) }
    }
}
