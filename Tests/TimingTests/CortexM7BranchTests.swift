// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite struct CortexM7BranchTests {
    static let edges: [MicroBenchmark] = [
        .init(
            "ldrd r2, r3, [r4]; nop; b 1f; nop; 1: adds r0, #1", 1, path: [0, 2],
            "m7.md: predicted, no bubble"),
        .init(
            "ldrd r2, r3, [r4]; nop; bl 1f; 1: adds r0, #1", 1, path: [0, 1],
            "m7.md: predicted, no bubble"),
        .init(
            "ldrd r2, r3, [r4]; nop; beq 1f; nop; 1: adds r0, #1", 1.25, path: [0, 2],
            "forward, the first way: 8 cycles in 1 of 32"),
        .init(
            "ldrd r2, r3, [r4]; nop; beq 1f; nop; 1: adds r0, #1", 2.125, path: [0, 2],
            way: .other, "forward, another way than the first: 6 in 6 of 32"),
        .init(
            "ldrd r2, r3, [r4]; nop; beq 1f; nop; 1: adds r0, #1", 2.125, path: [0, 1],
            way: .other, "forward, not taken after taken: 6 in 6 of 32"),
        .init(
            "nop; b 1f; nop; 1: adds r0, #1", 0.5, path: [0, 2],
            "m7.md: pairs over the branch when that is in the older slot, half of the time"),
        .init(
            "nop; nop; 1: subs r0, #1; bne 1b; nop", 4.75, path: [1, 2],
            "leaving a loop: the mean of 0.5, pairing or not, and 1 + 8"),
        .init(
            "nop; nop; 1: subs r0, #1; bne 1b; nop", 0.75, path: [1, 2], way: .first,
            "leaving a loop that has not turned: 0.5, pairing or not, and 8 in 1 of 32"),
        .init(
            "ldrd r2, r3, [r4]; nop; 1: subs r0, #1; bne 1b; nop", 3.5, path: [1, 1],
            way: .other, "turning a loop that did not: two chunks, and 8 in 6 of 32"),
        .init(
            """
            1: subs r0, #1; nop; nop; nop; nop; nop; nop; bne 1b; nop
            """, 3.75, path: [0, 1],
            "m7.md: 6 with the flags set three cycles before; the mean of 0.5 and 1 + 6"),
        .init(
            "ldrd r2, r3, [r4]; nop; bx lr; adds r0, #1", 1.25, path: [0, 1],
            "indirect: 8 cycles in 1 of 32"),
        .init("pop {r4, r5, r6, pc}; adds r0, #1", 1.25, path: [0, 1], "indirect: 8 in 1 of 32"),
        .init(
            "pop {r4, r5, r6, pc}; adds r0, #1", 2.5, path: [0, 1], way: .other,
            "to another target than the first: 8 in 6 of 32"),
        .init(
            "tbb [r0, r1]; adds r0, #1", 5, path: [0, 1], way: .other,
            "table, another target: 8 in one of two"),
        .init(
            "b 1f; 1: adds r0, #1; adds r1, #1", 1, path: [0, 1], "m7.md: pairs over the branch"),
    ]

    static let loops: [MicroBenchmark] = [
        .init("1: subs r0, #1; bne 1b", 1, path: [0, 0], "subtract and branch in one cycle"),
        .init("1: adds r1, #1; adds r2, #1; subs r0, #1; bne 1b", 2, path: [0, 0], "two a cycle"),
        .init(
            "1: adds r1, #1; subs r0, #1; bne 1b", 1.5, path: [0, 0], "m7.md: half a cycle by slot"),
        .init(
            "1: ldr r0, [r0]; cmp r0, #0; bne 1b", 2, path: [0, 0],
            "pointer chase: load to address 2"),
        .init(
            "1: ldr r3, [r1], #4; str r3, [r0], #4; subs r2, #1; bne 1b", 2, path: [0, 0],
            "two a cycle, 12 bytes of fetch"),
    ]

    static let fetch: [MicroBenchmark] = [
        .init(
            "1: add.w r0, r0, r1; add.w r2, r2, r3; subs.w r4, r4, #1; bne.w 1b", 2, path: [0, 0],
            "64-bit fetch: two chunks a passage"),
        .init(
            """
            nop; nop; 1: add.w r0, r0, r1; add.w r2, r2, r3; subs.w r4, r4, #1; bne.w 1b
            """, 3, path: [1, 1], "64-bit fetch: half a chunk at the target, three a passage"),
        .init(
            "1: add.w r0, r0, r1; subs.w r4, r4, #1; bne.w 1b", 2, path: [0, 0],
            "64-bit fetch: two chunks a passage"),
        .init(
            "nop; nop; nop; 1: subs r0, #1; bne 1b", 2, path: [1, 1],
            "64-bit fetch: over the end of a chunk"),
    ]

    @Test("should charge mispredictions and nothing else on edges", arguments: edges)
    func chargesEdges(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM7Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should charge a loop as the mean of its steady passages", arguments: loops)
    func chargesLoops(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM7Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should fetch eight aligned bytes a cycle", arguments: fetch)
    func fetches(_ benchmark: MicroBenchmark) throws {
        #expect(try benchmark.cost(on: CortexM7Pipeline()).exactCycles == benchmark.cycles)
    }

    @Test("should give the same total however straight code is cut")
    func carriesState() throws {
        let pipeline = CortexM7Pipeline()
        let code = """
            ldrb r0, [r1]; adds r2, r0, #1; mul r3, r2, r2; eors r4, r3; ldr r5, [r4]; adds r5, #1
            vmul.f32 s0, s1, s2; vadd.f32 s3, s0, s4; vldr s5, [r1]; str r5, [r1]; push {r4, r5}
            """
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
            #expect(sum == expected, "cut at \(cut)")
        }
    }
}
