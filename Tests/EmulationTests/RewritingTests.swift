// SPDX-License-Identifier: GPL-2.0-or-later
import CMemorySystem
import Emulation
import TestSupport
import Testing

/// Unicorn keeps what it translated: when that is too much, the engine drops all of it.
@Suite("Code rewritten without end")
struct RewritingTests {
    /// Writes a function of two instructions to RAM and calls it, in so many rounds. r1 adds up r6 mod 64.
    private static func rewriting(_ rounds: Int, calls: Int = 4) -> String {
        """
            ldr r4, =0x20000400
            ldr r5, =0x20000401
            ldr r6, =\(rounds)
            movw r2, #0x4770
            strh r2, [r4, #2]
        again:
            and r0, r6, #63
            orr r0, r0, #0x3100
            strh r0, [r4]
            movs r3, #\(calls)
        call:
            blx r5
            subs r3, #1
            bne call
            subs r6, #1
            bne again
            bkpt #0
            .ltorg
        """
    }

    private static let isKnown = Engine.unicornVersion == "2.0.1"

    @Test("should keep translations and tables below their bounds, and count what was executed")
    func isBounded() throws {
        let rounds = 20_000
        let bench = try Bench(Self.rewriting(rounds), mostTranslationBytes: 1 << 20)
        _ = try bench.engine.run()
        #expect(bench.engine[.r1] == UInt32((1...rounds).reduce(0) { $0 + 4 * ($1 % 64) }))
        let instructions = UInt64(5 + rounds * 26 + 1)
        #expect(bench.engine.counters.instructions == instructions)
        // Four calls, four returns, and to the start of one loop or the other; but for the last round.
        #expect(bench.engine.counters.cycles == instructions + 10 * UInt64(12 * rounds - 1))
        #expect(bench.engine.accountingBytes < 1 << 20)
        #if arch(x86_64)
            #expect(bench.engine.boundsTranslations == Self.isKnown)
        #endif
        if bench.engine.boundsTranslations {
            #expect(bench.engine.translationBytes < 1 << 20)
            // A translation takes 300 to 1000 bytes.
            #expect((5...20).contains(bench.engine.translationDrops))
        }
    }

    @Test("should drop translations when the sites are used up, whatever they take")
    func sitesUsedUp() throws {
        let bench = try Bench(
            Self.rewriting(66_000, calls: 1), mostTranslationBytes: 256 << 20)
        _ = try bench.engine.run()
        #expect(bench.engine.counters.instructions == UInt64(5 + 66_000 * 11 + 1))
        #expect(bench.engine.accountingBytes < 32 << 20)
        if bench.engine.boundsTranslations { #expect(bench.engine.translationDrops == 1) }
    }

    @Test("should leave Unicorn's own bound where nothing of its insides is used")
    func withoutInternals() throws {
        let bench = try Bench(
            Self.rewriting(2000), usesInternals: false, mostTranslationBytes: 64 << 10)
        _ = try bench.engine.run()
        #expect(!bench.engine.boundsTranslations)
        #expect(bench.engine.translationDrops == 0)
        #expect(bench.engine.counters.instructions == UInt64(5 + 2000 * 26 + 1))
    }

    /// Bytes at which the bounded engine drops: so few that it does while each program's code is new.
    private static let bounds = [4_000, 7_001, 12_007, 17_011]

    @Test("should count the same at any cycle when translations are dropped", arguments: 1...8)
    func sameAtAnyTime(seed: Int) throws {
        let source = InlineTests.program(seed: UInt64(seed))
        var random = SeededGenerator(seed: UInt64(seed) &+ 200)
        let benches = try [Engine.mostTranslationBytes, Self.bounds[seed % 4]].map {
            try Bench(source, profiles: seed % 3 == 0, mostTranslationBytes: $0)
        }
        var cycle: UInt64 = 0
        for _ in 0..<40 {
            cycle += UInt64.random(in: 1...4000, using: &random)
            let snapshots = try benches.map { bench in
                bench.engine.nextEventCycle = cycle
                let reason = try bench.engine.run()
                #expect(reason == .event)
                return InlineTests.Snapshot(bench.engine)
            }
            #expect(snapshots[0] == snapshots[1])
        }
        #expect(benches[0].engine.translationDrops == 0)
        if benches[1].engine.boundsTranslations { #expect(benches[1].engine.translationDrops > 3) }
    }

    @Test("should leave the same memory, registers and counters when translations are dropped")
    func sameOutcome() throws {
        let programs = [CodeInRAMTests.selfModifying, Self.rewriting(500)]
        for program in programs {
            let plain = try Outcome(Bench(program))
            for bound in Self.bounds {
                let bench = try Bench(program, mostTranslationBytes: bound)
                #expect(try Outcome(bench) == plain)
                if bench.engine.boundsTranslations { #expect(bench.engine.translationDrops > 2) }
            }
        }
    }

    @Test("should look at details as before when translations are dropped")
    func sameDetails() throws {
        let outcomes = try [Engine.mostTranslationBytes, 6_000].map { bound in
            let (model, memory) = try DetailTests.model()
            defer { ms_destroy(memory) }
            let bench = try Bench(
                Self.rewriting(500), detail: model, mostTranslationBytes: bound)
            bench.details[Bench.ram + 0x400] = BlockDetail(
                accesses: [
                    BlockDetail.Access(
                        kind: .load, address: .init(constant: 0, base: 4), bytes: 4,
                        takesTime: true, mayBeUnaligned: false, offset: 0, cyclesBefore: 0)
                ], points: [])
            let outcome = try Outcome(bench)
            let stalls = ms_read_counts(memory).pointee.data_stall_cycles
            #expect(stalls == 4 * 3 * 500)
            if bench.engine.boundsTranslations {
                #expect((bench.engine.translationDrops > 3) == (bound == 6_000))
            }
            return outcome
        }
        #expect(outcomes[0] == outcomes[1])
    }

    @Test("should see probes in code whose translation was dropped")
    func probes() throws {
        let bench = try Bench(Self.rewriting(2000), mostTranslationBytes: 20_000)
        var seen = 0
        bench.onReached = { _, _, _ in seen += 1 }
        // The store of the new instruction.
        try bench.engine.addProbe(at: Bench.code + 0x16)
        _ = try bench.engine.run()
        #expect(seen == 2000)
    }
}
