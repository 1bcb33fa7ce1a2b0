// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import Timing

@Suite("Flash lines")
struct FlashLineTests {
    /// Flash of 16-byte lines and 5 wait states at 0.
    static func system(
        prefetches: Bool = false, instructionLines: Int = 0, dataLines: Int = 0, wait: Int = 5
    ) -> MemorySystem {
        var flash = MemorySystem.Region(origin: 0, lengthBytes: 0x10000)
        flash.isFlash = true
        flash.isAccelerated = true
        let ram = MemorySystem.Region(origin: 0x2000_0000, lengthBytes: 0x10000)
        return MemorySystem(
            flash: .init(
                waitCycles: wait, lineBytes: 16, prefetches: prefetches,
                instructionLines: instructionLines, dataLines: dataLines),
            regions: [flash, ram])
    }

    @Test("should read the array for each line but the current one, without lines of its own")
    func noLines() throws {
        let table = MemoryTable(
            name: "",
            steps: [
                .fetch(0, 5), .fetch(4, 0), .fetch(16, 5), .fetch(0, 5), .load(0x100, 5),
                .load(0x100, 5),
            ])
        let counts = try table.check(on: Self.system()).counts
        #expect(counts.flashFetchMisses == 3)
        #expect(counts.flashDataMisses == 2)
    }

    @Test("should give up the least recently used line")
    func leastRecentlyUsed() throws {
        let table = MemoryTable(
            name: "",
            steps: [
                .fetch(0, 5), .fetch(16, 5), .fetch(0, 0), .fetch(32, 5), .fetch(0, 0),
                .fetch(16, 5), .fetch(32, 5),
            ])
        let counts = try table.check(on: Self.system(instructionLines: 2)).counts
        #expect(counts.flashFetchHits == 2)
        #expect(counts.flashFetchMisses == 5)
    }

    static let prefetching = [
        MemoryTable(
            // Line 0 is there at 5; reading line 1 takes until 5 + 6.
            name: "the next line costs what is left of its reading",
            steps: [.fetch(0, at: 0, 5), .fetch(16, at: 8, 3)]),
        MemoryTable(
            name: "the next line costs nothing after as many cycles as a reading takes",
            steps: [.fetch(0, at: 0, 5), .fetch(16, at: 11, 0), .fetch(32, at: 17, 0)]),
        MemoryTable(
            name: "a line that came in time is not kept, one that was waited for is",
            steps: [
                .fetch(0, at: 0, 5), .fetch(16, at: 11, 0), .fetch(0, at: 20, 0),
                .fetch(0x40, at: 30, 5), .fetch(16, at: 40, 5), .fetch(0x40, at: 50, 0),
                .fetch(16, at: 60, 0),
            ]),
        MemoryTable(
            name: "a branch elsewhere waits for the array as if nothing had been read ahead",
            steps: [.fetch(0, at: 0, 5), .fetch(0x80, at: 7, 5)]),
    ]

    @Test("should read ahead", arguments: prefetching)
    func readAhead(_ table: MemoryTable) throws {
        _ = try table.check(on: Self.system(prefetches: true, instructionLines: 4))
    }

    @Test("should keep lines of constants apart from those of instructions")
    func constants() throws {
        let table = MemoryTable(
            name: "",
            steps: [
                .load(0x100, 5), .load(0x10C, 0), .load(0x110, 5), .load(0x100, 0),
                .load(0x120, 5), .load(0x110, 5), .fetch(0x100, 5),
                // Over the end of a line.
                .load(0x20E, 10),
            ])
        let counts = try table.check(on: Self.system(instructionLines: 8, dataLines: 2)).counts
        #expect(counts.flashDataHits == 2)
        #expect(counts.flashDataMisses == 6)
    }

    @Test("should keep as many lines as there are, whatever their addresses have in common")
    func manyLines() throws {
        let simulator = try #require(MemorySimulator(Self.system(instructionLines: 64)))
        for round in 0..<2 {
            for line in 0..<64 {
                let stall = simulator.fetch(UInt32(line * 0x400))
                #expect(stall == (round == 0 ? 5 : 0))
            }
        }
    }

    @Test("should cost nothing without wait states")
    func noWaitStates() throws {
        let simulator = try #require(MemorySimulator(Self.system(wait: 0)))
        #expect(simulator.fetchBytes(at: 0) == 0)
        #expect(!simulator.charges(0, isStore: false))
        #expect(!simulator.charges(0x2000_0000, isStore: true))
        #expect(simulator.load(0x100) == 0)
    }
}
