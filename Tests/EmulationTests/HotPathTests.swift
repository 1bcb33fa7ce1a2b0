// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import TestSupport
import Testing

/// What a block costs the host is for `make bench`; that it costs no more than the hook is asserted
/// here, in counts.
@Suite("Hot path")
struct HotPathTests {
    /// What must be the same for a few rounds of a program and for many.
    private struct Effort: Equatable {
        var slowEntries: Int
        var starts: Int
        var blocksAsked: Int
        var edgesAsked: Int
        var translations: Int
        var drops: Int

        init(_ source: String, rounds: Int, alignment: [UInt32: [AlignmentRequirement]] = [:])
            throws
        {
            let bench = try Bench("ldr r11, =\(rounds)\n" + source + "\n.ltorg")
            bench.alignment = alignment
            let reason = try bench.engine.run()
            guard case .breakpoint = reason else { throw Ended(reason: reason) }
            #expect(bench.engine.counters.instructions > UInt64(rounds))
            slowEntries = bench.engine.slowEntries - bench.engine.budgetRenewals
            #expect(bench.engine.budgetRenewals <= bench.engine.counters.cycles >> 23)
            starts = bench.engine.starts
            blocksAsked = bench.factsCount
            edgesAsked = bench.costCount
            translations = bench.engine.translationCount
            drops = bench.engine.translationDrops
        }

        struct Ended: Error { var reason: StopReason }
    }

    private static let programs = [
        "a loop": "loop: adds r0, #1\n subs r11, #1\n bne loop\n bkpt #0",
        "a function with five callers": """
        loop: bl f\n bl f\n bl f\n bl f\n bl f\n subs r11, #1\n bne loop\n bkpt #0
        f: push {r4, lr}\n adds r0, #1\n pop {r4, pc}
        """,
        "calls through a register": """
        adr r4, f\n adds r4, #1
        loop: blx r4\n subs r11, #1\n bne loop\n bkpt #0
        .balign 4
        f: adds r0, #1\n bx lr
        """,
        "IT blocks both ways": """
        loop: lsls r1, r11, #31\n ite mi\n addmi r0, #1\n addpl r2, #1
        cmp r0, #5\n it gt\n movgt r0, #0\n subs r11, #1\n bne loop\n bkpt #0
        """,
        "stores and loads": """
        ldr r4, =0x20000100
        loop: str r11, [r4]\n ldr r0, [r4]\n strb r11, [r4, #4]\n subs r11, #1\n bne loop\n bkpt #0
        """,
    ]

    @Test(
        "should ask about blocks and edges once, and stay in the hook from then on",
        arguments: programs.keys.sorted())
    func staysInHook(program: String) throws {
        let source = try #require(Self.programs[program])
        let few = try Effort(source, rounds: 20)
        let many = try Effort(source, rounds: 200_000)
        #expect(few == many)
        #expect(many.drops == 0)
        // Each new edge, and a block that is translated again with calls before its instructions.
        #expect(many.slowEntries <= many.edgesAsked + many.starts)
        #expect(many.starts <= 3)
    }

    #if arch(x86_64) && os(Linux)
        @Test(
            "should leave a loop's translations to themselves",
            arguments: programs.keys.filter { !$0.contains("five") }.sorted())
        func isInline(program: String) throws {
            let source = try #require(Self.programs[program])
            let isKnown = Engine.isUnicornStatic && Engine.unicornVersion == "2.0.1"
            #expect(Engine.accountsInside == isKnown)
            func calls(_ rounds: Int) throws -> UInt64 {
                let bench = try Bench("ldr r11, =\(rounds)\n" + source + "\n.ltorg")
                _ = try bench.engine.run()
                #expect(bench.engine.accountsInside == Engine.accountsInside)
                return bench.engine.accountsInside ? bench.engine.calls : 0
            }
            let few = try calls(20)
            #expect(few < 60)
            let many = try calls(200_000)
            // One more for each renewal of the budget.
            #expect(many <= few + 4)
        }
    #endif

    @Test("should look at a block's alignment in the hook")
    func alignment() throws {
        func source(_ address: String) -> String {
            """
            ldr r4, =\(address)
            loop: ldrd r0, r1, [r4]\n subs r11, #1\n bne loop\n bkpt #0
            """
        }
        // Behind two loads, of 4 and 2 bytes.
        let loop = Bench.code + 6
        let required = [loop: [AlignmentRequirement(register: 4, offset: 0)]]
        let aligned = source("0x20000100")
        let few = try Effort(aligned, rounds: 20, alignment: required)
        #expect(few == (try Effort(aligned, rounds: 200_000, alignment: required)))
        // Else the block is translated again, to have each access looked at.
        let misaligned = try Effort(source("0x20000102"), rounds: 20, alignment: required)
        #expect(misaligned.slowEntries > few.slowEntries)
    }
}
