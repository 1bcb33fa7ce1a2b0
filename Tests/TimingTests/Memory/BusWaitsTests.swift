// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite("Buses in the fast mode")
struct BusWaitsTests {
    /// Flash at 0x0800_0000; an SRAM at 0x2000_0000 and one at 0x2000_1000 whose runs of loads wait 2 cycles; a change takes
    /// 3.
    private static let system: MemorySystem = {
        func region(_ origin: UInt32, _ memory: Int, firstLoad: Int = 0) -> MemorySystem.Region {
            var region = MemorySystem.Region(origin: origin, lengthBytes: 0x1000)
            region.memory = memory
            region.firstLoadCycles = firstLoad
            return region
        }
        return MemorySystem(
            memoryChangeCycles: 3,
            regions: [
                region(0x0800_0000, 0), region(0x2000_0000, 1),
                region(0x2000_1000, 2, firstLoad: 2),
            ])
    }()

    private static func block(_ code: String, at address: UInt32 = 0x0800_0000) throws -> CodeBlock
    {
        .decode(bytes: try AssembledCode.bytes(of: code), address: address)
    }

    /// r0 to r14: r0 and r1 in the first SRAM, r2 and sp in the second, r3 is 8, r8 in
    /// flash, the others 0.
    private static func register(_ number: Int) -> UInt32 {
        [0: 0x2000_0100, 1: 0x2000_0200, 2: 0x2000_1100, 3: 8, 8: 0x0800_0800, 13: 0x2000_1F00][
            number] ?? 0
    }

    /// Memory holds a pointer into the second SRAM everywhere in the first, and the other way round.
    private static func word(_ address: UInt32) -> UInt32? {
        switch address {
        case 0x2000_0000..<0x2000_1000: 0x2000_1300
        case 0x2000_1000..<0x2000_2000: 0x2000_0300
        default: nil
        }
    }

    /// What each instruction delays the next ones, from the first of the block to its last.
    private static func waits(_ code: String, after before: String? = nil) throws -> [UInt32] {
        var waits = try #require(BusWaits(system))
        let predecessor = try before.map { try Self.block($0, at: 0x0800_0100) }
        if let predecessor {
            waits.observe(predecessor, after: nil, register: register, word: word)
        }
        let block = try Self.block(code)
        waits.observe(block, after: predecessor, register: register, word: word)
        let count = block.instructions.count
        let plain = BlockCost(
            cyclesBefore: (0..<UInt32(count)).map { $0 * 10 }, total: UInt32(count) * 10,
            skipSavings: [])
        let cost = waits.cost(plain, of: block, after: predecessor)
        let starts = cost.cyclesBefore + [cost.total]
        #expect(cost.totalFixedPoint == cost.total * 256)
        return zip(starts.dropFirst(), starts).map { $0 - $1 - 10 }
    }

    @Test(
        "should make loads wait for their bus",
        arguments: [
            ("ldr r4, [r0]; ldr r5, [r1]", [0, 0]), ("ldr r4, [r2]; nop; ldr r5, [r2]", [2, 0, 2]),
            ("ldr r4, [r2]; ldr r5, [r2, #4]", [2, 0]), ("ldr r4, [r0]; ldr r5, [r2]", [0, 3]),
            ("str r4, [r2]; nop; ldr r5, [r0]", [0, 0, 3]), ("pop {r4, r5}; ldr r6, [r0]", [2, 3]),
            // Literals and flash are on the other bus.
            ("ldr r4, [r0]; ldr r5, [pc, #4]; ldr r6, [r1]", [0, 0, 0]),
            // Those two are known not to pipeline; loads of a table in flash do not, either.
            ("ldr r4, [r8]; ldr r5, [r0]; ldr r6, [r8]; ldr r4, [r8]", [0, 1, 1, 0]),
            ("ldr r4, [r8]; nop; ldr r5, [r0]", [0, 0, 0]),
            // By what was computed, or loaded; an index hardly leads elsewhere.
            ("add r4, r0, #0x1000; nop; ldr r5, [r4]", [0, 0, 2]),
            ("eor r4, r2, r3; ldr r5, [r4]", [0, 2]),
            ("ldr r4, [r0]; nop; ldr r5, [r4]; nop; ldr r6, [r5]", [0, 0, 3, 0, 3]),
            ("ldrd r4, r5, [r2]; nop; ldr r6, [r5]", [2, 0, 3]),
            ("pop {r4}; nop; ldr r6, [r4]", [2, 0, 3]),
            ("ldrb r4, [r2]; ldrb r5, [r2, r4]", [2, 2]),
            // Where the base is not known, nothing is.
            ("ldrb r4, [r2]; nop; ldr r5, [r4]; nop; ldr r6, [r2, #8]", [2, 0, 0, 0, 2]),
            ("cmp r4, r4; it eq; ldreq r5, [r2]; ldr r6, [r0]", [0, 0, 0, 0]),
        ])
    func rules(code: String, expected: [UInt32]) throws {
        let lines = code.replacing("; ", with: "\n")
        #expect(try Self.waits(lines) == expected, "\(code)")
    }

    @Test(
        "should begin with what the block before left its buses at",
        arguments: [
            ("ldr r4, [r0]", "ldr r5, [r1]", [0]), ("ldr r4, [r2]", "ldr r5, [r1]", [3]),
            ("str r4, [r2]", "ldr r5, [r1]", [3]), ("nop", "ldr r5, [r1]", [0]),
            ("ldr r4, [pc, #4]", "ldr r5, [r1]", [0]),
        ] as [(String, String, [UInt32])])
    func predecessors(before: String, code: String, expected: [UInt32]) throws {
        #expect(try Self.waits(code, after: before) == expected)
    }

    @Test("should follow a new passage when it is asked to")
    func again() throws {
        var waits = try #require(BusWaits(Self.system))
        let block = try Self.block("ldr r4, [r0]\nnop")
        let plain = BlockCost(cyclesBefore: [0, 10], total: 20, skipSavings: [])
        for (pointer, more) in [(0x2000_1000, 2), (0x2000_0000, 0)] as [(UInt32, UInt32)] {
            waits.observe(block, after: nil, register: { _ in pointer }, word: { _ in nil })
            #expect(waits.cost(plain, of: block, after: nil).total == 20 + more)
            #expect(waits.cost(plain, of: block, after: block) == plain)
        }
    }

    @Test("should be nothing where no load waits")
    func nothing() {
        #expect(BusWaits(MemorySystem(regions: [])) == nil)
    }
}
