// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletCommands
import RunModel
import TestSupport
import Testing
import Workbench

/// `kinglet compare` on firmware built by the cross compiler, with the simulator.
@Suite("kinglet compare")
struct CompareCommandTests {
    private static let main = """
        static uint8_t samples[SAMPLES];
        int main(void) {
          for (unsigned i = 0; i < SAMPLES; i++) ((volatile uint8_t *)samples)[i] = (uint8_t)i;
          return MAIN_RESULT;
        }
        """

    /// `small.elf`, `large.elf`, and `failing.elf`, which exits with 1.
    private static func build(_ folder: URL) throws {
        for (name, samples, result) in [("small", 100, 0), ("large", 900, 0), ("failing", 10, 1)] {
            let own = folder.appending(path: "build-\(name)")
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            let path = try FirmwareBuilder.build(
                FirmwareBuilder.startup + main, in: own,
                flags: ["-O1", "-DSAMPLES=\(samples)", "-DMAIN_RESULT=\(result)"])
            try FileManager.default.moveItem(
                at: URL(filePath: path), to: folder.appending(path: "\(name).elf"))
        }
    }

    /// `tiny.yaml`: 16 KiB of SRAM.
    static func writeTinyBoard(_ folder: URL) throws {
        let board = """
            schema_version: 1
            name: tiny
            summary: no chip
            core: cortex-m4
            clock: 64MHz
            vector_table: 0
            interrupts: 48
            priority_bits: 3
            memories:
              - {name: flash, kind: flash, origin: 0, length: 1MiB}
              - {name: ram, kind: sram, origin: 0x20000000, length: 16KiB}
            """
        try Data(board.utf8).write(to: folder.appending(path: "tiny.yaml"))
    }

    static func compare(
        _ folder: URL, _ yaml: String, _ arguments: String...
    ) throws -> FinishedCommand {
        let file = folder.appending(path: "images.yaml")
        try Data("schema_version: 1\n\(yaml)\n".utf8).write(to: file)
        return FinishedCommand(
            [
                "compare", file.path, "--output-dir", folder.appending(path: "out").path,
                "--firmware", CompileOutputTests.firmware,
            ] + arguments)
    }

    @Test("should run images side by side, and give the same however many run at a time")
    func images() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(folder)
            let yaml = "rows: [{image: large.elf}, {image: small.elf}]"
            let json = folder.appending(path: "c.json").path
            let csv = folder.appending(path: "c.csv").path
            let one = try Self.compare(folder, yaml, "--json", json, "--csv", csv, "--jobs", "1")
            #expect(one.code == 0, "\(one)")
            #expect(one.errors.isEmpty)
            let text = try String(contentsOfFile: json, encoding: .utf8)
            let record = try ComparisonRecord(json: text)
            #expect(record.name == "images")
            #expect(record.rows.map(\.name) == ["large", "small"])
            // 800 bytes of .bss.
            let peaks = record.rows.compactMap { $0.value(.sramPeak) }
            #expect(peaks.count == 2 && peaks[0] - peaks[1] == 800)
            #expect(record.rows[1].ratios["sram.peak"] == peaks[1] / peaks[0])
            #expect(record.rows[0].dominatedBy == ["small"])
            let lines = try String(contentsOfFile: csv, encoding: .utf8).split(separator: "\r\n")
            #expect(lines.count == 3)
            let other = try Self.compare(folder, yaml, "--json", json, "--jobs", "3")
            #expect(other.output == one.output)
            #expect(try String(contentsOfFile: json, encoding: .utf8) == text)
        }
    }

    @Test("should show what failed beside what did not, and exit with the gravest")
    func failures() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.build(folder)
            let failing = try Self.compare(
                folder, "rows: [{image: small.elf}, {image: failing.elf}]")
            #expect(failing.code == 1)
            #expect(failing.output.contains("FAILED failing: "), "\(failing.output)")
            let limited = try Self.compare(
                folder,
                "rows: [{image: small.elf, limits: {cycles: 50 cycles}}, {image: failing.elf}]")
            #expect(limited.code == 42)
            let missing = try Self.compare(
                folder, "rows: [{image: smal.elf}, {image: small.elf, board: nrf52}]")
            #expect(missing.code == 2)
            #expect(missing.output.contains("images.yaml:2:16: 'image' is 'smal.elf'"))
            #expect(missing.output.contains("did you mean 'nrf52840'?"))
        }
    }

    @Test("should report a scheme that fits neither its board nor another")
    func tooLarge() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Self.writeTinyBoard(folder)
            let model = CompileOutputTests.firmware + "/models/fashion.tflite"
            let result = try Self.compare(
                folder, "rows: [{model: \(model), scheme: full, board_file: tiny.yaml}]")
            #expect(result.code == 1, "\(result)")
            let reason =
                /FAILED full: .* alone need \d+ bytes of SRAM, tiny has 16384/
            #expect(result.output.contains(reason), "\(result.output)")
        }
    }

    @Test("should refuse a file that is malformed, and options that are")
    func malformed() throws {
        try Assembler.withTemporaryDirectory { folder in
            let file = try Self.compare(folder, "rows: [{imag: a}]")
            #expect(file.code == 2)
            #expect(file.errors.contains("images.yaml:2:9: unknown key 'imag', did you mean"))
            let filter = try Self.compare(folder, "rows: [{image: a}]", "--filter", "b")
            #expect(filter.code == 2)
            #expect(filter.errors.contains("leaves no row; there are: a"))
            let model = try Self.compare(folder, "rows: [{image: a}]", "--model", "a")
            #expect(model.code == 2)
        }
    }
}
