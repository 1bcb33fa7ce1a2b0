// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite struct CortexM4MemoryTests {
    static let loads: [MicroBenchmark] = [
        .init("ldr r0, [r1]", 2, "TRM table 3-1"),
        .init("ldrsb r0, [r1, r2]", 2, "TRM table 3-1"),
        .init("ldr r0, [pc, #4]", 2, "TRM table 3-1"),
        .init("ldr r0, [r1]; adds r2, r0, r3", 3, "TRM table 3-1: no load-use stall"),
        .init("ldr r0, [r1]; ldr r2, [r3]", 3, "TRM 3.3.2: loads pipeline"),
        .init("ldrb r0, [r1]; ldrh r2, [r1, #2]; ldr r3, [r4, r5]", 4, "TRM 3.3.2"),
        .init("ldr r0, [r1]; ldr r2, [r0]", 4, "TRM 3.3.2: the address is the load's result"),
        .init("ldr r0, [r1]; ldr r2, [r3, r0]", 4, "TRM 3.3.2: the index is the load's result"),
        .init("ldr r0, [r1]; adds r2, r2, r3; ldr r4, [r5]", 5, "TRM 3.3.2: neighbours only"),
        .init("ldr r0, [pc, #4]; ldr r2, [pc, #8]", 3, "TRM 3.3.2: loads pipeline"),
        .init("ldr r0, [pc, #4]; ldr r2, [r3]", 4, "cortex_m3m4.md: not from another memory"),
        .init("ldr r2, [r3]; ldr r0, [pc, #4]", 4, "cortex_m3m4.md: not from another memory"),
        .init("ldr r0, [r1]; nop", 2, "cortex_m3m4.md: a load hides a nop"),
        .init("ldr r0, [r1]; nop; nop", 3, "cortex_m3m4.md: one nop only"),
        .init("ldr r0, [r1]; cmp r2, r3", 3, "cortex_m3m4.md: cmp is not hidden"),
        .init("ldrd r0, r1, [r2]", 3, "TRM table 3-1: 1 + N"),
        .init("ldrd r0, r1, [r2]; ldr r3, [r4]", 5, "TRM 3.3.2: LDRD does not pipeline"),
        .init("ldr r3, [r4]; ldrd r0, r1, [r2]", 5, "TRM 3.3.2: LDRD does not pipeline"),
        .init("ldm r0, {r1, r2, r3, r4}", 5, "TRM table 3-1: 1 + N"),
        .init("ldr r5, [r6]; ldm r0, {r1, r2}", 5, "TRM 3.3.2: LDM does not pipeline"),
        .init("pop {r4, r5, r6}", 4, "TRM table 3-1: 1 + N"),
        .init("ldrex r0, [r1]; strex r2, r0, [r3]", 3, "TRM 3.3.2: exclusives pipeline like LDR"),
        .init("pld [r0]; clrex", 2, "TRM table 3-1"),
    ]

    static let stores: [MicroBenchmark] = [
        .init("str r0, [r1]", 1, "TRM 3.3.2: STR immediate is one cycle"),
        .init("str r0, [r1]; strb r2, [r3, #1]; strh r4, [r5]", 3, "TRM 3.3.2"),
        .init("str r0, [r1, r2]", 2, "TRM 3.3.2"),
        .init("str r0, [r1, r2]; nop", 2, "cortex_m3m4.md: a register-offset store hides a nop"),
        .init("str r0, [r1]; nop", 2, "cortex_m3m4.md: an immediate one has nothing to hide it"),
        .init("str r0, [r1]; ldr r2, [r3]", 4, "STM32F4: store to load +1"),
        .init("str r0, [r1, r2]; ldr r3, [r4]", 5, "STM32F4: store to load +1"),
        .init("str r0, [r1]; ldm r3, {r4, r5}", 5, "cortex_m3m4.md: no LDM behind a store"),
        .init("str r0, [r1]; adds r2, r2, r3; ldr r4, [r5]", 4, "neighbours only"),
        .init("str r0, [r1]; stm r3, {r4, r5}", 4, "cortex_m3m4.md: STM pipelines"),
        .init(
            "ldr r0, [r1]; str r2, [r3]", 2, "cortex_m3m4.md: a store hides the load's data phase"),
        .init("ldr r0, [r1]; str r0, [r3]", 2, "cortex_m3m4.md: loaded data is forwarded"),
        .init("ldr r0, [r1]; str r2, [r3, r4]", 3, "TRM 3.3.2: normally three in total"),
        .init("ldr r0, [r1]; str r2, [r0]", 3, "TRM 3.3.2: the address is the load's result"),
        .init("strd r0, r1, [r2]", 3, "TRM table 3-1: 1 + N"),
        .init("stm r0, {r1, r2, r3, r4}", 5, "TRM table 3-1: 1 + N"),
        .init("push {r4, r5, r6, lr}", 5, "TRM table 3-1: 1 + N"),
    ]

    static let addresses: [MicroBenchmark] = [
        .init("adds r1, #4; ldr r0, [r1]", 4, "TRM 3.3.2: no forwarding to addresses"),
        .init("adds r2, #4; ldr r0, [r1, r2]", 4, "TRM 3.3.2: the index too"),
        .init("adds r1, #4; str r0, [r1]", 3, "TRM 3.3.2"),
        .init("adds r0, #4; str r0, [r1]", 2, "store data is no address"),
        .init("adds r1, #4; adds r2, #4; ldr r0, [r1]", 4, "neighbours only"),
        .init("mul r1, r2, r3; ldr r0, [r1]", 4, "TRM 3.3.2: any data processing"),
        .init("movw r1, #0x1000; ldr r0, [r1]", 4, "TRM 3.3.2"),
        .init("ubfx r1, r2, #0, #8; ldrb r0, [r3, r1]", 4, "TRM 3.3.2"),
        .init("add sp, #8; pop {r4, r5}", 5, "TRM 3.3.2: any load or store"),
        .init("sub sp, #8; str r0, [sp, #4]", 3, "TRM 3.3.2"),
        .init("adds r0, #4; ldrd r2, r3, [r0]", 5, "TRM 3.3.2: any load or store"),
        .init("ldr r0, [r1], #4; ldr r2, [r1], #4", 4, "cortex_m3m4.md: same base written back"),
        .init("ldr r0, [r1], #4; ldr r2, [r3], #4", 3, "cortex_m3m4.md: two bases alternate"),
        .init("ldr r0, [r1, #4]!; ldr r2, [r1, #4]!", 4, "cortex_m3m4.md: same base written back"),
        .init("str r0, [r1], #4; str r2, [r1], #4", 3, "cortex_m3m4.md: same base written back"),
        .init("str r0, [r1], #4; str r2, [r3], #4", 2, "cortex_m3m4.md: two bases alternate"),
        .init("ldr r0, [r1], #4; str r0, [r1], #4", 3, "cortex_m3m4.md: same base written back"),
        .init(
            "ldr r0, [r1], #4; ldr r2, [r1]", 4, "inferred: the updated base is late for any reader"
        ),
        .init("pop {r4, r5}; ldr r0, [sp]", 5, "a transfer of many words updates its base in time"),
    ]

    @Test("should pipeline single loads", arguments: loads)
    func chargesLoads(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should buffer stores and delay loads behind them", arguments: stores)
    func chargesStores(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should wait for addresses", arguments: addresses)
    func chargesAddresses(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should take the store-to-load and first-load delays from the board")
    func usesBoardParameters() throws {
        let stm32l4 = CortexM4Pipeline(
            memory: MemoryTiming(storeToLoadCycles: 2.8, firstLoadCycles: 0.45))
        func cycles(_ code: String) throws -> Double {
            try MicroBenchmark(code, 0, "").cost(on: stm32l4).exactCycles
        }
        #expect(abs(try cycles("ldr r0, [r1]") - 2.45) < 0.01)
        #expect(abs(try cycles("ldr r0, [r1]; ldr r2, [r3]") - 3.45) < 0.01)
        #expect(abs(try cycles("ldm r0, {r1, r2}") - 3.45) < 0.01)
        #expect(abs(try cycles("str r0, [r1]; ldr r2, [r3]") - 6.25) < 0.01)
        #expect(try cycles("str r0, [r1]; adds r0, r0, r1") == 2)
    }

    @Test("should charge the flash mean per block, on flash only")
    func chargesFlashMean() throws {
        let pipeline = CortexM4Pipeline(memory: MemoryTiming(flashFetchMeanCyclesPerBlock: 0.75))
        let flash = try CodeBlock.blocks(ofAssembly: "adds r0, r0, r1; adds r0, r0, r2")[0]
        let sram = try CodeBlock.blocks(
            ofAssembly: "adds r0, r0, r1; adds r0, r0, r2", address: 0x2000_0000)[0]
        #expect(pipeline.cost(of: flash, after: nil).totalFixedPoint == 2 * 256 + 192)
        #expect(pipeline.cost(of: flash, after: nil).total == 2)
        #expect(pipeline.cost(of: sram, after: nil).totalFixedPoint == 2 * 256)
    }
}
