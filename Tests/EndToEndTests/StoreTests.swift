// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import TestSupport
import Testing

/// `firmware/apps/store`: what the runtime saves to flash, through resets and power cycles.
@Suite struct StoreTests {
    /// Bytes that are saved: the header and three blocks.
    static let savedBytes = 16 + 1 + 1000 + 20_481

    /// Where the linker puts the room at the end of 1 MiB, and how many sectors it takes.
    struct Place: Sendable, CustomTestStringConvertible {
        var board: String
        var offset: Int
        var sectors: UInt64
        var testDescription: String { board }
    }
    static let places = [
        Place(board: "nrf52840", offset: (1 << 20) - 6 * 4096, sectors: 6),
        Place(board: "stm32f746g-disco", offset: 3 << 18, sectors: 1),
    ]

    private struct Finished {
        var record: RunRecord
        var console: String
        var code: UInt32? { record.outcome.firmwareExitCode }
        /// For messages of failed expectations.
        var summary: String { "\(record.outcome) \(console) \(record.warnings)" }
    }

    private static func run(
        on board: String, _ arguments: String = "", load: String? = nil, save: String? = nil,
        maxCycles: UInt64? = nil
    ) throws -> Finished {
        let run = try BuiltFirmware.run(
            "store", on: board, arguments: arguments, maxCycles: maxCycles ?? 1_000_000_000,
            loadFlash: load, saveFlash: save)
        return Finished(record: run.record, console: run.console)
    }

    @Test("should find after a reset what was saved before it", arguments: places)
    func survivesReset(place: Place) throws {
        let finished = try Self.run(on: place.board)
        #expect(finished.console == "not loaded: nothing is saved\nsaved\nloaded: what was saved\n")
        #expect(finished.code == 0, "\(finished.summary)")
        let record = finished.record
        #expect(record.resets == 1)
        #expect(record.warnings.isEmpty)
        #expect(record.touchedRegisters.isEmpty)
        let operations = try #require(record.flashOperations)
        #expect(operations.erasedSectors == place.sectors)
        #expect(operations.programmedBytes == UInt64((Self.savedBytes + 3) / 4 * 4))
        #expect(record.total.cycles > operations.busyCycles)
        #expect(record.flash.usedBytes < UInt64(place.offset))
    }

    @Test("should find it after a power cycle, and nothing without the flash", arguments: places)
    func survivesPowerCycle(place: Place) throws {
        try Assembler.withTemporaryDirectory { folder in
            let flash = folder.appending(path: "flash.bin").path
            #expect(try Self.run(on: place.board, "do=save", save: flash).code == 0)
            let second = try Self.run(on: place.board, "do=load", load: flash)
            #expect(second.console == "loaded: what was saved\n", "\(second.summary)")
            #expect(second.code == 0 && second.record.flashOperations == nil)
            let without = try Self.run(on: place.board, "do=load")
            #expect(without.console == "not loaded: nothing is saved\n")
            #expect(without.code == 3)
        }
    }

    @Test("should refuse what was saved for another model", arguments: places)
    func otherFingerprint(place: Place) throws {
        try Assembler.withTemporaryDirectory { folder in
            let flash = folder.appending(path: "flash.bin").path
            _ = try Self.run(on: place.board, "do=save fingerprint=1", save: flash)
            let finished = try Self.run(on: place.board, "do=load fingerprint=2", load: flash)
            #expect(finished.console.contains("belongs to another model"), "\(finished.summary)")
            #expect(finished.code == 3)
        }
    }

    @Test("should refuse what lost a bit, wherever it was", arguments: places)
    func damaged(place: Place) throws {
        try Assembler.withTemporaryDirectory { folder in
            let flash = folder.appending(path: "flash.bin")
            _ = try Self.run(on: place.board, "do=save", save: flash.path)
            let saved = [UInt8](try Data(contentsOf: flash))
            // In the CRC, at both ends of the parameters, and between.
            for offset in [13, 16, 17, 5000, Self.savedBytes - 1] {
                var bytes = saved
                bytes[place.offset + offset] ^= 4
                try Data(bytes).write(to: flash)
                let finished = try Self.run(on: place.board, "do=load", load: flash.path)
                #expect(finished.console.contains("is damaged"), "\(offset): \(finished.summary)")
                #expect(finished.code == 3)
            }
        }
    }

    @Test(
        "should keep nothing or the new copy, never a mixture, when power fails", arguments: places)
    func powerLoss(place: Place) throws {
        try Assembler.withTemporaryDirectory { folder in
            let old = folder.appending(path: "old.bin").path
            let cut = folder.appending(path: "cut.bin").path
            _ = try Self.run(on: place.board, "do=save seed=1", save: old)
            let whole = try Self.run(on: place.board, "do=save seed=2", load: old, save: cut)
            let total = whole.record.total.cycles
            var found: Set<String> = []
            // Before the first erase, on the way, between the header's words, and behind the last.
            for sixteenth in 0...16 {
                let limit = max(1000, total * UInt64(sixteenth) / 16 - (sixteenth == 16 ? 4000 : 0))
                let broken = try Self.run(
                    on: place.board, "do=save seed=2", load: old, save: cut, maxCycles: limit)
                #expect(broken.record.outcome.reason == .cycleLimit)
                let states = try [1, 2].map {
                    try Self.run(on: place.board, "do=load seed=\($0)", load: cut).console
                }
                #expect(!states.contains { $0.contains("damaged") }, "\(limit): \(states)")
                if states[0] == "not loaded: nothing is saved\n" {
                    found.insert("nothing")
                } else {
                    let right = states.firstIndex(of: "loaded: what was saved\n")
                    #expect(right != nil, "\(limit): \(states)")
                    found.insert(right == 0 ? "old" : "new")
                }
            }
            #expect(found.isSuperset(of: ["old", "nothing"]), "\(found)")
        }
    }

    @Test(
        "should go on after a power cycle with what a model has learnt", arguments: places,
        TrainingTests.schemes)
    func learntModel(place: Place, scheme: String) throws {
        try Assembler.withTemporaryDirectory { folder in
            let flash = folder.appending(path: "flash.bin").path
            let first = try BuiltFirmware.run(
                scheme, on: place.board, arguments: "steps=20 eval=20 save=on load=on",
                saveFlash: flash)
            #expect(first.record.outcome.exitCode == 0, "\(first.console)")
            #expect(
                first.console.contains("parameters: as compiled in; nothing is saved\n")
                    && first.console.contains("parameters: saved to flash\n"), "\(first.console)")
            let second = try BuiltFirmware.run(
                scheme, on: place.board, arguments: "steps=0 eval=20 load=on", loadFlash: flash)
            #expect(second.console.contains("parameters: from flash\n"), "\(second.console)")
            let (learnt, kept) = (first.console, second.console)
            #expect(
                BuiltFirmware.value(of: "weights", in: kept)
                    == BuiltFirmware.value(of: "weights", in: learnt))
            #expect(
                BuiltFirmware.value(of: "accuracy_before", in: kept)
                    == BuiltFirmware.value(of: "accuracy_after", in: learnt))
        }
    }
}
