// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import TestSupport
import Testing

/// Translations that account for themselves, beside ones that call for it: same results at any time.
@Suite("Accounting inside translations")
struct InlineTests {
    /// Functions with loops, branches, IT blocks, stores and DSP instructions whose ways depend on r0.
    static func program(seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var labels = 0
        func item(_ later: Range<Int>) -> String {
            labels += 1
            let bit = Int.random(in: 0..<32, using: &random)
            switch Int.random(in: 0..<9, using: &random) {
            case 0: return "lsls r5, r0, #\(bit)\n ite mi\n addmi r1, #1\n addpl r2, #3\n"
            case 1: return "lsls r5, r0, #\(bit)\n itt mi\n strmi r1, [r7]\n eormi r2, r2, r1\n"
            case 2: return "lsls r5, r0, #\(bit)\n bpl 1f\n adds r1, #1\n 1:\n"
            case 3: return "movs r4, #\(bit + 1)\n 1: adds r2, r2, r4\n subs r4, #1\n bne 1b\n"
            case 4: return "smlad r3, r0, r1, r3\n smlabb r2, r0, r3, r2\n"
            case 5: return "strb r0, [r7, #\(bit)]\n ldrd r4, r5, [r7, #8]\n add r1, r1, r5\n"
            case 6: return "tst r0, #\(1 << (bit & 7))\n it eq\n bleq leaf\n"
            case 7 where !later.isEmpty:
                return "bl f\(Int.random(in: later, using: &random))\n"
            default: return "mla r0, r0, r6, r8\n eor r1, r1, r0, ror #7\n"
            }
        }
        let count = 6
        let functions = (0..<count).map { index in
            let body = (0..<5).map { _ in item(index + 1..<count) }.joined()
            return "f\(index): push {r4, r5, lr}\n\(body)pop {r4, r5, pc}\n"
        }
        return """
            ldr r6, =1664525
            ldr r8, =1013904223
            ldr r7, =0x20000100
            ldr r0, =\(UInt32.random(in: 0...UInt32.max, using: &random))
            again: \((0..<count).map { "bl f\($0)" }.joined(separator: "\n"))
            add r0, r0, r8
            b again
            .ltorg
            leaf: adds r3, #1
            bx lr

            """ + functions.joined()
    }

    struct Snapshot: Equatable {
        var counters: ExecutionCounters
        var pc: UInt32
        var registers: [UInt32]
        var lowestStack: UInt32?
        var block: UInt32?
        var predecessor: BlockID?

        init(_ engine: Engine) {
            counters = engine.counters
            pc = engine.pc
            let names: [Register] = [.r0, .r1, .r2, .r3, .r4, .r5, .sp, .lr, .xpsr]
            registers = names.map { engine[$0] }
            lowestStack = engine.lowestMainStack
            block = engine.currentBlock?.address
            predecessor = engine.currentBlock?.predecessor
        }
    }

    @Test("should charge what the hooks charge, to the block", arguments: 1...12)
    func sameAsHooks(seed: Int) throws {
        let source = Self.program(seed: UInt64(seed))
        var random = SeededGenerator(seed: UInt64(seed) &+ 100)
        let benches = [try Bench(source), try Bench(source, usesInternals: false)]
        var cycle: UInt64 = 0
        for _ in 0..<60 {
            cycle += UInt64.random(in: 1...4000, using: &random)
            let snapshots = try benches.map { bench in
                bench.engine.nextEventCycle = cycle
                let reason = try bench.engine.run()
                #expect(reason == .event)
                return Snapshot(bench.engine)
            }
            #expect(snapshots[0] == snapshots[1])
        }
        #expect(benches[0].engine.accountsInside == Engine.accountsInside)
        if benches[0].engine.accountsInside {
            #expect(benches[0].engine.calls < benches[0].engine.counters.instructions / 20)
        }
    }

    @Test(
        "should see a probe that is added to a loop that runs by itself", arguments: [true, false])
    func probeAddedLate(usesInternals: Bool) throws {
        let bench = try Bench(
            "loop: lsls r1, r0, #31\n ite mi\n addmi r2, #1\n addpl r3, #1\n adds r0, #1\n b loop",
            usesInternals: usesInternals)
        bench.engine.nextEventCycle = 100_000
        _ = try bench.engine.run()
        // addmi and addpl.
        var seen: [UInt32: Int] = [:]
        bench.onReached = { address, _, _ in seen[address, default: 0] += 1 }
        let places = [Bench.code + 4, Bench.code + 6]
        for place in places { try bench.engine.addProbe(at: place) }
        let before = bench.engine[.r0]
        bench.engine.nextEventCycle = 200_000
        _ = try bench.engine.run()
        let rounds = Int(bench.engine[.r0] - before)
        #expect(rounds > 1000)
        #expect(abs((seen[places[0]] ?? 0) - rounds / 2) <= 1)
        #expect(abs((seen[places[1]] ?? 0) - rounds / 2) <= 1)
        for place in places { bench.engine.removeProbe(at: place) }
        let calls = seen
        bench.engine.nextEventCycle = 300_000
        _ = try bench.engine.run()
        #expect(seen == calls)
        #expect(bench.engine[.r2] + bench.engine[.r3] == bench.engine[.r0])
    }

    @Test("should follow the stack down in a recursion that goes deeper each time")
    func deeperStack() throws {
        let bench = try Bench(
            """
                movs r5, #0
            again:
                adds r5, #1
                mov r0, r5
                bl down
                cmp r5, #200
                bne again
                bkpt #0
            down:
                push {r4, lr}
                subs r0, #1
                beq up
                bl down
            up:
                pop {r4, pc}
            """)
        _ = try bench.engine.run()
        #expect(bench.engine.lowestMainStack == Bench.stackTop - 200 * 8)
    }

    @Test("should stop a loop that runs by itself before the block that reaches the cycle")
    func stopsInTime() throws {
        // Two instructions and a jump: 12 cycles.
        let bench = try Bench("loop: adds r0, #1\n b loop")
        for cycle: UInt64 in [12_000, 12_001, 12_012, 40_000_000, 40_000_013] {
            bench.engine.nextEventCycle = cycle
            let reason = try bench.engine.run()
            #expect(reason == .event)
            let now = bench.engine.counters.cycles
            #expect(now >= cycle && now < cycle + 12)
            #expect(bench.engine.counters.instructions == 2 * UInt64(bench.engine[.r0]))
        }
    }

    /// A state and the ways of its sites take 8 MiB of the low GiB where Linux puts them.
    @Test("should find room for new engines after many that could not be opened")
    func freesWhatFailed() throws {
        for _ in 0..<300 {
            #expect(throws: EmulationError.self) {
                try EngineParts(model: 999).free()
            }
        }
        let bench = try Bench("bl loop\n loop: adds r0, #1\n b loop")
        bench.engine.nextEventCycle = 100_000
        _ = try bench.engine.run()
        if Engine.accountsInside { #expect(bench.engine.calls < 20) }
    }
    @Test("should account inside translations in each of many engines")
    func manyEngines() throws {
        let benches = try (0..<12).map { _ in try Bench("bl loop\n loop: adds r0, #1\n b loop") }
        for bench in benches {
            bench.engine.nextEventCycle = 100_000
            _ = try bench.engine.run()
            #expect(bench.engine.accountsInside == Engine.accountsInside)
            if Engine.accountsInside { #expect(bench.engine.calls < 20) }
        }
    }
}
