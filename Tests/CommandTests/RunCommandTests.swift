// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import KingletCommands
import RunModel
import TestSupport
import Testing

@Suite("kinglet run")
struct RunCommandTests {
    @Test("should print the console, then the summary")
    func consoleAndSummary() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            harness.console = ["hello ", "world"]
            #expect(harness.run("run", image, "--origin", "0") == 0)
            #expect(harness.output.hasPrefix("hello world\nimage     \(image) (binary)\n"))
            #expect(harness.output.contains("outcome   the firmware exited with code 0\n"))
            #expect(harness.errors.isEmpty)
        }
    }

    @Test("should write what UARTs send to the file of --uart, in the place of an older one")
    func uartFile() throws {
        try CommandHarness.withImage { image, folder in
            let harness = CommandHarness()
            let log = folder.appending(path: "logs/uart.bin")
            for bytes in [[UInt8](repeating: 7, count: 10_000), [0, 4, 255]] {
                harness.serial = bytes
                #expect(harness.run("run", image, "--origin", "0", "--uart", log.path) == 0)
                let written = try [UInt8](Data(contentsOf: log))
                #expect(written == bytes)
            }
            #expect(harness.run("run", image, "--origin", "0", "--uart", folder.path) == 2)
            #expect(harness.errors.contains("cannot write '\(folder.path)': it is a folder"))
        }
    }

    @Test(
        "should count on another battery and another mode of the board with --battery and --power-mode"
    )
    func energy() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            harness.result.total.cycles = 64_000_000
            let arguments = [
                "run", image, "--origin", "0", "--json", "-", "--power-mode", "dcdc-flash",
                "--battery", "2.6Ah@3.7V",
            ]
            #expect(harness.run(arguments: arguments) == 0)
            let energy = try #require(try RunRecord(json: harness.output).energy)
            #expect(energy.totalJoules == 0.0099 && energy.battery?.joules == 34_632)
            for (option, value, message) in [
                (
                    "--battery", "225mAh",
                    "--battery '225mAh' is no battery; valid: a charge and a voltage, for example "
                        + "225mAh@3V"
                ),
                (
                    "--power-mode", "turbo",
                    "--power-mode: board 'nrf52840': no mode 'turbo' of energy; valid: ldo-flash, "
                        + "dcdc-flash, ldo-ram, dcdc-ram"
                ),
            ] {
                #expect(harness.run("run", image, "--origin", "0", option, value) == 2)
                #expect(harness.errors == "Error: \(message)\n")
            }
        }
    }

    @Test("should leave standard output to JSON with --json -")
    func jsonToOutput() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            harness.console = ["hello\n"]
            #expect(harness.run("run", image, "--origin", "0", "--json", "-", "--name", "n") == 0)
            let record = try RunRecord(json: harness.output)
            #expect(record.name == "n")
            #expect(harness.errors.hasPrefix("hello\nimage "))
        }
    }

    @Test("should write the same record to a file, creating its folder")
    func jsonToFile() throws {
        try CommandHarness.withImage { image, folder in
            let harness = CommandHarness()
            let path = folder.appending(path: "new/run.json")
            #expect(harness.run("run", image, "--origin", "0", "--json", path.path) == 0)
            let text = try String(contentsOf: path, encoding: .utf8)
            harness.run("run", image, "--origin", "0", "--json", "-")
            #expect(text == harness.output)
        }
    }

    @Test("should refuse a record that cannot be written before the firmware runs")
    func unwritableRecord() throws {
        try CommandHarness.withImage { image, folder in
            for (path, reason) in [
                ("/proc/x/y", "the folder '/proc/x' cannot be created"),
                (folder.path, "it is a folder"),
            ] {
                let harness = CommandHarness()
                #expect(harness.run("run", image, "--origin", "0", "--json", path) == 2)
                #expect(harness.errors == "Error: cannot write '\(path)': \(reason)\n")
                #expect(harness.configuration == nil)
            }
        }
    }

    @Test("should follow a symbolic link to the record, and write into a pipe")
    func specialFiles() throws {
        try CommandHarness.withImage { image, folder in
            let target = folder.appending(path: "run.json")
            let link = folder.appending(path: "link.json")
            try Data().write(to: target)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
            let harness = CommandHarness()
            #expect(harness.run("run", image, "--origin", "0", "--json", link.path) == 0)
            #expect(try RunRecord(json: String(contentsOf: target, encoding: .utf8)).steps.isEmpty)

            let pipe = folder.appending(path: "pipe")
            #expect(mkfifo(pipe.path, 0o600) == 0)
            // Open for reading and writing, so that the writer does not wait for a reader.
            let reader = try #require(FileHandle(forUpdatingAtPath: pipe.path))
            #expect(harness.run("run", image, "--origin", "0", "--json", pipe.path) == 0)
            #expect(try reader.availableData == Data(contentsOf: target))
        }
    }

    @Test("should exit as the conventions say")
    func exitCodes() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            for (outcome, code) in [
                (MachineOutcome.exited(code: 9), Int32(1)), (.cycleLimit, 42), (.timeout, 42),
                (.sleepsForever, 42), (.untilReached, 0),
            ] {
                harness.result.outcome = outcome
                #expect(harness.run("run", image, "--origin", "0") == code)
            }
            harness.result.outcome = .exited(code: 9)
            harness.run("run", image, "--origin", "0")
            #expect(harness.output.contains("the firmware exited with code 9"))
        }
    }

    @Test("should pass limits and measuring options on, with their multiples")
    func options() throws {
        try CommandHarness.withImage { image, folder in
            let harness = CommandHarness()
            #expect(
                harness.run(
                    "run", image, "--origin", "0x0", "--max-cycles", "2_5M", "--timeout", "2m",
                    "--args", "a b", "--files", folder.path, "--region", "0x10..0x20", "--region",
                    "0x8..0x20", "--until", "0x30", "--step-symbol", "0x12", "--clock", "32MHz")
                    == 0)
            let configuration = try #require(harness.configuration)
            #expect(configuration.maxCycles == 25_000_000)
            #expect(configuration.timeoutSeconds == 120)
            #expect(configuration.commandLine == "a b")
            #expect(configuration.regions.map(\.name) == ["0x10..0x20", "0x8..0x20"])
            #expect(configuration.untilSymbol == "0x30")
            #expect(configuration.stepSymbol == "0x12")
            #expect(configuration.board.clockHz == 32_000_000)
        }
    }

    @Test("should build a generic board from the command line, and read one from a file")
    func boards() throws {
        try CommandHarness.withImage { image, folder in
            let harness = CommandHarness()
            #expect(
                harness.run(
                    "run", image, "--origin", "0x08000000", "--cpu", "cortex-m7", "--flash",
                    "0x08000000:512K", "--ram", "0x20000000:0x20000") == 0)
            let generic = try #require(harness.configuration?.board)
            #expect(generic.core == .cortexM7)
            #expect(generic.flashLimitBytes == 524_288 && generic.sramLimitBytes == 131_072)

            let file = folder.appending(path: "board.yaml")
            let text = """
                schema_version: 1
                name: mine
                core: cortex-m4
                clock: 10MHz
                vector_table: 0
                interrupts: 32
                priority_bits: 4
                memories:
                  - {name: flash, kind: flash, origin: 0, length: 64KiB}
                  - {name: ram, kind: sram, origin: 0x20000000, length: 8KiB}
                """
            try Data(text.utf8).write(to: file)
            #expect(harness.run("run", image, "--origin", "0", "--board-file", file.path) == 0)
            #expect(harness.configuration?.board.name == "mine")
        }
    }

    @Test("should show progress on terminals only, and erase it before anything else is printed")
    func progress() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            harness.progress = [RunProgress(cycles: 20_000_000, step: 3, phase: "forward")]
            harness.console = ["done\n"]
            harness.run("run", image, "--origin", "0")
            #expect(harness.errors.isEmpty)
            harness.errorIsTerminal = true
            harness.run("run", image, "--origin", "0")
            #expect(harness.errors == "\r\u{1B}[K20 M cycles  step 3  forward\r\u{1B}[K")
        }
    }

    @Test(
        "should refuse nonsense with the valid values and exit code 2",
        arguments: [
            (["--board", "nrf5284"], "did you mean 'nrf52840'?"),
            (["--board", "x"], "valid boards: nrf52840, stm32f407g-disc1, nucleo-l4r5zi, stm"),
            (
                ["--board", "nrf52840", "--cpu", "cortex-m4"],
                "--board and --cpu exclude each other"
            ),
            (["--cpu", "cortex-m4"], "--cpu needs --flash ORIGIN:LEN and --ram ORIGIN:LEN"),
            (["--ram", "0:1K"], "give its core with --cpu"),
            (
                ["--cpu", "cortex-m3", "--flash", "0:1K", "--ram", "0x20000000:1K"],
                "unknown core 'cortex-m3'; valid cores: cortex-m4, cortex-m4f, cortex-m7"
            ),
            (
                ["--cpu", "cortex-m4", "--flash", "0-1K", "--ram", "0x20000000:1K"],
                "--flash '0-1K' is not a memory range; valid: ORIGIN:LENGTH"
            ),
            (["--max-cycles", "0"], "'0' is invalid for '--max-cycles <cycles>'"),
            (["--max-cycles", "99999999999G"], "is invalid"),
            (["--max-cycles", "1e9"], "is invalid"),
            (["--timeout", "-1"], "Missing value for '--timeout"),
            (["--timeout", "nan"], "is invalid"),
            (["--origin", "0x100000000"], "is invalid for '--origin"),
            (
                ["--clock", "65MHz"],
                "a clock of 65 MHz is beyond its flash's wait state table; valid: up"
            ),
            (["--clock", "fast"], "--clock 'fast' is not a frequency; valid: 64MHz"),
            (["--region", "main"], "valid: FROM..TO"),
            (["--until", "main"], "the image has no symbols (stripped, or not an ELF file)"),
            (["--files", "/nonexistent"], "--files '/nonexistent' does not exist"),
            (["--board-file", "/nonexistent.yaml"], "cannot read '/nonexistent.yaml'"),
            (["--frobnicate"], "Unknown option '--frobnicate'"),
        ])
    func usageErrors(arguments: [String], message: String) throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            let origin = arguments.contains("--origin") ? [] : ["--origin", "0"]
            #expect(harness.run(arguments: ["run", image] + origin + arguments) == 2)
            #expect(harness.errors.contains(message), "\(harness.errors)")
            #expect(harness.output.isEmpty)
            #expect(harness.configuration == nil)
        }
    }

    @Test("should refuse a file that is no image with exit code 2 and the place in it")
    func notAnImage() {
        let harness = CommandHarness()
        #expect(harness.run("run", "/bin/sh") == 2)
        #expect(
            harness.errors
                == "Error: /bin/sh: byte 4: ELF class is 2 (64-bit); valid: 1 (32-bit)\n")
        #expect(harness.run("run", "/nonexistent.elf") == 2)
        #expect(harness.errors == "Error: cannot read '/nonexistent.elf': no such file\n")
    }
}
