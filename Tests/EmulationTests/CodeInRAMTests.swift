// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import TestSupport
import Testing

/// What a program leaves behind, to be equal with and without the store fast path.
struct Outcome: Equatable {
    var reason: StopReason
    var counters: ExecutionCounters
    var registers: [UInt32]
    var ram: [UInt8]
    var lowestStack: UInt32?

    init(_ bench: Bench) throws {
        reason = try bench.engine.run()
        counters = bench.engine.counters
        registers = (0..<15).map { bench.engine.coreRegister($0) } + [bench.engine[.xpsr]]
        ram = try bench.engine.bytes(at: Bench.ram, count: 0x10000)
        lowestStack = bench.engine.lowestMainStack
    }
}

@Suite("Code in RAM, with and without the store fast path")
struct CodeInRAMTests {
    /// Copies a function of two instructions to RAM and calls it, each time with another constant,
    /// after stores that have made the page's TLB entry dirty.
    static let selfModifying = """
            ldr r4, =0x20000400
            ldr r5, =0x20002000
            movs r6, #0
        again:
            str r6, [r4, #16]
            adr r0, template
            ldrh r1, [r0]
            orrs r1, r6
            strh r1, [r4]
            ldrh r1, [r0, #2]
            strh r1, [r4, #2]
            dsb
            isb
            orr r2, r4, #1
            blx r2
            adds r7, r0
            str r7, [r5], #4
            adds r6, #1
            cmp r6, #200
            bne again
            bkpt #0
            .align 2
        template:
            movs r0, #0
            bx lr
            .ltorg
        """

    @Test("should run what self-modifying code wrote, each time", arguments: [true, false])
    func selfModifyingCode(fastPath: Bool) throws {
        let bench = try Bench(Self.selfModifying, fastPath: fastPath)
        let outcome = try Outcome(bench)
        #expect(outcome.registers[7] == 199 * 200 / 2)
        #expect(outcome.counters.instructions == 3 + 200 * 18 + 1)
        #expect(bench.discardedCount == 199)
    }

    @Test("should see data stores beside code on the same page", arguments: [true, false])
    func dataBesideCode(fastPath: Bool) throws {
        let bench = try Bench(
            """
                ldr r4, =0x20000400
                adr r0, counting
                ldmia r0!, {r1, r2, r3}
                stmia r4!, {r1, r2, r3}
                subs r4, #12
                movs r6, #0
            again:
                orr r2, r4, #1
                blx r2
                adds r6, #1
                cmp r6, #100
                bne again
                ldr r0, [r4, #32]
                bkpt #0
                .align 2
            counting:
                ldr r3, [r4, #32]
                adds r3, #1
                str r3, [r4, #32]
                strb r3, [r4, #36]
                bx lr
                nop
                .ltorg
            """, fastPath: fastPath)
        let outcome = try Outcome(bench)
        #expect(outcome.registers[0] == 100)
        #expect(outcome.counters.instructions == 6 + 100 * (5 + 5) + 2)
    }

    @Test(
        "should patch one instruction of a loop that is running in RAM", arguments: [true, false])
    func patchWhileRunning(fastPath: Bool) throws {
        let bench = try Bench(
            """
                ldr r4, =0x20000400
                adr r0, body
                ldmia r0!, {r1, r2, r3, r5}
                stmia r4!, {r1, r2, r3, r5}
                subs r4, #16
                orr r2, r4, #1
                movs r1, #0
                movw r3, #0x3102
                bx r2
                .align 2
            body:
                adds r1, #1
                adds r0, #1
                cmp r1, #9
                bge 1f
                strh r3, [r4]
                b body
            1:  bkpt #0
                .ltorg
            """, fastPath: fastPath)
        bench.engine[.r0] = 0
        let outcome = try Outcome(bench)
        // 1, then in steps of 2: 3, 5, 7, 9.
        #expect(outcome.registers[1] == 9)
    }

    @Test(
        "should leave the same registers, memory and counters without the fast path or any internals"
    )
    func sameOutcome() throws {
        let programs = [
            Self.selfModifying,
            """
                ldr r0, =0x20000000
                movw r1, #0x1000
            fill:
                str r1, [r0], #4
                strb r1, [r0, #2]
                strh r1, [r0, #0x400]
                push {r0-r3}
                pop {r0-r3}
                subs r1, #1
                ittee ne
                addne r2, r1
                addne r3, #1
                addeq r2, #1
                moveq r4, #1
                bne fill
                bkpt #0
                .ltorg
            """,
        ]
        for program in programs {
            let fast = try Outcome(Bench(program, fastPath: true))
            let slow = try Outcome(Bench(program, fastPath: false))
            let plain = try Outcome(Bench(program, usesInternals: false))
            #expect(fast == slow)
            #expect(fast == plain)
        }
    }

    @Test("should find the places in the core that the fast path needs, where Unicorn has them")
    func findsPlaces() throws {
        let engine = try Engine(core: .cortexM4)
        #expect(engine.isStoreFastPathEnabled == Engine.usesStoreFastPath)
        #expect(try !Engine(core: .cortexM4, usesInternals: false).isStoreFastPathEnabled)
    }

    /// Unicorn does not announce the first translation. Its block is the branch over the page's end.
    @Test(
        "should run what was written into the second half of the engine's first instruction",
        arguments: [true, false])
    func firstInstructionReachesOverPage(fastPath: Bool) throws {
        func code(branchingTo target: String) throws -> [UInt8] {
            try Assembler.assemble(
                """
                start:
                    adds r0, #1
                    str r6, [r4, #16]
                    b.w \(target)
                    .space 2048
                first:
                    strh r3, [r4]
                    cmp r0, #5
                    beq stop
                    b.w start
                second:
                    bkpt #0
                stop:
                    bkpt #1
                """)
        }
        let before = try code(branchingTo: "first")
        let after = try code(branchingTo: "second")
        #expect(before[4...5] == after[4...5] && before[6...7] != after[6...7])
        let bench = try Bench("nop", fastPath: fastPath)
        try bench.engine.write(before, at: 0x2000_03FA)
        bench.engine[.r0] = 0
        bench.engine[.r3] = UInt32(after[6]) | UInt32(after[7]) << 8
        bench.engine[.r4] = 0x2000_0400
        bench.engine.pc = 0x2000_03FE
        _ = try bench.engine.run()
        #expect(bench.engine[.r0] == 1)
    }

    @Test("should run code that the host wrote over code already executed")
    func hostWrites() throws {
        let bench = try Bench("bkpt #0")
        for value: UInt8 in 1...20 {
            try bench.engine.write([value, 0x20, 0x00, 0xBE], at: 0x2000_0800)
            bench.engine.pc = 0x2000_0800
            #expect(try bench.engine.run() == .breakpoint(pc: 0x2000_0802))
            #expect(bench.engine[.r0] == UInt32(value))
        }
    }

    @Test("should notice code that changes through another address of the same memory")
    func aliases() throws {
        let bench = try Bench(
            """
                ldr r4, =0x20000400
                ldr r5, =0x00800401
                movs r6, #0
                movw r1, #0x2000
                movw r2, #0x4770
                strh r2, [r4, #2]
            again:
                orr r0, r1, r6
                strh r0, [r4]
                blx r5
                adds r7, r0
                adds r6, #1
                cmp r6, #50
                bne again
                bkpt #0
                .ltorg
            """, ramAliases: [0x0080_0000])
        _ = try bench.engine.run()
        #expect(bench.engine[.r7] == 49 * 50 / 2)
        #expect(try bench.engine.read16(0x0080_0402) == 0x4770)
    }
}
