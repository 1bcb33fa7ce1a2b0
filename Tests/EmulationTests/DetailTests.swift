// SPDX-License-Identifier: GPL-2.0-or-later
import CMemorySystem
import Emulation
import Testing

@Suite("Details of blocks")
struct DetailTests {
    /// RAM takes 3 cycles for a load; an unaligned word costs 2, a divide 5 more.
    static func model() throws -> (DetailModel, OpaquePointer) {
        let memory = try #require(
            ms_create(ms_cache_shape(), ms_cache_shape(), ms_flash_shape(), 0))
        #expect(
            ms_add_region(
                memory,
                ms_region(
                    origin: Bench.ram, length_bytes: 0x10000, access_cycles: 3, is_flash: false,
                    is_accelerated: false, is_instruction_cached: false, is_data_cached: false,
                    memory: 0, first_load_cycles: 0)))
        let model = DetailModel(memory: memory) { address, bytes, _ in
            bytes == 4 && address & 3 != 0 ? 2 : 0
        }
        return (model, memory)
    }

    private static func load(
        _ address: BlockDetail.Address, offset: UInt16, mayBeUnaligned: Bool = false
    ) -> BlockDetail.Access {
        BlockDetail.Access(
            kind: .load, address: address, bytes: 4, takesTime: true,
            mayBeUnaligned: mayBeUnaligned, offset: offset, cyclesBefore: 0)
    }

    /// Six instructions: a load at r1, one at r2 + r3 << 2 + 1, a third through what the first brought.
    private static let code = """
            ldr r0, [r1]
            add r4, r2, r3, lsl #2
            ldr r5, [r4, #1]
            ldr r6, [r0]
            udiv r7, r6, r3
            bkpt #0
        """
    private static let detail = BlockDetail(
        accesses: [
            load(.init(constant: 0, base: 1), offset: 0),
            load(.init(constant: 1, base: 2, index: 3, shift: 2), offset: 6, mayBeUnaligned: true),
        ],
        points: [
            .init(offset: 10, accesses: [load(.init(constant: 0, base: 0), offset: 10)]),
            .init(
                offset: 12,
                accesses: [
                    .init(
                        kind: .divide(isSigned: false),
                        address: .init(constant: 0, base: 6, index: 3), bytes: 0,
                        takesTime: false, mayBeUnaligned: false, offset: 12, cyclesBefore: 0)
                ]),
        ])

    @Test(
        "should charge loads and divides with the registers where they are looked at",
        arguments: [true, false])
    func charges(usesInternals: Bool) throws {
        let (model, memory) = try Self.model()
        defer { ms_destroy(memory) }
        let bench = try Bench(Self.code, usesInternals: usesInternals, detail: model)
        bench.details[Bench.code] = Self.detail
        bench.engine[.r1] = Bench.ram + 0x10
        bench.engine[.r2] = Bench.ram
        bench.engine[.r3] = 8
        try bench.engine.write32(Bench.ram + 0x20, at: Bench.ram + 0x10)
        try bench.engine.write32(80, at: Bench.ram + 0x20)
        _ = try bench.engine.run()
        let counts = bench.engine.detailCounts
        #expect(counts.unalignedAccesses == 1)
        #expect(counts.unalignedCycles == 2)
        #expect(counts.divides == 1)
        #expect(bench.divides == [[80, 8]])
        // Six instructions, three loads, an unaligned one, a divide.
        #expect(bench.engine.counters.cycles == 6 + 3 * 3 + 2 + 5)
        #expect(ms_read_counts(memory).pointee.data_stall_cycles == 9)
    }

    @Test("should tell what lies before an instruction in the middle of the block")
    func middle() throws {
        let (model, memory) = try Self.model()
        defer { ms_destroy(memory) }
        let bench = try Bench(Self.code, detail: model)
        bench.details[Bench.code] = Self.detail
        bench.engine[.r1] = Bench.ram
        bench.engine[.r2] = Bench.ram
        try bench.engine.write32(Bench.ram + 0x20, at: Bench.ram)
        bench.engine[.r3] = 1
        _ = try bench.engine.run()
        let before = [0, 2, 6, 10, 12].map { offset in
            bench.engine.counters(
                beforeInstruction: 0, at: Bench.code + UInt32(offset), ticksBefore: 0
            ).cycles
        }
        #expect(before == [0, 3, 3, 8, 11])
        #expect(bench.engine.countersAtBlockEntry.cycles == 0)
    }

    @Test(
        "should look at each passage of a loop through RAM that costs nothing until it leaves it",
        arguments: [0x20, 0x21] as [UInt32], [true, false])
    func loop(start: UInt32, usesInternals: Bool) throws {
        var (model, memory) = try Self.model()
        defer { ms_destroy(memory) }
        model.freeOrigin = Bench.ram
        model.freeBytes = 0x40
        let code = """
                b 1f
            1:
                ldr r0, [r1]
                ldr r2, [r1, #4]
                add r1, r1, #4
                subs r3, #1
                bne 1b
                bkpt #0
            """
        let bench = try Bench(code, usesInternals: usesInternals, detail: model)
        bench.details[Bench.code + 2] = BlockDetail(
            fetchUnits: [.init(address: Bench.code, offset: 0, cyclesBefore: 0)],
            accesses: [
                Self.load(.init(constant: 0, base: 1), offset: 0, mayBeUnaligned: true),
                Self.load(.init(constant: 4, base: 1), offset: 2),
            ])
        bench.engine[.r1] = Bench.ram + start
        bench.engine[.r3] = 16
        _ = try bench.engine.run()
        #expect(bench.engine.counters.instructions == 1 + 16 * 5 + 1)
        // 8 passages of the first load and 9 of the second one leave it; 15 branches go back.
        let waits: UInt64 = (8 + 9) * 3 + (start & 3 == 0 ? 0 : 16 * 2)
        #expect(bench.engine.counters.cycles == 1 + 16 * 5 + 1 + 15 * 10 + waits)
    }
}
