// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite struct CortexM4IntegerTests {
    static let table1 = "TRM table 3-1"

    static let dataProcessing: [MicroBenchmark] = [
        .init("adds r0, r1, r2", 1, table1),
        .init("adds r0, r0, r1; adds r0, r0, r2", 2, "TRM table 3-1: results are forwarded"),
        .init("add.w r0, r1, r2, lsl #3", 1, table1),
        .init("lsls r0, r1, #4; rors r0, r2", 2, table1),
        .init("movw r0, #0x1234; movt r0, #0x5678", 2, table1),
        .init("ubfx r0, r1, #3, #7; bfi r0, r2, #8, #4", 2, table1),
        .init("clz r0, r1; rbit r0, r0", 2, table1),
        .init("ssat r0, #8, r1; usat r0, #7, r0", 2, table1),
        .init("sadd16 r0, r1, r2; sel r0, r1, r2", 2, table1),
        .init("mul r0, r1, r2", 1, table1),
        .init("muls r0, r1, r0; muls r0, r2, r0", 2, table1),
        .init("mla r0, r1, r2, r3; mls r0, r1, r2, r0", 2, table1),
        .init("smlad r0, r1, r2, r0; smlad r0, r3, r4, r0", 2, table1),
        .init("smull r0, r1, r2, r3; smlal r0, r1, r2, r3", 2, table1),
        .init("umaal r0, r1, r2, r3", 1, table1),
        .init("smmulr r0, r1, r2; smulwb r0, r1, r2", 2, table1),
        .init("udiv r0, r1, r2", 7, "TRM table 3-1: 2 to 12, mean estimated"),
        .init("sdiv r0, r1, r2; adds r0, r0, r1", 8, "TRM table 3-1: 2 to 12, mean estimated"),
        .init("nop", 1, table1),
        .init("mrs r0, primask; msr primask, r0", 4, "TRM table 3-1: 1 or 2"),
        .init("cpsid i", 1, "TRM table 3-1: 1 or 2"),
        .init("dmb; dsb", 2, "TRM table 3-1: B is at least 0"),
        .init("isb", 3, "TRM table 3-1: B is a refill"),
    ]

    static let conditional: [MicroBenchmark] = [
        .init("cmp r0, r1; it eq; moveq r2, r3", 2, "TRM 3.3.1: IT folds"),
        .init("it eq; moveq r2, r3", 2, "TRM 3.3.1: nothing to fold into behind a refill"),
        .init("cmp.w r0, r1; it eq; moveq r2, r3", 3, "TRM 3.3.1: folds into 16-bit only"),
        .init("ldr r0, [r1]; it eq; moveq r2, r3", 4, "no folding into memory instructions"),
        .init("cmp r0, r1; ite eq; moveq r2, r3; movne r2, r4", 3, "a skipped one costs 1"),
        .init(
            "cmp r0, r1; it eq; moveq r2, r3; it ne; movne r2, r4", 4,
            "cmemu: not onto what is under a condition"),
        .init(
            "adds r1, #4; it eq; ldreq r0, [r1]", 4,
            "TRM 3.3.2: the address waits, a folded IT does not part the two"),
    ]

    static let alignment = "compendium.i-0.nl, Alignment rules"
    static let straddling: [MicroBenchmark] = [
        .init("nop; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7", 5, alignment),
        .init("nop; add.w r2, r2, r3; add.w r4, r4, r5", 3, alignment),
        .init(
            """
            nop; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7
            add.w r8, r8, r9; add.w r2, r2, r3; add.w r4, r4, r5
            """, 8, "the same: a run costs one"),
        .init(
            "nop; nop; nop; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7", 6,
            "cmemu: further from the branch, a word a cycle is enough"),
        .init(
            "nop; str.w r0, [r1]; str.w r0, [r1]; str.w r0, [r1]", 4,
            "compendium: stores from four on"),
        .init(
            "nop; str.w r0, [r1]; str.w r0, [r1]; str.w r0, [r1]; str.w r0, [r1]", 6,
            "compendium: stores from four on"),
        .init(
            "nop; ldr.w r0, [r1]; ldr.w r2, [r3]; ldr.w r4, [r5]", 6,
            "m3m4: ldr.w may not pipeline"),
        .init(
            """
            nop; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7; ldr.w r0, [r1]
            add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7
            """, 11, "compendium: mixtures may cost more than one"),
        .init(
            "nop; ldrd r0, r1, [r2]; add.w r4, r4, r5; add.w r6, r6, r7; add.w r2, r2, r3", 8,
            "as behind a load"),
        .init(
            "ldr r0, [r1]; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7", 6,
            "STM32F4: load and three wide at 2 mod 4"),
        .init("ldr r0, [r1]; add.w r2, r2, r3; add.w r4, r4, r5", 4, "two are no run"),
        .init(
            """
            ldr r0, [r1]; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7
            add.w r8, r8, r9; add.w r2, r2, r3; add.w r4, r4, r5
            """, 9, "a run is charged once"),
        .init(
            "ldr.w r0, [r1]; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7", 5,
            "word-aligned wide instructions"),
        .init(
            """
            ldrb.w r6, [r0, r6]; ldrb.w r7, [r0, r7]; ldrb.w r8, [r0, r8]; ldrb.w r9, [r0, r9]
            eor.w r2, r2, r1, lsr #24; eors r2, r6; eor.w r2, r2, r7, lsl #8
            eor.w r2, r2, r8, lsl #16; eor.w r2, r2, r9, lsl #24
            """, 10, "reading of an STM32F407: an AES key schedule takes 27 a round"),
    ]

    @Test("should charge data processing by the manual", arguments: dataProcessing)
    func chargesDataProcessing(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should fold IT behind 16-bit instructions", arguments: conditional)
    func foldsIT(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test(
        "should charge a fetch stall for wide instructions that straddle words",
        arguments: straddling)
    func chargesStraddling(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should let a skipped instruction wait for its words")
    func skippedStillWaits() throws {
        // Behind a branch to an upper halfword, the `mul` comes a cycle late.
        let blocks = try CodeBlock.blocks(
            ofAssembly: "nop; 1: cmp r0, #2; it ne; mulne r1, r0, r0; b 1b")
        let body = try #require(blocks.last)
        let cost = CortexM4Pipeline().cost(of: body, after: body)
        #expect(cost.cyclesBefore == [1, 2, 3, 4])
        #expect(cost.skipSavings == [0, 0, 0, 0])
    }

    @Test("should give back what a skipped instruction does not cost")
    func givesBackSkipped() throws {
        let code = "cmp r0, r1; itte eq; ldreq r2, [r3]; popeq {r4, r5, r6}; movne r2, #1"
        let cost = try MicroBenchmark(code, 0, "").cost(on: CortexM4Pipeline())
        #expect(cost.skipSavings == [0, 0, 1, 3, 0])
        #expect(cost.cyclesBefore == [0, 1, 1, 3, 7])
        #expect(cost.total == 8)
    }
}
