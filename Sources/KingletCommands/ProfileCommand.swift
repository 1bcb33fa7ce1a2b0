// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import CortexM
import Reports
import RunModel
import Workbench

/// `kinglet profile`
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Run a firmware image and show where its cycles go.",
        discussion: """
            Runs the image as 'kinglet run' does, and follows its calls: cycles of every function, \
            by itself and with what it called, of every source line where the image has debug \
            information (-g), and of every training step and phase. Tail calls, function \
            pointers, longjmp and threads are followed; interrupts count under themselves. Cycles \
            are the same as without profiling.

            Examples:
              kinglet profile app.elf --svg flame.svg --speedscope app.speedscope.json
              kinglet profile app.elf --files data --args "steps=20" --top 40
              kinglet profile app.elf --collapsed app.folded --by-phase
            """)

    @Argument(help: ArgumentHelp("ELF, Intel HEX or raw binary file.", valueName: "image"))
    var image: String

    @OptionGroup(title: "Board options") var boardOptions: BoardOptions
    @OptionGroup(title: "Limits") var limits: LimitOptions
    @OptionGroup(title: "Resets and power") var power: PowerOptions
    @OptionGroup(title: "Measuring") var measuring: MeasuringOptions
    @OptionGroup(title: "Output") var files: ProfileOutputOptions
    @OptionGroup var options: ImageOptions

    func run() throws {
        let console = CommandConsole.current
        let output = RunOutput(console, jsonTakesOutput: files.takesOutput)
        let request = try RunRequest(
            image: image, board: boardOptions, options: options, limits: limits, power: power,
            measuring: measuring, output: output)
        let profile = try InputError.converting {
            defer { output.finish() }
            try files.prepare()
            return try FirmwareRun(execute: console.execute).profile(of: request).profile
        }
        output.print(
            ProfileSummary(profile, mostRows: files.top).text)
        try files.write(profile, console)
        if profile.outcome.exitCode != 0 {
            throw ExitStatus(code: Int32(profile.outcome.exitCode))
        }
    }
}

/// Where a profile is written, and how much of it is printed.
struct ProfileOutputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write the profile as JSON to this file; '-' for standard output, where the console "
                + "and the table then give way to standard error.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "Write a flame graph: a picture that browsers show, with figures under the pointer.",
            valueName: "file"))
    var svg: String?

    @Option(
        help: ArgumentHelp(
            "Write collapsed stacks, as flamegraph.pl reads them; '-' as with --json.",
            valueName: "file"))
    var collapsed: String?

    @Option(
        help: ArgumentHelp("Write a file that www.speedscope.app opens.", valueName: "file"))
    var speedscope: String?

    @Flag(help: "Put the phase under every stack of --svg and --collapsed.")
    var byPhase = false

    @Option(
        help: ArgumentHelp("Print at most this many functions and lines.", valueName: "rows"))
    var top = 20

    func validate() throws {
        guard top >= 0 else { throw ValidationError("--top is a number of rows, 0 or more") }
        if json == "-", collapsed == "-" {
            throw ValidationError("--json - and --collapsed - exclude each other")
        }
        if byPhase, svg == nil, collapsed == nil {
            throw ValidationError("--by-phase needs --svg or --collapsed")
        }
    }

    var takesOutput: Bool { json == "-" || collapsed == "-" }

    /// Finds out before the run whether the files can be written.
    func prepare() throws(WorkbenchError) {
        for path in [json, svg, collapsed, speedscope].compactMap({ $0 }) where path != "-" {
            try OutputFile.prepare(path)
        }
    }

    func write(_ profile: ProfileRecord, _ console: CommandConsole) throws {
        func write(_ text: @autoclosure () -> String, to path: String?) throws {
            guard let path else { return }
            try InputError.converting { try OutputFile.write(text(), to: path) }
        }
        func writeOrPrint(_ text: @autoclosure () -> String, to path: String?) throws {
            if path == "-" { console.print(text()) } else { try write(text(), to: path) }
        }
        try writeOrPrint(profile.encodedJSON(), to: json)
        try writeOrPrint(CollapsedStacks(profile, byPhase: byPhase).text, to: collapsed)
        try write(FlameGraph(profile, byPhase: byPhase).svg, to: svg)
        try write(SpeedscopeFile(profile).text, to: speedscope)
    }
}
