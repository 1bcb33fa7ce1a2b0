// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import KingletCommands
import RunModel
import TestSupport
import Testing
import Workbench

@Suite("kinglet size, boards, report and help")
struct OtherCommandTests {
    @Test(
        "should help a stranger",
        arguments: [
            [], ["run"], ["size"], ["boards"], ["report"], ["compile"], ["test"], ["calibrate"],
            ["profile"], ["compare"],
        ])
    func help(command: [String]) throws {
        let harness = CommandHarness()
        #expect(harness.run(arguments: command + ["--help"]) == 0)
        let name = (["help"] + command).joined(separator: "-") + ".txt"
        #expect(try Snapshot.difference(harness.output, name) == nil)
        #expect(harness.errors.isEmpty)
    }

    @Test("should name its parts and licence with --version")
    func version() {
        let harness = CommandHarness()
        #expect(harness.run("--version") == 0)
        let lines = harness.output.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasPrefix("kinglet "))
        let parts = lines[1].split(separator: ", ")
        #expect(parts.count == 4 && parts[0].hasPrefix("Unicorn 2."))
        #expect(["static library", "shared library"].contains(parts[1]))
        #expect(["with store fast path", "without store fast path"].contains(parts[2]))
        let isInside = EngineInformation.accountsInside
        #expect(parts[3] == "\(isInside ? "with" : "without") accounting inside translations")
        #if arch(x86_64)
            #expect(isInside == (parts[0] == "Unicorn 2.0.1" && parts[1] == "static library"))
        #endif
        #expect(lines[2].contains("GPL-2.0-or-later"))
    }

    @Test("should print sizes against a board, and fail when the image does not fit")
    func size() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            #expect(harness.run("size", image, "--origin", "0") == 0)
            // The rule under the path is as long as the path, which differs between machines.
            let rule = String(repeating: "-", count: image.count + " (binary)".count)
            let text = harness.output.replacing(image, with: "IMAGE")
                .replacing(rule, with: "-----")
            let difference = try Snapshot.difference(text, "size.txt")
            #expect(difference == nil)
            let tiny = ["--cpu", "cortex-m4", "--flash", "0:1K", "--ram", "0x20000000:1K"]
            #expect(harness.run(arguments: ["size", image, "--origin", "1000"] + tiny) == 1)
            #expect(
                harness.output.contains(
                    "warning: 40 bytes of the image lie beyond the end of the memory"))
        }
    }

    @Test("should print sizes as JSON")
    func sizeJSON() throws {
        try CommandHarness.withImage { image, _ in
            let harness = CommandHarness()
            #expect(harness.run("size", image, "--origin", "0", "--json") == 0)
            let object = try JSONSerialization.jsonObject(with: Data(harness.output.utf8))
            let flash = (object as? [String: Any])?["flash"] as? [String: Any]
            #expect(flash?["used_bytes"] as? Int == 64)
        }
    }

    @Test("should list the boards, show one, and suggest the nearest for an unknown name")
    func boards() throws {
        let harness = CommandHarness()
        #expect(harness.run("boards") == 0)
        #expect(try Snapshot.difference(harness.output, "boards.txt") == nil)
        #expect(harness.run("boards", "stm32f746g-disco") == 0)
        #expect(harness.output.contains("dtcm"))
        #expect(harness.run("boards", "stm32f746") == 2)
        #expect(
            harness.errors
                == "Error: unknown board 'stm32f746'; valid boards: nrf52840, stm32f407g-disc1, "
                + "nucleo-l4r5zi, stm32f746g-disco, nucleo-f767zi, nucleo-h743zi; did you mean "
                + "'stm32f746g-disco'?\n")
    }

    @Test("should compare the records of two runs")
    func report() throws {
        try CommandHarness.withImage { image, folder in
            let harness = CommandHarness()
            let paths = ["first", "second"].map { folder.appending(path: "\($0).json").path }
            for (index, path) in paths.enumerated() {
                harness.result.memory.peakBytes = UInt64(1000 * (index + 1))
                harness.run(
                    "run", image, "--origin", "0", "--json", path, "--name", "run\(index)")
            }
            #expect(harness.run(arguments: ["report"] + paths) == 0)
            let rows = harness.output.split(separator: "\n").map {
                $0.split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
            }
            #expect(rows.first == ["run0", "run1"])
            #expect(rows.contains(["SRAM peak, bytes", "1,000", "2,000"]))
            #expect(harness.run("report", paths[0], "--markdown") == 0)
            #expect(harness.output.hasPrefix("|  | run0 |\n| --- | ---: |\n"))
        }
    }

    @Test("should say which file is no record, and why")
    func badRecords() throws {
        try CommandHarness.withImage { image, folder in
            let harness = CommandHarness()
            #expect(harness.run("report", image) == 2)
            #expect(harness.errors.hasPrefix("Error: \(image): not a Kinglet run record: "))
            let path = folder.appending(path: "v2.json").path
            try Data(#"{"schema_version": 2}"#.utf8).write(to: URL(filePath: path))
            #expect(harness.run("report", path) == 2)
            #expect(harness.errors.contains("has schema_version 2; this Kinglet reads"))
            #expect(harness.run("report") == 2)
        }
    }
}
