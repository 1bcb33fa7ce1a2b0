// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import TestSupport
import Testing

@Suite("Accounting tables")
struct TableTests {
    @Test("should charge every edge of a program with more blocks than the tables begin with")
    func manyBlocks() throws {
        let count = 3000
        let blocks = (0..<count).map { "adds r0, #1\n b.w next\($0)\n nop\n next\($0):" }
        let bench = try Bench(
            "movs r1, #3\n again:\n" + blocks.joined(separator: "\n")
                + "\n subs r1, #1\n bne.w again\n bkpt #0")
        _ = try bench.engine.run()
        #expect(bench.engine[.r0] == UInt32(3 * count))
        // movs; three rounds of (adds, b) each, subs and bne; bkpt.
        let instructions = UInt64(1 + 3 * (2 * count + 2) + 1)
        // Every block but the first of all and the one with bkpt is entered by a jump.
        let jumps = UInt64(3 * count + 2)
        #expect(bench.engine.counters.instructions == instructions)
        #expect(bench.engine.counters.cycles == instructions + 10 * jumps)
        #expect(bench.factsCount == count + 3)
    }

    @Test(
        "should charge a function by its caller, of whom there are more than a site remembers",
        arguments: [true, false])
    func manyCallers(usesInternals: Bool) throws {
        let callers = (0..<9).map { _ in "bl leaf" }.joined(separator: "\n")
        let bench = try Bench(
            """
                movs r1, #100
            again:
                \(callers)
                subs r1, #1
                bne again
                bkpt #0
                nop
            leaf:
                adds r0, #1
                bx lr
            """, usesInternals: usesInternals)
        _ = try bench.engine.run()
        #expect(bench.engine[.r0] == 900)
        let instructions = UInt64(1 + 100 * (9 * 3 + 2) + 1)
        #expect(bench.engine.counters.instructions == instructions)
        // Into the leaf, back from it, and to the loop's start: jumps all of them.
        #expect(bench.engine.counters.cycles == instructions + 10 * (100 * 18 + 99))
    }

    @Test("should not grow between a million blocks and eleven", arguments: [true, false])
    func boundedByTime(usesInternals: Bool) throws {
        // Each round: 4 blocks, 8 instructions, 4 jumps: 48 cycles.
        let bench = try Bench(
            "loop: adds r0, #1\n bl leaf\n adds r1, #1\n bl leaf\n b loop\n leaf: bx lr\n",
            usesInternals: usesInternals)
        bench.engine.nextEventCycle = 250_000 * 48
        _ = try bench.engine.run()
        let before = Size(bench)
        bench.engine.nextEventCycle = 2_750_000 * 48
        _ = try bench.engine.run()
        #expect(bench.engine[.r0] >= 2_200_000)
        #expect(Size(bench) == before)
        #expect(before.bytes < 2 << 20)
    }

    /// What must not grow with time.
    private struct Size: Equatable {
        var bytes: Int
        var translations: Int
        var asked: Int
        init(_ bench: Bench) {
            bytes = bench.engine.accountingBytes
            translations = bench.engine.translationCount
            asked = bench.factsCount
        }
    }

    @Test("should give equal counters for equal runs")
    func deterministic() throws {
        let outcomes = try (0..<3).map { _ in try Outcome(Bench(CodeInRAMTests.selfModifying)) }
        #expect(outcomes[0] == outcomes[1])
        #expect(outcomes[0] == outcomes[2])
    }

    @Test("should refuse regions that are misplaced or overlap, and say which are there")
    func badRegions() throws {
        let engine = try Bench("bkpt #0").engine
        #expect(
            throws: EmulationError.misplacedRegion(
                name: "odd", origin: 0x1000_0200, length: 1024, granularityBytes: 1024)
        ) {
            try engine.map(
                MemoryRegion(
                    name: "odd", origin: 0x1000_0200, lengthBytes: 1024, access: .readWrite))
        }
        #expect(
            throws: EmulationError.overlappingRegion(
                name: "more", origin: 0x2000_FC00, length: 2048, other: "ram")
        ) {
            try engine.map(
                MemoryRegion(
                    name: "more", origin: 0x2000_FC00, lengthBytes: 2048, access: .readWrite))
        }
        let error = #expect(throws: EmulationError.self) { try engine.read32(0x2000_FFFE) }
        #expect(
            error?.description
                == "access to 4 bytes at 0x2000fffe; mapped are flash 0x00000000 (65536 bytes), "
                + "ram 0x20000000 (65536 bytes)")
    }
}
