// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Testing

@Suite("Stops")
struct StopTests {
    @Test("should stop after an svc and go on behind it")
    func supervisorCall() throws {
        let bench = try Bench(
            """
                movs r0, #1
                svc #5
                movs r0, #2
                bkpt #0
            """)
        #expect(try bench.engine.run() == .supervisorCall)
        #expect(bench.engine.pc == Bench.code + 4)
        #expect(bench.engine[.r0] == 1)
        #expect(bench.engine.counters.instructions == 2)
        #expect(try bench.engine.run() == .breakpoint(pc: Bench.code + 6))
        #expect(bench.engine[.r0] == 2)
        #expect(bench.engine.counters.instructions == 4)
    }

    @Test("should stop on a bkpt and go on when pc is moved past it")
    func breakpoint() throws {
        let bench = try Bench(
            """
                movs r0, #1
                bkpt #0xAB
                movs r0, #2
                bkpt #0
            """)
        #expect(try bench.engine.run() == .breakpoint(pc: Bench.code + 2))
        #expect(bench.engine.pc == Bench.code + 2)
        bench.engine.pc += 2
        #expect(try bench.engine.run() == .breakpoint(pc: Bench.code + 6))
        #expect(bench.engine[.r0] == 2)
        #expect(bench.engine.counters.instructions == 4)
    }

    @Test(
        "should tell wfi, wfe and yield from each other, narrow and wide",
        arguments: [
            ("wfi", 2, StopReason.waitForInterrupt), ("wfi.w", 4, .waitForInterrupt),
            ("wfe", 2, .waitForEvent), ("wfe.w", 4, .waitForEvent),
            ("yield", 2, .yield), ("yield.w", 4, .yield),
        ])
    func hints(hint: String, width: UInt32, reason: StopReason) throws {
        let bench = try Bench("movs r0, #1\n\(hint)\nmovs r0, #2\nbkpt #0")
        #expect(try bench.engine.run() == reason)
        #expect(bench.engine.pc == Bench.code + 2 + width)
        #expect(bench.engine[.r0] == 1)
        #expect(bench.engine.counters.instructions == 2)
        #expect(try bench.engine.run() == .breakpoint(pc: Bench.code + 4 + width))
        #expect(bench.engine[.r0] == 2)
        #expect(bench.engine.counters.instructions == 4)
    }

    @Test(
        "should stop on an undefined instruction, even right behind the halfword of a wfe",
        arguments: ["udf #1", "udf.w #1", ".hword 0xBF20 \n udf #1"])
    func undefined(code: String) throws {
        let bench = try Bench("b.w 1f\n 2: bkpt #0\n nop\n 1: movs r0, #1\n\(code)")
        let reason = try bench.engine.run()
        if code.hasPrefix(".hword") {
            #expect(reason == .waitForEvent)
            let pc = bench.engine.pc
            #expect(try bench.engine.run() == .undefinedInstruction(pc: pc))
        } else {
            #expect(reason == .undefinedInstruction(pc: Bench.code + 10))
        }
    }

    @Test("should report a jump to unmapped memory with its target, and charge nothing for it")
    func wildJump() throws {
        let bench = try Bench("ldr r0, =0x30000001\n bx r0\n .ltorg")
        #expect(try bench.engine.run() == .fetchFault(pc: 0x3000_0000))
        #expect(bench.engine.counters.instructions == 2)
        // Unicorn must not keep what it believed to read there.
        bench.engine.pc = Bench.code
        #expect(try bench.engine.run() == .fetchFault(pc: 0x3000_0000))
        #expect(try bench.engine.run() == .fetchFault(pc: 0x3000_0000))
        #expect(bench.engine.counters.instructions == 4)
    }

    @Test("should report execution of memory that is not executable")
    func executeNever() throws {
        let bench = try Bench("ldr r0, =0x40000001\n bx r0\n .ltorg")
        try bench.engine.map(
            MemoryRegion(
                name: "data", origin: 0x4000_0000, lengthBytes: 0x1000, access: .readWrite))
        #expect(try bench.engine.run() == .fetchFault(pc: 0x4000_0000))
    }

    @Test("should report execution of a peripheral region")
    func executePeripheral() throws {
        let bench = try Bench("ldr r0, =0x40000001\n bx r0\n .ltorg")
        let port = Port(bench.engine)
        try bench.engine.mapMMIO(origin: 0x4000_0000, lengthBytes: 0x1000, handler: port)
        #expect(try bench.engine.run() == .fetchFault(pc: 0x4000_0000))
        #expect(port.log == [])
    }

    @Test("should report a branch that clears the Thumb bit")
    func invalidState() throws {
        let bench = try Bench("ldr r0, =0x200\n bx r0\n .ltorg")
        #expect(try bench.engine.run() == .invalidState(pc: 0x200))
        bench.engine.pc = Bench.code
        #expect(try bench.engine.run() == .invalidState(pc: 0x200))
    }

    @Test(
        "should report EXC_RETURN from bx and pop, in Handler and Thread mode",
        arguments: [3, 0] as [UInt32], ["bx lr", "push {lr}\n pop {pc}", "mov pc, lr"])
    func exceptionReturn(mode: UInt32, code: String) throws {
        let bench = try Bench(code)
        bench.engine[.ipsr] = mode
        bench.engine[.sp] = Bench.stackTop
        bench.engine[.lr] = 0xFFFF_FFF9
        #expect(try bench.engine.run() == .exceptionReturn(0xFFFF_FFF9))
        #expect(bench.engine[.ipsr] == mode)
        #expect(bench.engine[.sp] == Bench.stackTop)
    }

    @Test("should recognise EXC_RETURN after the handler itself wrote a special register")
    func exceptionReturnAfterMsr() throws {
        let bench = try Bench("movs r0, #0\n msr basepri, r0\n cpsid i\n cpsie i\n bx lr")
        bench.engine[.ipsr] = 15
        bench.engine[.lr] = 0xFFFF_FFFD
        #expect(try bench.engine.run() == .exceptionReturn(0xFFFF_FFFD))
    }

    @Test("should stop before the block at the cycle of the next event, not charging it")
    func event() throws {
        let bench = try Bench("loop: adds r0, #1\n adds r0, #1\n b loop")
        bench.engine.nextEventCycle = 30
        #expect(try bench.engine.run() == .event)
        // Blocks cost 3, 13, 13: the fourth would start at 29, the fifth at 42.
        #expect(bench.engine.counters.cycles == 42)
        #expect(bench.engine[.r0] == 8)
        #expect(bench.engine.pc == Bench.code)
        bench.engine.nextEventCycle = 43
        #expect(try bench.engine.run() == .event)
        #expect(bench.engine.counters.cycles == 55)
        #expect(bench.engine.counters.instructions == 15)
        #expect(bench.engine[.r0] == 10)
    }

    @Test("should raise NOCP for coprocessors that a Cortex-M does not have")
    func coprocessor() throws {
        let bench = try Bench("movs r0, #0\n mcr p15, 0, r0, c7, c5, 0\n bkpt #0")
        let reason = try bench.engine.run()
        #expect(
            reason == .noCoprocessor(pc: Bench.code + 2)
                || reason == .undefinedInstruction(pc: Bench.code + 2))
    }
}
