// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import TestSupport
import Testing

/// The built program as a process of its own, on firmware built by the cross compiler.
@Suite("The kinglet program")
struct EndToEndTests {
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "kinglet")

    private struct Finished {
        var code: Int32
        var output: String
        var errors: String
    }

    private static func run(_ arguments: [String]) throws -> Finished {
        try Assembler.withTemporaryDirectory { folder in
            let process = Process()
            process.executableURL = program
            process.arguments = arguments
            let output = folder.appending(path: "out")
            let errors = folder.appending(path: "err")
            for file in [output, errors] { try Data().write(to: file) }
            process.standardOutput = try FileHandle(forWritingTo: output)
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
            process.waitUntilExit()
            return Finished(
                code: process.terminationStatus,
                output: try String(contentsOf: output, encoding: .utf8),
                errors: try String(contentsOf: errors, encoding: .utf8))
        }
    }

    private static func runFirmware(_ main: String, _ arguments: String...) throws -> Finished {
        try Assembler.withTemporaryDirectory { folder in
            let image = try FirmwareBuilder.build(FirmwareBuilder.startup + main, in: folder)
            return try run(["run", image] + arguments)
        }
    }

    @Test("should say so when standard output takes no more")
    func fullOutput() throws {
        let process = Process()
        process.executableURL = Self.program
        process.arguments = ["boards"]
        let errors = Pipe()
        process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
        process.standardError = errors
        try process.run()
        let message = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationReason == .exit && process.terminationStatus == 2)
        #expect(message.starts(with: Data("Error: cannot write to standard output: ".utf8)))
    }

    @Test("should pass when the firmware exits with 0, its console first")
    func passes() throws {
        let finished = try Self.runFirmware(
            "int main(void) { semihost(4, \"hello\\n\"); return 0; }")
        #expect(finished.code == 0)
        #expect(finished.output.hasPrefix("hello\nimage "))
        #expect(finished.errors.isEmpty)
    }

    @Test("should exit with 1 when the firmware exits with another code")
    func fails() throws {
        let finished = try Self.runFirmware("int main(void) { return 5; }", "--json", "-")
        #expect(finished.code == 1)
        #expect(try RunRecord(json: finished.output).outcome.firmwareExitCode == 5)
    }

    @Test("should exit with 3 and name the place when the firmware faults")
    func faults() throws {
        let finished = try Self.runFirmware(
            """
            __attribute__((noinline)) int broken_load(volatile int *p) { return *p; }
            int main(void) { return broken_load((volatile int *)0x60000000); }
            """)
        #expect(finished.code == 3)
        #expect(finished.output.contains("  pc    broken_load"))
        #expect(finished.output.contains("PRECISERR, BFARVALID"))
        #expect(finished.output.contains("main"))
    }

    @Test("should exit with 42 at the cycle limit, always at the same place")
    func cycleLimit() throws {
        let source = FirmwareBuilder.startup + "volatile int n; int main(void) { for (;;) n++; }"
        let runs = try Assembler.withTemporaryDirectory { folder in
            let image = try FirmwareBuilder.build(source, in: folder)
            return try (0..<2).map { _ in
                try Self.run(["run", image, "--max-cycles", "100k", "--json", "-"])
            }
        }
        #expect(runs.map(\.code) == [42, 42])
        #expect(runs[0].output == runs[1].output)
        let record = try RunRecord(json: runs[0].output)
        #expect((100_000..<100_100).contains(record.total.cycles))
        #expect(record.outcome.reason == .cycleLimit)
    }

    @Test("should measure steps, regions and an end by symbol")
    func symbols() throws {
        let finished = try Self.runFirmware(
            """
            volatile int sum;
            __attribute__((noinline)) void train_step(int n) { for (int i = 0; i < n; i++) sum += i; }
            __attribute__((noinline)) void finish(void) { sum = 0; __asm volatile("nop"); }
            int main(void) {
              for (int i = 1; i <= 3; i++) train_step(100 * i);
              finish(); return 9;
            }
            """, "--step-symbol", "train_step", "--region", "main..finish", "--until", "finish",
            "--json", "-")
        #expect(finished.code == 0, "\(finished.errors)")
        let record = try RunRecord(json: finished.output)
        #expect(record.outcome.reason == .untilReached)
        let cycles = record.steps.map(\.cycles)
        #expect(record.steps.map(\.index) == [0, 1, 2])
        #expect(cycles == cycles.sorted() && Set(cycles).count == 3)
        let region = try #require(record.regions.first)
        #expect(record.regions.count == 1)
        #expect(region.cycles >= cycles.reduce(0, +))
        #expect(region.cycles <= record.total.cycles)
    }

    @Test("should exit with 2 on wrong usage, and say how it is used")
    func usage() throws {
        let finished = try Self.run(["run"])
        #expect(finished.code == 2)
        #expect(finished.errors.contains("Missing expected argument '<image>'"))
        #expect(finished.output.isEmpty)
    }
}
