// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Testing

@Suite("Probes and supervised instructions")
struct WatchingTests {
    static let loop = """
            movs r0, #0
        loop:
            adds r0, #1
            adds r1, r0, #2
            cmp r0, #5
            bne loop
            bkpt #0
        """

    @Test("should call a probe before every execution of its instruction, in the middle of a block")
    func probe() throws {
        let bench = try Bench(Self.loop)
        var seen: [[UInt32]] = []
        bench.onReached = { address, isProbe, kinds in
            #expect(isProbe && kinds.isEmpty && bench.engine.pc == address)
            seen.append([address, bench.engine[.r0], bench.engine[.r1]])
        }
        try bench.engine.addProbe(at: Bench.code + 4)
        _ = try bench.engine.run()
        let probe = Bench.code + 4
        #expect(
            seen == [
                [probe, 1, 0], [probe, 2, 3], [probe, 3, 4], [probe, 4, 5], [probe, 5, 6],
            ])
        #expect(bench.engine.counters == ExecutionCounters(ticks: 62 * 256, instructions: 22))
    }

    @Test(
        "should not change the counters of a run, whatever is probed", arguments: [true, false])
    func probesAreFree(usesInternals: Bool) throws {
        for offset in stride(from: UInt32(0), through: 10, by: 2) {
            let bench = try Bench(Self.loop, usesInternals: usesInternals)
            try bench.engine.addProbe(at: Bench.code + offset)
            _ = try bench.engine.run()
            #expect(
                bench.engine.counters == ExecutionCounters(ticks: 62 * 256, instructions: 22))
        }
    }

    @Test("should see a probe that is added while the program runs, and none that is removed")
    func addedLater() throws {
        let bench = try Bench("loop: adds r0, #1\n adds r1, #1\n b loop")
        var hits = 0
        bench.onReached = { _, _, _ in hits += 1 }
        bench.engine.nextEventCycle = 1000
        _ = try bench.engine.run()
        #expect(hits == 0)
        let before = Int(bench.engine[.r1])
        try bench.engine.addProbe(at: Bench.code + 2)
        bench.engine.nextEventCycle = 2000
        _ = try bench.engine.run()
        let expected = hits
        #expect(expected == Int(bench.engine[.r1]) - before)
        #expect(expected > 70)
        bench.engine.removeProbe(at: Bench.code + 2)
        bench.engine.nextEventCycle = 3000
        _ = try bench.engine.run()
        #expect(hits == expected)
    }

    @Test("should stop before a probed instruction and go on with it once")
    func stopAtProbe() throws {
        let bench = try Bench(Self.loop)
        try bench.engine.addProbe(at: Bench.code + 4)
        bench.onReached = { _, _, _ in bench.engine.stopBeforeInstruction() }
        var r0s: [UInt32] = []
        while try bench.engine.run() == .instruction(pc: Bench.code + 4) {
            r0s.append(bench.engine[.r0])
            #expect(bench.engine[.r1] == (r0s.count == 1 ? 0 : UInt32(r0s.count) + 1))
            let index = r0s.count == 1 ? 2 : 1
            bench.engine.truncateCurrentBlock(
                beforeInstruction: index, at: Bench.code + 4, ticksBefore: UInt64(index) * 256)
        }
        #expect(r0s == [1, 2, 3, 4, 5])
        #expect(bench.engine.counters.instructions == 22)
    }

    @Test("should probe an instruction of an IT block only when it executes")
    func probeInITBlock() throws {
        let bench = try Bench("cmp r0, #1\n ite eq\n moveq r1, #1\n movne r1, #2\n bkpt #0")
        var seen: [UInt32] = []
        bench.onReached = { address, _, _ in seen.append(address) }
        try bench.engine.addProbe(at: Bench.code + 4)
        try bench.engine.addProbe(at: Bench.code + 6)
        _ = try bench.engine.run()
        #expect(seen == [Bench.code + 6])
        #expect(bench.engine.counters.instructions == 4)
        #expect(bench.engine.counters.skippedInstructions == 1)
    }

    @Test("should refuse a probe at an odd or unmapped address")
    func badProbe() throws {
        let bench = try Bench("bkpt #0")
        #expect(throws: EmulationError.addressOutOfCode(address: 0x101)) {
            try bench.engine.addProbe(at: 0x101)
        }
        #expect(throws: EmulationError.addressOutOfCode(address: 0x5000_0000)) {
            try bench.engine.addProbe(at: 0x5000_0000)
        }
    }

    @Test("should call for supervised kinds only while they are switched on")
    func supervised() throws {
        let bench = try Bench("loop: adds r0, #1\n sdiv r1, r0, r2\n b loop")
        bench.supervised = [Bench.code + 2: .divide]
        var hits = 0
        bench.onReached = { address, isProbe, kinds in
            #expect(address == Bench.code + 2 && !isProbe && kinds == .divide)
            hits += 1
            if bench.engine[.r0] == 20 { bench.engine.stopBeforeInstruction() }
        }
        bench.engine.nextEventCycle = 42
        #expect(try bench.engine.run() == .event)
        #expect(hits == 0 && bench.engine[.r0] == 4)
        bench.engine.supervisedKinds = [.divide, .floatingPoint]
        bench.engine.nextEventCycle = nil
        #expect(try bench.engine.run() == .instruction(pc: Bench.code + 2))
        #expect(hits == 16)
        #expect(bench.engine.coreRegister(0) == 20)
    }

    @Test("should supervise a block's aligned accesses from the entry at which one is misaligned")
    func alignment() throws {
        let bench = try Bench(
            """
                ldr r1, =0x20000001
                subs r1, #1
                movs r0, #0
            loop:
                adds r0, #1
                ldmia r1, {r2, r3}
                cmp r0, #3
                it eq
                addeq r1, #2
                b loop
                .ltorg
            """)
        let loop = try #require(
            try (0..<16).map { Bench.code + $0 * 2 }.first {
                try bench.engine.read16($0) == 0x3001
            })
        bench.supervised = [loop + 2: .alignment]
        bench.alignment = [loop: [AlignmentRequirement(register: 1, offset: 0)]]
        var hits = 0
        bench.onReached = { address, _, kinds in
            #expect(address == loop + 2 && kinds == .alignment)
            hits += 1
            bench.engine.stopBeforeInstruction()
        }
        #expect(try bench.engine.run() == .instruction(pc: loop + 2))
        #expect(hits == 1)
        #expect(bench.engine[.r0] == 4)
        #expect(bench.engine[.r1] == 0x2000_0002)
    }
}
