// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Testing

@Suite("IT blocks")
struct ConditionalTests {
    @Test(
        "should count executed and skipped instructions apart, whatever happens to the flags later",
        arguments: [(0, 1), (1, 2), (2, 1)] as [(UInt32, UInt64)])
    func flagsChangeLater(value: UInt32, skipped: UInt64) throws {
        let bench = try Bench(
            """
                cmp r0, #1
                ite hi
                movhi r1, #1
                movls r1, #2
                it ne
                addne r2, #1
                movs r3, #0
                cmp r3, #5
                bkpt #0
            """)
        bench.engine[.r0] = value
        _ = try bench.engine.run()
        #expect(
            bench.engine.counters
                == ExecutionCounters(
                    ticks: 9 * 256 - skipped * 128, instructions: 9 - skipped,
                    skippedInstructions: skipped))
    }

    @Test("should follow a compare inside an IT block")
    func compareInside() throws {
        // r0 == 1 && r1 == 2, as compilers write it, with a move under the second condition.
        let source = "cmp r0, #1\n itt eq\n cmpeq r1, #2\n moveq r2, #7\n bkpt #0"
        for (r0, r1, skipped) in [(1, 2, 0), (1, 3, 1), (0, 2, 2)] as [(UInt32, UInt32, UInt64)] {
            let bench = try Bench(source)
            bench.engine[.r0] = r0
            bench.engine[.r1] = r1
            _ = try bench.engine.run()
            #expect(bench.engine.counters.skippedInstructions == skipped)
            #expect(bench.engine.counters.instructions == 5 - skipped)
            #expect(bench.engine[.r2] == (skipped == 0 ? 7 : 0))
        }
    }

    @Test(
        "should count every round of a loop with a conditional return", arguments: [true, false])
    func loop(usesInternals: Bool) throws {
        let bench = try Bench(
            """
                bl f
                bkpt #0
            f:
                adds r0, #1
                cmp r0, #100
                it eq
                bxeq lr
                lsls r2, r0, #31
                ite mi
                addmi r3, #1
                addpl r4, #1
                b f
            """, usesInternals: usesInternals)
        #expect(try bench.engine.run() == .breakpoint(pc: Bench.code + 4))
        #expect(bench.engine[.r3] == 50)
        #expect(bench.engine[.r4] == 49)
        // bl, bkpt; 99 full rounds of 7 executed and 2 skipped; 4 in the last.
        #expect(bench.engine.counters.instructions == 2 + 99 * 7 + 4)
        #expect(bench.engine.counters.skippedInstructions == 99 * 2)
    }

    @Test("should count an IT block that a page boundary cuts in two")
    func acrossPages() throws {
        for (r0, skipped) in [(1, 1), (0, 3)] as [(UInt32, UInt64)] {
            let bench = try Bench(
                """
                    cmp r0, #1
                    b.w 1f
                    .org 0x2FC
                1:
                    ittte eq
                    moveq r1, #1
                    moveq r2, #2
                    moveq r3, #3
                    movne r4, #4
                    bkpt #0
                """)
            bench.engine[.r0] = r0
            _ = try bench.engine.run()
            #expect(bench.engine.counters.skippedInstructions == skipped)
            #expect(bench.engine.counters.instructions == 8 - skipped)
            #expect(bench.engine[.r3] == (r0 == 1 ? 3 : 0))
        }
    }

    @Test("should count exactly when a block is left in the middle of its conditional part")
    func leftInTheMiddle() throws {
        let bench = try Bench(
            """
                ldr r1, =0x30000000
                cmp r1, #0
                it eq
                moveq r0, #1
                ite ne
                movne r0, #2
                moveq r0, #3
                ldr r0, [r1]
                it eq
                moveq r0, #4
                bkpt #0
                .ltorg
            """)
        _ = try bench.engine.run()
        bench.engine.truncateCurrentBlock(
            beforeInstruction: 7, at: Bench.code + 16, ticksBefore: 7 * 256)
        #expect(
            bench.engine.counters
                == ExecutionCounters(
                    ticks: 7 * 256 - 2 * 128, instructions: 5, skippedInstructions: 2))
    }
}
