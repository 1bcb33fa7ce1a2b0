// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

/// `m7.md` is jnk0le's measurements on an STM32H743; `llvm` is LLVM's ARMScheduleM7.
@Suite struct CortexM7IssueTests {
    static let results: [MicroBenchmark] = [
        .init("adds r0, r0, #1", 1, "one instruction"),
        .init("adds r0, r0, #1; adds r1, r1, #1", 1, "two a cycle"),
        .init("adds r0, r0, #1; adds r1, r1, #1; adds r2, r2, #1", 2, "two a cycle"),
        .init(
            "add.w r0, r0, #1; add.w r1, r1, #1; add.w r2, r2, #1; add.w r3, r3, #1", 2,
            "two a cycle"),
        .init("adds r0, r0, #1; eors r1, r0", 1, "m7.md: an early add feeds the younger slot"),
        .init("movs r0, #1; ands r1, r0", 1, "m7.md: an early move feeds the younger slot"),
        .init("lsls r0, r0, #1; eors r1, r0", 1, "m7.md: an early shift feeds the younger slot"),
        .init("movw r0, #1; movt r0, #2", 1, "m7.md: dual issue with mutual dependency"),
        .init("eors r0, r1; eors r0, r2", 2, "llvm: ALU latency 1"),
        .init("eors r0, r1; eors r0, r2; eors r0, r3", 3, "llvm: ALU latency 1"),
        .init("eors r0, r1; adds r0, r0, #1; eors r0, r2", 3, "m7.md: late results keep adds late"),
        .init("adds r0, r0, r1; adcs r2, r3", 2, "m7.md: flags are not forwarded in a cycle"),
        .init("cmp r0, r1; it eq; moveq r2, r3", 2, "m7.md: IT is like a branch, then the flags"),
        .init("nop; adds r0, #1; ldr r2, [r0]", 3, "m7.md: the younger slot has no early add"),
        .init("nop; lsls r0, r0, #1; ldr r2, [r0]", 2, "m7.md: but an early shift"),
        .init(
            "add.w r3, r4, r5, lsl #2; lsls r0, r0, #1; ldr r2, [r0]", 3,
            "m7.md: unless the other uses the early shifter"),
        .init("cmp r0, r1; it eq; moveq r2, r3; eors r4, r2", 4, "llvm: a conditional result"),
        .init(
            "cmp r0, r1; it eq; moveq r2, r3; eor.w r4, r2, r5, lsl #1", 5,
            "llvm: an operand beside a shifted one is read in EX1"),
        .init("cmp r0, r1; itt eq; moveq r2, r3; eoreq r4, r2", 3, "llvm: of the same condition"),
        .init("cmp r0, r1; ite eq; moveq r2, r3; eorne r4, r2", 3, "llvm: or of the opposite"),
        .init("eors r0, r1; bfi r2, r0, #1, #2", 3, "m7.md: the inserted field is read in EX1"),
        .init("eors r2, r1; bfi r2, r0, #1, #2", 2, "m7.md: the other operand is not"),
        .init("isb; nop", 8, "a refill, estimated"),
        .init("mul r0, r1, r2; adds r3, r0, #1", 3, "m7.md: one more cycle of result latency"),
        .init("mul r0, r1, r2; mla r0, r3, r4, r0", 2, "m7.md: the accumulator is read late"),
        .init(
            "mla r0, r1, r2, r0; mla r0, r3, r4, r0; mla r0, r5, r6, r0", 3,
            "m7.md: chained each cycle"),
        .init("smlal r0, r1, r2, r3; smlal r0, r1, r4, r5", 2, "m7.md: chained each cycle"),
        .init("mul r0, r1, r2; mul r3, r0, r4", 3, "m7.md: a factor waits for the result"),
        .init("udiv r0, r1, r2", 7, "llvm: stalls 7 cycles"),
        .init("udiv r0, r1, r2; adds r3, r4, r5", 8, "llvm: cannot dual issue"),
        .init("mrs r0, primask; adds r1, r0, #1", 4, "llvm: latency 3, single issue"),
        .init("uadd8 r0, r1, r2; eors r3, r0", 2, "llvm: SIMD latency 1"),
        .init("qadd16 r0, r1, r2; eors r3, r0", 3, "llvm: saturating latency 2"),
        .init("eors r0, r1; ssat r2, #8, r0", 3, "llvm: saturation reads in EX1"),
        .init("rev r0, r1; eors r2, r0", 1, "m7.md: reversal forwards in a cycle"),
        .init("rev r0, r1; ldr r2, [r0]", 3, "m7.md: not to an address in the next one"),
        .init("rev r0, r1; rev r2, r0", 3, "m7.md: nor to another reversal"),
        .init("rev r0, r1; nop; adds r0, #1; nop; ldr r2, [r0]", 3, "m7.md: but to an early add"),
        .init(
            "ldr r1, [r0], #4; nop; adds r0, #1; nop; ldr r2, [r0]", 4,
            "m7.md: a written-back base is no operand of the early ALU in the next cycle"),
        .init("movs r0, #27; eors r1, r0", 1, "m7.md: an early constant"),
        .init("mov.w r0, #0x1fc0; eors r1, r0", 2, "m7.md: a shifted constant is late"),
        .init(
            "lsls r1, r2, #3; lsls r0, r0, #1; ldr r3, [r0]", 3, "llvm: one shifter in EX1"),
        .init("mul r0, r1, r2; ldr r3, [r0]", 5, "llvm: first legal bypass is EX4 to EX1"),
        .init("mla r0, r1, r2, r3; mla r0, r1, r0, r0", 3, "a factor waits, addend or not"),
        .init("eors r0, r1; rrx r2, r0", 3, "llvm: reads in EX1"),
        .init("eors r0, r1; ubfx r2, r0, #1, #4", 3, "m7.md: extraction reads in EX1"),
        .init("eors r0, r1; pkhtb r2, r0, r3, asr #1", 3, "m7.md: both of pkhtb are read in EX1"),
        .init("eors r0, r1; pkhbt r2, r0, r3, lsl #1", 2, "m7.md: of pkhbt only the shifted one"),
        .init("eors r0, r1; uxtb r2, r0", 2, "llvm: plain extension reads in EX2"),
        .init("eors r0, r1; uxtb r2, r0, ror #8", 2, "llvm: a rotated one too"),
        .init("eors r0, r1; sxth r2, r0, ror #16", 2, "llvm: a rotated one too"),
        .init("eors r0, r1; uxtb16 r2, r0, ror #8", 2, "llvm: a rotated one too"),
        .init("eors r0, r1; uxtab r2, r3, r0", 3, "m7.md: the extended operand is read in EX1"),
        .init(
            "eors r0, r1; add.w r2, r3, r0, lsl #2", 3, "m7.md: a shifted operand one cycle early"),
        .init("eors r0, r1; add.w r2, r0, r3, lsl #2", 2, "m7.md: the other operand is not"),
    ]

    static let pairing: [MicroBenchmark] = [
        .init("mul r0, r1, r2; mul r3, r4, r5", 2, "m7.md: no two multiplies"),
        .init("mul r0, r1, r2; adds r3, r4, r5", 1, "m7.md: a multiply pairs with the ALU"),
        .init("mul r0, r1, r2; str r3, [r4]", 2, "m7.md: no multiply with a store"),
        .init("str r3, [r4]; mul r0, r1, r2", 2, "m7.md: no multiply with a store"),
        .init("str r0, [r1]; str r2, [r3]", 2, "m7.md: no two stores"),
        .init("ldr r0, [r1]; str r2, [r3]", 1, "m7.md: a load pairs with a store"),
        .init("uxtb r0, r1; uxtb r2, r3", 2, "m7.md: no two bit-field instructions"),
        .init("uadd8 r0, r1, r2; sadd16 r3, r4, r5", 2, "m7.md: no two DSP instructions"),
        .init("uxtb r0, r1; adds r2, r3, r4", 1, "m7.md: bit-field in the older slot"),
        .init("adds r2, r3, r4; uxtb r0, r1", 2, "m7.md: not in the younger"),
        .init(
            "add.w r0, r1, r2, lsl #2; add.w r3, r4, r5, lsl #2", 2, "m7.md: one shifted operand"),
        .init("add.w r0, r1, r2, lsl #2; add.w r3, r4, r5", 1, "m7.md: one shifted operand"),
        .init(
            "orr.w r0, r1, #0x1fc0; add.w r3, r4, r5, lsl #2", 2, "m7.md: shifted constants count"),
        .init("orr.w r0, r1, #0x1b1b1b1b; add.w r3, r4, r5, lsl #2", 1, "m7.md: patterns do not"),
        .init("ubfx r0, r1, #1, #4; add.w r3, r4, r5, lsl #2", 2, "m7.md: extraction shifts early"),
        .init("adds r0, r1, r2; movs r0, #3", 1, "llvm: output dependences have latency 0"),
        .init(
            "lsl.w r0, r1, #2; add.w r3, r4, r5, lsl #2", 2,
            "m7.md: no plain shift before a shifted operand"),
        .init("add.w r3, r4, r5, lsl #2; lsl.w r0, r1, #2", 1, "m7.md: but behind one"),
        .init("beq 1f; b 1f; 1: nop", 1.25, path: [0, 1], "one branch a cycle; 8 in 1 of 32"),
        .init(
            "ldrd r0, r1, [r2]; nop; beq 1f; nop; 1: nop", 1.25, path: [0, 1],
            "behind a full group; 8 in 1 of 32"),
        .init(
            "ldrd r0, r1, [r2]; beq 1f; nop; 1: nop", 0.25, path: [0, 1],
            "m7.md: not taken pairs; 8 in 1 of 32"),
        .init(
            "nop; beq 1f; nop; 1: nop", 0.75, path: [0, 1],
            "in either slot: the mean of 1 and 0; 8 in 1 of 32"),
    ]

    static let memory: [MicroBenchmark] = [
        .init("ldr r0, [r1]; eors r2, r0", 2, "m7.md: word usable in the next cycle"),
        .init("ldrb r0, [r1]; eors r2, r0", 3, "m7.md: narrow loads one more"),
        .init("ldr r0, [r1]; ldr r2, [r0]", 3, "m7.md: addresses one later"),
        .init("ldrh r0, [r1]; ldr r2, [r0]", 4, "m7.md: third cycle in EX1"),
        .init("ldr r0, [r1]; add.w r2, r3, r0, lsl #2", 3, "m7.md: shifted operands one later"),
        .init("ldr r0, [r1]; add.w r2, r0, r3, lsl #2", 3, "m7.md: nor the operand beside it"),
        .init("ldr r0, [r1]; mul r2, r0, r3", 3, "m7.md: no multiply in the next cycle"),
        .init("ldrb r0, [r1]; mla r2, r3, r4, r0", 2, "m7.md: the accumulator can"),
        .init("ldrb r0, [r1]; str r0, [r2]", 1, "m7.md: stores take any result of the cycle"),
        .init("eors r0, r1; ldr r2, [r0]", 3, "m7.md: a late result misses the address"),
        .init("adds r0, #4; ldr r2, [r0]", 2, "m7.md: an early one does not"),
        .init("ldr r0, [r1, #0]; ldr r2, [r1, #8]", 2, "m7.md: same bank"),
        .init("ldr r0, [r1, #0]; ldr r2, [r1, #4]", 1, "m7.md: even and odd word"),
        .init("ldrb r0, [r1, #0]; ldrb r2, [r1, #1]", 2, "m7.md: same word, same bank"),
        .init("ldr r0, [r1, r2]; ldr r3, [r4, r5]", 1.5, "banks not known: half of them conflict"),
        .init("ldr r0, [r1, r2]; ldr r3, [r4, r2]", 2, "m7.md: as far apart as their bases"),
        .init("ldr r0, [r1, r2, lsl #3]; ldr r3, [r4, #4]", 1, "m7.md: even and odd word"),
        .init(
            "adds r0, r1, #1; nop; ldr r2, [r3, r1, lsl #2]; ldr r4, [r3, r0, lsl #2]", 2,
            "m7.md: the next word"),
        .init(
            "ldr r2, [r0], #4; ldr r3, [r1], #4; ldr r4, [r0], #4; ldr r5, [r1], #4", 3,
            "m7.md: banks of moving pointers"),
        .init("ldr r0, [r1]; nop; ldr r2, [r3, r0]", 4, "llvm: a word load to an index"),
        .init("ldr r0, [r1]; nop; mla r2, r3, r4, r0", 2, "llvm: a word load to an addend"),
        .init("str r0, [r1]; ldr r2, [r1]", 5, "llvm: a load of what was stored"),
        .init("str r0, [r1]; ldrb r2, [r1, #3]", 5, "llvm: or of a part of it"),
        .init("str r0, [r1]; ldr r2, [r1, #4]", 1, "no byte of it"),
        .init("strd r0, r1, [r2]; ldr r3, [r2, #4]", 5, "llvm: the second word"),
        .init("adds r1, #4; str r0, [r1]; subs r1, #4; ldr r2, [r1, #4]", 6, "the same address"),
        .init("stm r0, {r1, r2}", 1, "m7.md: aligned"),
        .init("adds r0, #4; nop; stm r0, {r1, r2}", 3, "m7.md: an even number, at an odd word"),
        .init("adds r0, #4; nop; stm r0, {r1, r2, r3}", 3, "m7.md: an odd number"),
        .init("strd r0, r1, [r2, #4]", 2, "m7.md: an even number, at an odd word"),
        .init("push {r0, r1, r2}; push {r4, r5}", 4, "m7.md: an even number, at an odd word"),
        .init("ldrd r0, r1, [r2, #4]", 1, "m7.md: alignment is for stores"),
        .init(
            "ldr r0, [r1], #4; ldr r2, [r1], #4", 2, "m7.md: the address is not reused in a cycle"),
        .init("ldr r0, [r1], #4; adds r2, r1, #1", 1, "llvm: base update bypasses out of EX1"),
        .init("ldm r0, {r1, r2, r3, r4}", 2, "m7.md: ceil(n/2)"),
        .init("ldm r0, {r1, r2, r3}", 2, "m7.md: ceil(n/2)"),
        .init("push {r4, r5, r6, r7, lr}", 3, "m7.md: ceil(n/2)"),
        .init("ldrd r0, r1, [r2]", 1, "m7.md: ceil(n/2)"),
        .init("ldrd r0, r1, [r2]; adds r3, r4, r5", 2, "m7.md: not paired behind"),
        .init("adds r3, r4, r5; ldrd r0, r1, [r2]", 2, "m7.md: nor before"),
        .init("ldm r5, {r0, r1, r2, r3}; eors r4, r3", 3, "m7.md: the last word comes last"),
        .init("ldm r5, {r0, r1, r2, r3}; ldr r4, [r3]", 4, "m7.md: the last word comes last"),
        .init("ldm r5, {r0, r1, r2, r3}; ldr r4, [r1]", 3, "m7.md: the first words come first"),
    ]

    @Test("should take pointers as they were aligned when the block was first entered")
    func alignsPointers() throws {
        let pipeline = CortexM7Pipeline()
        func cycles(_ code: String, _ values: [Int: UInt32]?) throws -> UInt32 {
            var block = try CodeBlock.blocks(ofAssembly: code)[0]
            block.entryAlignment = values.map { values in
                RegisterAlignment { values[$0] ?? 0x2000_0000 }
            }
            return pipeline.cost(of: block, after: nil).total
        }
        let loads = "ldr r0, [r1]; ldr r2, [r3]"
        #expect(try cycles(loads, nil) == 2)
        #expect(try cycles(loads, [:]) == 2)
        #expect(try cycles(loads, [3: 0x2000_0104]) == 1)
        #expect(try cycles(loads, [1: 0x2000_0004, 3: 0x2000_0104]) == 2)
        #expect(try cycles("push {r4, r5}", [13: 0x2000_0008]) == 1)
        #expect(try cycles("push {r4, r5}", [13: 0x2000_0004]) == 2)
        #expect(try cycles("strd r0, r1, [r2, #4]", [2: 0x2000_0004]) == 1)
        #expect(try cycles("ldr r0, [r1, r2]; ldr r3, [r4, r2]", [4: 0x2000_0004]) == 1)
    }

    @Test("should forward results by stage", arguments: results)
    func forwards(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM7Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should pair what the rules allow", arguments: pairing)
    func pairs(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM7Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should access memory by bank and stage", arguments: memory)
    func accesses(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM7Pipeline()).exactCycles == benchmark.cycles)
    }
}
