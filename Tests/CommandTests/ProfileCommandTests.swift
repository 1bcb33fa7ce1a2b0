// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import KingletCommands
import RunModel
import TestSupport
import Testing

@Suite("kinglet profile")
struct ProfileCommandTests {
    private static func harness() -> CommandHarness {
        let harness = CommandHarness()
        var profile = ProfileMeasurement()
        profile.functions = [
            ProfileMeasurement.Function(name: "main", address: 0x100),
            ProfileMeasurement.Function(name: "conv", address: 0x200),
            ProfileMeasurement.Function(name: "conv", address: 0x300),
        ]
        profile.phases = ["outside steps", "forward"]
        profile.nodes = [
            ProfileMeasurement.Node(parent: nil, function: 0, calls: 1, cycles: [100, 0]),
            ProfileMeasurement.Node(parent: 0, function: 1, calls: 4, cycles: [0, 700]),
            ProfileMeasurement.Node(parent: 0, function: 2, calls: 2, cycles: [200, 0]),
        ]
        profile.instructions = [
            ProfileMeasurement.Instruction(address: 0x100, function: 0, cycles: 1_000)
        ]
        harness.result.profile = profile
        return harness
    }

    @Test("should profile, print the table and write every format")
    func formats() throws {
        try CommandHarness.withImage { image, folder in
            let harness = Self.harness()
            harness.console = ["hello\n"]
            func path(_ name: String) -> String { folder.appending(path: name).path }
            let status = harness.run(
                "profile", image, "--origin", "0", "--json", path("new/p.json"), "--svg",
                path("p.svg"), "--collapsed", path("p.folded"), "--speedscope", path("p.ss.json"),
                "--args", "steps=1", "--max-cycles", "5M")
            #expect(status == 0)
            #expect(harness.configuration?.profiles == true)
            #expect(harness.configuration?.commandLine == "steps=1")
            #expect(harness.configuration?.maxCycles == 5_000_000)
            #expect(harness.output.hasPrefix("hello\nimage     \(image) (binary)\n"))
            #expect(harness.output.contains("\nconv@0x00000200   700  70.0 %"))
            func text(_ name: String) throws -> String {
                try String(contentsOf: folder.appending(path: name), encoding: .utf8)
            }
            #expect(
                try text("p.folded")
                    == "main 100\nmain;conv@0x00000200 700\nmain;conv@0x00000300 200\n")
            #expect(try text("p.svg").hasPrefix("<svg "))
            #expect(try text("p.ss.json").contains("speedscope.app/file-format-schema.json"))
            let record = try JSONDecoder().decode(
                ProfileRecord.self, from: Data(try text("new/p.json").utf8))
            #expect(record.totalCycles == 1_000)
            #expect(record.functions.map(\.totalCycles) == [700, 200, 1_000])
        }
    }

    @Test("should leave standard output to JSON or stacks with -")
    func standardOutput() throws {
        try CommandHarness.withImage { image, _ in
            let harness = Self.harness()
            #expect(harness.run("profile", image, "--origin", "0", "--json", "-") == 0)
            let record = try JSONDecoder().decode(
                ProfileRecord.self, from: Data(harness.output.utf8))
            #expect(record.name == "app")
            #expect(harness.errors.contains("outcome   the firmware exited with code 0"))
            #expect(
                harness.run(
                    "profile", image, "--origin", "0", "--collapsed", "-", "--by-phase") == 0)
            #expect(
                harness.output
                    == "outside steps;main 100\noutside steps;main;conv@0x00000300 200\n"
                    + "forward;main;conv@0x00000200 700\n")
        }
    }

    @Test("should pass on the exit code of a run that fails")
    func exitCode() throws {
        try CommandHarness.withImage { image, _ in
            let harness = Self.harness()
            harness.result.outcome = .cycleLimit
            #expect(harness.run("profile", image, "--origin", "0") == 42)
        }
    }

    @Test("should refuse options that make no sense together, before the firmware runs")
    func refusals() throws {
        try CommandHarness.withImage { image, folder in
            for (options, message) in [
                (["--top=-1"], "--top is a number of rows"),
                (["--by-phase"], "--by-phase needs --svg or --collapsed"),
                (["--json", "-", "--collapsed", "-"], "exclude each other"),
                (["--svg", folder.path], "it is a folder"),
            ] {
                let harness = Self.harness()
                let arguments = ["profile", image, "--origin", "0"] + options
                #expect(harness.run(arguments: arguments) == 2)
                #expect(harness.errors.contains(message), "\(harness.errors)")
                #expect(harness.configuration == nil)
            }
        }
    }
}
