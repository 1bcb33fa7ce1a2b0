// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite struct CortexM4BranchTests {
    static let edges: [MicroBenchmark] = [
        .init("b 1f; 1: nop", 1, "TRM table 3-1: 1 + P, P on the edge"),
        .init("b 1f; nop; 1: adds r0, #1", 2, path: [0, 2], "P = 1 for a known target"),
        .init("bl 1f; 1: adds r0, #1", 2, path: [0, 1], "P = 1 for a known target"),
        .init("beq 1f; nop; 1: adds r0, #1", 2, path: [0, 2], "taken: P = 1"),
        .init("beq 1f; nop; 1: adds r0, #1", 1, path: [0, 1], "not taken: no refill"),
        .init("adds r0, #1; beq 1f; nop; 1: nop", 2, path: [0, 1], "empirical: upper halfword +1"),
        .init(
            "adds r0, #1; beq 1f; add.w r2, r2, r3; add.w r4, r4, r3; add.w r5, r5, r3; 1: nop", 4,
            path: [0, 1], "fetching goes on in that cycle"),
        .init("adds r0, #1; beq.w 1f; nop; 1: nop", 1, path: [0, 1], "two 16-bit about it"),
        .init(
            "adds.w r0, #1; beq.w 1f; adds.w r2, #1; adds.w r3, #1; 1: nop", 3, path: [0, 1],
            "CM3_pipetest_tmpl.S: 2 with less than two 16-bit instructions about it"),
        .init(
            "adds.w r0, #1; beq.w 1f; adds r2, #1; adds r3, #1; adds.w r4, #1; 1: nop", 3,
            path: [0, 1], "the same: 1 with two"),
        .init("adds r0, #1; cbz r0, 1f; nop; 1: nop", 1, path: [0, 1], "conditional b only"),
        .init("cbz r0, 1f; nop; 1: adds r0, #1", 3, path: [0, 2], "DDI 0337G table 15-3: execute"),
        .init("cbnz r0, 1f; nop; 1: adds r0, #1", 1, path: [0, 1], "TRM table 3-1: 1"),
        .init("bx lr; adds r0, #1", 2, path: [0, 1], "DDI 0337G table 15-3: decode"),
        .init("mov pc, lr; adds r0, #1", 2, path: [0, 1], "DDI 0337G table 15-3: decode"),
        .init("blx lr; adds r0, #1", 2, path: [0, 1], "DDI 0337G table 15-3: decode"),
        .init("mov lr, r3; bx lr; adds r0, #1", 3, path: [0, 1], "the same: LR is being written"),
        .init("mov lr, r3; nop; bx lr; adds r0, #1", 2, path: [0, 1], "the same: LR is written"),
        .init("bx r3; adds r0, #1", 3, path: [0, 1], "P = 2 through a register"),
        .init("blx r3; adds r0, #1", 3, path: [0, 1], "P = 2 through a register"),
        .init("mov pc, r3; adds r0, #1", 3, path: [0, 1], "P = 2 through a register"),
        .init("pop {r4, pc}", 3, "TRM table 3-1: 1 + N"),
        .init("pop {r4, pc}; adds r0, #1", 4, path: [0, 1], "P = 3 through memory"),
        .init("ldr pc, [r1]", 2, "TRM 3.3.2: at least two for the load"),
        .init("ldr.w pc, [r1]; adds r0, #1", 4, path: [0, 1], "TRM 3.3.2: three for the reload"),
        .init("tbb [r0, r1]; adds r0, #1", 4, path: [0, 1], "2 + 3"),
        .init("tbh [r0, r1, lsl #1]", 2, "2 + 3"),
        .init("adds r1, #1; tbb [r0, r1]", 4, "TRM 3.3.2: the index is an address"),
        .init("b 1f; 1: add.w r0, r0, r1", 3, path: [0, 1], "wide target at 2 mod 4: +1"),
        .init("b 1f; nop; 1: add.w r0, r0, r1", 2, path: [0, 2], "wide target, word-aligned"),
        .init("bx lr; add.w r0, r0, r1", 3, path: [0, 1], "wide target at 2 mod 4: +1"),
        .init(
            "b 1f; 1: add.w r0, r0, r1; add.w r2, r2, r1; add.w r3, r3, r1", 5, path: [0, 1],
            "a run that begins at a branch target has waited already"),
        .init("beq 1f; 1: add.w r0, r0, r1", 1, path: [0, 1], "not taken: no straddling target"),
        .init(
            "it eq; bxeq lr; adds r0, #1", 1, path: [0, 1],
            "a conditional return that is not taken"),
    ]

    static let loops: [MicroBenchmark] = [
        .init("1: subs r0, #1; bne 1b", 3, path: [0, 0], "1 + 1 + P"),
        .init("1: subs.w r0, #1; bne 1b", 3, path: [0, 0], "aligned wide target"),
        .init("nop; 1: subs.w r0, #1; bne 1b", 4, path: [1, 1], "wide target at 2 mod 4: +1"),
        .init(
            "1: ldr r3, [r1], #4; str r3, [r0], #4; subs r2, #1; bne 1b", 5, path: [0, 0],
            "P, load hidden by the store, subtract, branch"),
        .init(
            "1: ldr r3, [r1], #4; ldr r4, [r2], #4; smlad r5, r3, r4, r5; subs r6, #1; bne 1b", 7,
            path: [0, 0], "P, 2 + 1 for the loads"),
        .init(
            "1: ldrb r3, [r0, r1]; adds r2, r2, r3; adds r1, #1; cmp r1, r4; bne 1b", 7,
            path: [0, 0], "P, 2 for the load"),
    ]

    @Test("should charge the refill on the edge", arguments: edges)
    func chargesEdges(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should charge a loop as its block behind itself", arguments: loops)
    func chargesLoops(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM4Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should charge a call and its return")
    func chargesRoundTrip() throws {
        let blocks = try CodeBlock.blocks(
            ofAssembly: "bl 1f; adds r0, #1; b 2f; 1: adds r0, #2; bx lr; 2: nop")
        let pipeline = CortexM4Pipeline()
        let call = pipeline.cost(of: blocks[0], after: nil).total
        let body = pipeline.cost(of: blocks[2], after: blocks[0]).total
        let back = pipeline.cost(of: blocks[1], after: blocks[2]).total
        #expect([call, body, back] == [1, 3, 3])
    }

    @Test("should charge no refill when an exception, not a branch, moved the program counter")
    func ignoresDiversion() throws {
        let blocks = try CodeBlock.blocks(ofAssembly: "adds r1, #1; b 1f; 1: ldr r0, [r1]")
        var interrupted = blocks[0]
        interrupted.instructions.removeLast()
        #expect(CortexM4Pipeline().cost(of: blocks[1], after: interrupted).total == 2)
    }

    @Test("should carry hazards over an edge without a branch")
    func carriesHazards() throws {
        let codes = [
            "ldr r0, [r1]; ldr r2, [r3]", "adds r1, #4; ldr r0, [r1]", "str r0, [r1]; ldr r2, [r3]",
            "cmp r0, r1; it eq; moveq r2, r3", "ldr r0, [r1], #4; str r0, [r1], #4",
            "ldr r0, [r1]; add.w r2, r2, r3; add.w r4, r4, r5; add.w r6, r6, r7",
            "vadd.f32 s0, s1, s2; vmul.f32 s3, s0, s1",
        ]
        let pipeline = CortexM4Pipeline()
        for code in codes {
            let whole = try CodeBlock.blocks(ofAssembly: code)[0]
            let expected = pipeline.cost(of: whole, after: nil).total
            for cut in 1..<whole.instructions.count {
                let tail = Array(whole.instructions[cut...])
                let head = CodeBlock(
                    address: whole.address, instructions: Array(whole.instructions[..<cut]))
                let rest = CodeBlock(address: tail[0].address, instructions: tail)
                let sum =
                    pipeline.cost(of: head, after: nil).total
                    + pipeline.cost(of: rest, after: head).total
                #expect(sum == expected, "\(code) cut at \(cut)")
            }
        }
    }
}
