// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletCommands
import TestSupport
import Testing
import Workbench

/// `kinglet test` on firmware built by the cross compiler, with the simulator.
@Suite("kinglet test")
struct TestCommandTests {
    private static let main = """
        static uint8_t samples[SAMPLES];
        int main(void) {
          for (unsigned i = 0; i < SAMPLES; i++) ((volatile uint8_t *)samples)[i] = (uint8_t)i;
          return MAIN_RESULT;
        }
        """

    static func build(_ samples: Int, _ folder: URL, result: String = "0") throws {
        try FirmwareBuilder.build(
            FirmwareBuilder.startup + main, in: folder,
            flags: ["-O1", "-DSAMPLES=\(samples)", "-DMAIN_RESULT=\(result)"])
    }

    static func test(_ folder: URL, _ arguments: String...) -> FinishedCommand {
        FinishedCommand(["test", folder.path, "--output-dir", folder.path + "/out"] + arguments)
    }

    static func write(_ yaml: String, _ folder: URL, _ name: String = "quick.yaml") throws {
        try Data("schema_version: 1\n\(yaml)\n".utf8).write(to: folder.appending(path: name))
    }

    static func text(_ folder: URL, _ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    @Test("should show a buffer that grew by 5 KB in every output")
    func grownBuffer() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.write(
                "image: a.elf\nbudgets:\n  sram.peak: +1 KiB\n  symbol.samples.bytes: 4 KiB", folder
            )
            try Self.build(1000, folder)
            let first = Self.test(folder, "--update-baseline")
            #expect(first.code == 0, "\(first)")
            #expect(first.output.contains("wrote the baseline"))
            let baseline = try Self.text(folder, "quick.baseline.json")
            #expect(Self.test(folder, "--update-baseline").output.contains("is up to date"))
            #expect(try Self.text(folder, "quick.baseline.json") == baseline)

            try Self.build(6120, folder)
            let outputs = ["junit.xml", "r.json", "b.json", "r.md", "r.html"].map {
                folder.appending(path: $0).path
            }
            let second = Self.test(
                folder, "--junit", outputs[0], "--json", outputs[1], "--benchmarks", outputs[2],
                "--markdown", outputs[3], "--html", outputs[4])
            #expect(second.code == 1)
            #expect(second.output.contains("FAIL   quick"))
            #expect(second.output.contains("4,096 B"))
            #expect(second.output.contains("SRAM symbols:"))
            #expect(second.output.contains("samples  +5,120 B  1,000  -> 6,120"))
            #expect(
                second.output.contains("symbol.samples.bytes is 6,120 B, 2,024 B (49.4 %) more"))
            #expect(second.output.hasSuffix("1 scenario, 1 failed\n"))
            for name in ["junit.xml", "r.json", "r.md", "r.html"] {
                let text = try Self.text(folder, name)
                #expect(text.contains("sram.peak"), "\(name)")
                #expect(text.contains("samples"), "\(name)")
                #expect(text.contains("5,120 B") || text.contains(": 5120"), "\(name)")
            }
            #expect(try Self.text(folder, "b.json").contains("\"name\" : \"quick: sram.peak\""))
            let same = Self.test(folder, "--baseline-dir", folder.appending(path: "none").path)
            #expect(same.code == 1)
            #expect(same.output.contains("n/a: sram.peak is"))
        }
    }

    @Test("should give the same records and output however many scenarios run at a time")
    func jobs() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(512, folder)
            for index in 0..<6 {
                try Self.write(
                    "image: a.elf\nargs: n=\(index)\nbudgets: {sram.peak: 64 KiB}", folder,
                    "s\(index).yaml")
            }
            func records() throws -> [String] {
                try (0..<6).map { try Self.text(folder, "out/s\($0)/record.json") }
            }
            let one = Self.test(folder, "--jobs", "1")
            let oneRecords = try records()
            let four = Self.test(folder, "--jobs", "4")
            #expect(one.code == 0, "\(one)")
            #expect(one.output == four.output)
            #expect(try records() == oneRecords)
            #expect(one.errors.isEmpty)
            #expect(Self.test(folder, "--shard", "2/3").output.contains("2 scenarios, 2 passed"))
            #expect(Self.test(folder, "--filter", "s4").output.contains("1 scenario, 1 passed"))
            let none = Self.test(folder, "--filter", "x")
            #expect(none.code == 2)
            #expect(none.errors.contains("--filter x leaves no scenario; there are: s0, s1"))
        }
    }

    @Test(
        "should count cycles in the mode that the scenario asks for, and note a baseline of another"
    )
    func timing() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(16, folder)
            try Self.write("image: a.elf", folder)
            #expect(Self.test(folder, "--update-baseline").code == 0)
            try Self.write("image: a.elf\ntiming: detailed", folder)
            let detailed = Self.test(folder)
            #expect(detailed.code == 0)
            #expect(detailed.output.contains(", fast; this run is of cortex-m4/"), "\(detailed)")
            #expect(try Self.text(folder, "out/quick/record.json").contains("\"detailed\""))
        }
    }

    @Test("should profile a run whose budgets ask for functions")
    func functions() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(1000, folder)
            try Self.write(
                "image: a.elf\nbudgets:\n  function.Reset_Handler.calls: 1 calls\n"
                    + "  function.main.cycles: 100 cycles", folder)
            let result = Self.test(folder)
            #expect(result.code == 1)
            #expect(result.output.contains("fail: function.main.cycles is "), "\(result)")
            #expect(!result.output.contains("calls is"))
            #expect(try Self.text(folder, "out/quick/record.json").contains("\"functions\""))
        }
    }

    @Test("should exit with 3 for a fault, 42 for a limit, 1 for the firmware's own failure")
    func outcomes() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.write("image: a.elf\nlimits: {cycles: 1 Mcycles}", folder)
            try Self.build(16, folder, result: "5")
            #expect(Self.test(folder).code == 1)
            try Self.build(16, folder, result: "({for (;;) {} 0;})")
            let limit = Self.test(folder, "--update-baseline")
            #expect(limit.code == 42)
            #expect(limit.output.contains("stays as it was"))
            try Self.build(16, folder, result: "*(volatile int *)0x60000000")
            let fault = Self.test(folder)
            #expect(fault.code == 3)
            #expect(fault.output.contains("FAULT: "))
        }
    }

    @Test(
        "should name file, line, column, value and choices of what is missing",
        arguments: [
            ("image: b.elf", "quick.yaml:2:8: 'image' is 'b.elf', did you mean 'a.elf'?"),
            (
                "image: a.elf\nfiles: a.elf",
                "quick.yaml:3:8: 'files' is 'a.elf'; valid: an existing"
            ),
            ("image: a.elf\nboard: nrf52480", ":3:8: 'board' is 'nrf52480', did you mean 'nrf5284"),
            ("image: a.elf\nboard_file: b.yml", ":3:13: 'board_file' is 'b.yml'"),
            ("image: a.elf\nclock: 900 MHz", ":3:8: 'clock': board 'nrf52840': a clock of 900 MHz"),
            ("image: a.elf\nstep_symbol: mian", ":3:14: 'step_symbol': "),
            ("image: a.elf\nregions: {r: {from: main, to: x_}}", ":3:21: 'regions: r': "),
            ("image: a.elf\nbaseline: b.json", ":3:11: 'baseline' is 'b.json'"),
            ("model: mcunet\nscheme: mcunet-49kb", ":2:8: 'model' is 'mcunet'"),
            ("model: mcunet-5fps\nscheme: mcunet-48kb", ":3:9: 'scheme' is 'mcunet-48kb', did you"),
            (
                "model: mcunet-5fps\nscheme: mcunet-49kb\ncompile: {without: [tile]}",
                ":4:21: 'without' is 'tile'"
            ),
            ("image: a.elf\nbudget: {}", ":3:1: unknown key 'budget', did you mean 'budgets'?"),
        ])
    func missing(yaml: String, message: String) throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(16, folder)
            try Self.write(yaml, folder)
            let result = Self.test(folder)
            #expect(result.code == 2)
            #expect(result.output.contains(message), "\(result.output)")
        }
    }

    @Test(
        "should run the sound scenarios of a folder beside malformed ones, and name what it skips")
    func folder() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(16, folder)
            try Self.write("image: a.elf", folder, "good.yaml")
            try Self.write("image: a.elf\nname: good", folder, "twin.yaml")
            try Self.write("image: [", folder, "broken.yaml")
            try Self.write("update: full", folder, "scheme.yml")
            let result = Self.test(folder)
            #expect(result.code == 2)
            #expect(result.output.contains("PASS   good"))
            #expect(result.output.contains("has the name 'good' too"))
            #expect(result.output.contains("broken.yaml:3:1: not YAML"))
            #expect(result.errors.contains("scheme.yml: no scenario"))
            #expect(result.output.contains("3 scenarios, 1 passed, 2 could not run"))
        }
    }

    @Test("should refuse a baseline that is none, unless it is about to be written")
    func badBaseline() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(16, folder)
            try Self.write("image: a.elf\nbudgets: {sram.peak: +0 B}", folder)
            try Data("{}".utf8).write(to: folder.appending(path: "quick.baseline.json"))
            let refused = Self.test(folder)
            #expect(refused.code == 2)
            #expect(refused.output.contains("quick.baseline.json: no baseline of Kinglet: key"))
            #expect(Self.test(folder, "--update-baseline").code == 0)
            #expect(Self.test(folder).code == 0)
        }
    }

    @Test("should refuse paths and options that make no sense")
    func usage() throws {
        try Assembler.withTemporaryDirectory { folder in
            let empty = Self.test(folder)
            #expect(empty.code == 2)
            #expect(empty.errors.contains("no scenario in"))
            try Self.write("image: a.elf", folder)
            #expect(Self.test(folder, "--jobs", "0").code == 2)
            #expect(Self.test(folder, "--shard", "3/2").code == 2)
            #expect(Self.test(folder, "--junit", folder.path).code == 2)
            let missing = Self.test(folder.appending(path: "nowhere"))
            #expect(missing.code == 2)
            #expect(missing.errors.contains("no such file or folder"))
        }
    }
}
