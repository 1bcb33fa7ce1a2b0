// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport
import Testing

@Suite("kinglet compile -o")
struct CompileOutputTests {
    static let job = ["compile", "mbv2-w0.35", "--scheme", "mbv2-49kb", "--sources-only"]

    /// The repository's own; tests do not run beside it in every build.
    static let firmware = Repository.root.appending(path: "firmware").path

    private func files(in folder: URL) throws -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
        var files: [String: Data] = [:]
        for name in names.compactMap({ $0 as? String }) {
            files[name] = try? Data(contentsOf: folder.appending(path: name))
        }
        return files
    }

    private func write(_ folder: URL, _ options: [String] = []) -> CommandHarness {
        let harness = CommandHarness()
        harness.run(
            arguments: Self.job + ["--firmware", Self.firmware, "-o", folder.path] + options)
        return harness
    }

    @Test("should write a project that is complete, and the same each time")
    func writes() throws {
        try Assembler.withTemporaryDirectory { folder in
            let one = folder.appending(path: "one")
            let other = folder.appending(path: "other")
            let output = write(one).output
            _ = write(other)
            let files = try files(in: one)
            // "static uint32_t arena[14041]; // 56,164 bytes"
            let model = String(decoding: files["model.c"] ?? Data(), as: UTF8.self)
            let arena = try #require(model.firstMatch(of: /arena\[\d+\]; \/\/ ([\d,]+) bytes/))
            #expect(output.contains("planned SRAM: arena \(arena.1) B"))
            for name in [
                "model.c", "weights.c", "plan.svg", "Makefile", "kinglet/LICENSE",
                "kinglet/apps/train/main.c", "kinglet/boards/nrf52840.mk",
                "kinglet/kernels/kernels.mk", "kinglet/linker/sections.ld",
                "kinglet/runtime/include/runtime/model.h", "kinglet/startup/startup.c",
            ] {
                #expect(files[name] != nil, "\(name)")
            }
            #expect(!files.keys.contains { $0.contains("tests") || $0.hasSuffix(".o") })
            #expect(files == (try self.files(in: other)))
        }
    }

    @Test("should leave unchanged files alone, and remove sources that are gone")
    func writesAgain() throws {
        try Assembler.withTemporaryDirectory { folder in
            _ = write(folder)
            let weights = folder.appending(path: "weights.c").path
            let past = Date(timeIntervalSince1970: 1_000_000)
            try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: weights)
            let stray = folder.appending(path: "kinglet/kernels/loss/old.c")
            try Data("int x;".utf8).write(to: stray)
            let model = folder.appending(path: "model.c")
            try Data("changed".utf8).write(to: model)
            _ = write(folder)
            let attributes = try FileManager.default.attributesOfItem(atPath: weights)
            #expect(attributes[.modificationDate] as? Date == past)
            #expect(!FileManager.default.fileExists(atPath: stray.path))
            #expect(
                try String(contentsOf: model, encoding: .utf8).contains("static uint32_t arena"))
        }
    }

    @Test("should not touch a folder with files of somebody else")
    func foreignFolder() throws {
        try Assembler.withTemporaryDirectory { folder in
            try Data("mine".utf8).write(to: folder.appending(path: "thesis.txt"))
            #expect(write(folder).errors.contains("has files that Kinglet did not write"))
            #expect(try files(in: folder).count == 1)
        }
    }

    @Test("should list the boards that firmware can be built for")
    func unknownBoard() throws {
        try Assembler.withTemporaryDirectory { folder in
            let harness = write(folder, ["--board", "z80"])
            #expect(
                harness.errors.contains(
                    "no firmware for a board 'z80'; valid: cortex-m7-16m, "
                        + "nrf52840, nucleo-f767zi, nucleo-h743zi, nucleo-l4r5zi, stm32f407g-disc1, "
                        + "stm32f746g-disco"))
        }
    }

    @Test("should say what the folder of kernels must hold")
    func noFirmware() throws {
        try Assembler.withTemporaryDirectory { folder in
            let harness = CommandHarness()
            let code = harness.run(
                arguments: Self.job + ["--firmware", folder.path, "-o", folder.path + "/out"])
            #expect(code == 2)
            #expect(
                harness.errors.contains("does not hold kernels/include/kinglet/kinglet.h"))
        }
    }
}
