// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareEmitter
import Foundation
import MemoryPlanner
import Synchronization
import RunModel
import TestSupport
import Testing
import TrainingCompiler
import Workbench

/// A whole network: emitted, built, and trained for a step on the emulated board and on this machine.
@Suite struct EmittedProjectTests {
    /// Two samples of noise, and labels.
    private func writeSamples(to folder: URL) throws {
        func word(_ value: UInt32) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
        }
        var generator = SeededGenerator(seed: 3)
        let pixels = (0..<2 * 128 * 128 * 3).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let images = [word(0x804), word(2), word(128), word(128), word(3)].flatMap { $0 } + pixels
        let labels = word(0x801) + word(2) + [3, 8]
        try Data(images).write(to: folder.appending(path: "train-images.idx"))
        try Data(labels).write(to: folder.appending(path: "train-labels.idx"))
    }

    @Test("should train to the same weights as the host twin, within the planned memory")
    func wholeNetwork() throws {
        try Assembler.withTemporaryDirectory { folder in
            try writeSamples(to: folder)
            var request = TrainingRequest(model: "mbv2-w0.35")
            request.scheme = "mbv2-49kb"
            request.options = PassOptions(readsInputByRows: true)
            let plan = try request.plan()
            let board = "stm32f746g-disco"
            let project = try ProjectFolder(
                try FirmwareProject(plan, boards: [board, "cortex-m7-16m"]),
                firmware: try FirmwareFolder(BuiltFirmware.firmware),
                to: folder.appending(path: "project").path)
            try project.build()
            // No board that can be bought: it only has to link.
            #expect(
                FileManager.default.fileExists(atPath: project.image(board: "cortex-m7-16m")))
            let arguments = ["steps=2", "eval=0"]
            let twin = try Assembler.run(
                project.hostTwin, ["--files", folder.path] + arguments)

            let printed = Mutex<[UInt8]>([])
            var run = RunRequest(
                imagePath: project.image(board: board), board: try Board.named(board))
            run.arguments = arguments.joined(separator: " ")
            run.filesDirectory = folder.path
            run.console = { bytes in printed.withLock { $0 += bytes } }
            let record = try FirmwareRun(execute: FirmwareRun.simulate).record(of: run)
            #expect(record.outcome.exitCode == 0)
            #expect(printed.withLock { String(decoding: $0, as: UTF8.self) } == twin)
            #expect(twin.contains("weights: 0x"))

            // Runtime and app hold less than 2 KB of their own.
            let planned = UInt64(plan.totalBytes)
            #expect(record.sram.staticBytes >= planned && record.sram.staticBytes < planned + 2048)
            let arena = try #require(record.arena)
            #expect(arena.bytes == plan.arena.arenaBytes)
            #expect(arena.peak?.bytes == plan.arena.bound.bytes)
            #expect(arena.buffers.count == plan.arena.problem.buffers.count)
            #expect(
                record.symbols?.contains {
                    $0.name == arena.symbol && $0.memory == .sram && $0.bytes == arena.bytes
                } == true)
            let phases = record.steps.map { Set($0.phases.map(\.name)) }
            #expect(phases.allSatisfy { $0.isSuperset(of: ["forward", "backward", "update"]) })
        }
    }
}
