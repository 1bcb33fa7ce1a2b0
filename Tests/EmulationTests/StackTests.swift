// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import Testing

@Suite("Stacks and registers")
struct StackTests {
    @Test("should follow the deepest point of the stack inside blocks", arguments: [true, false])
    func depth(usesInternals: Bool) throws {
        let bench = try Bench(
            """
                bl f
                bl g
                bkpt #0
            f:  push {r4, lr}
                sub sp, #64
                bl g
                add sp, #64
                pop {r4, pc}
            g:  push {r0-r3, lr}
                pop {r0-r3, pc}
            """, usesInternals: usesInternals)
        _ = try bench.engine.run()
        #expect(bench.engine.lowestMainStack == Bench.stackTop - 8 - 64 - 20)
        #expect(bench.engine.lowestProcessStack == nil)
        #expect(bench.engine[.sp] == Bench.stackTop)
    }

    @Test("should start over when told so")
    func reset() throws {
        let bench = try Bench(
            "push {r0-r7}\n pop {r0-r7}\n svc #0\n push {r0}\n pop {r0}\n bkpt #0")
        _ = try bench.engine.run()
        #expect(bench.engine.lowestMainStack == Bench.stackTop - 32)
        bench.engine.resetStackDepths()
        #expect(bench.engine.lowestMainStack == Bench.stackTop)
        _ = try bench.engine.run()
        #expect(bench.engine.lowestMainStack == Bench.stackTop - 4)
    }

    @Test("should keep the main and the process stack apart")
    func twoStacks() throws {
        let bench = try Bench(
            """
                push {r0-r3}
                ldr r0, =0x20008000
                msr psp, r0
                movs r1, #2
                msr control, r1
                isb
                push {r0-r7}
                pop {r0-r7}
                movs r1, #0
                msr control, r1
                isb
                push {r0}
                bkpt #0
                .ltorg
            """)
        _ = try bench.engine.run()
        #expect(bench.engine.lowestMainStack == Bench.stackTop - 20)
        #expect(bench.engine.lowestProcessStack == UInt32(0x2000_7FE0))
    }

    @Test("should show the privileged view of registers while the core is unprivileged")
    func unprivileged() throws {
        let bench = try Bench(
            """
                movs r0, #1
                msr basepri, r0
                ldr r0, =0x20008000
                msr psp, r0
                movs r1, #3
                msr control, r1
                isb
                sub sp, #8
                bkpt #0
                .ltorg
            """)
        let engine = bench.engine
        engine[.basepri] = 0
        _ = try engine.run()
        #expect(engine[.control] == 3)
        #expect(engine[.msp] == Bench.stackTop)
        #expect(engine[.psp] == 0x2000_7FF8)
        #expect(engine[.sp] == 0x2000_7FF8)
        #expect(engine[.basepri] == 1)
        engine[.msp] = 0x2000_4000
        engine[.psp] = 0x2000_6000
        #expect(engine[.sp] == 0x2000_6000)
        #expect(engine[.msp] == 0x2000_4000)
        #expect(engine[.control] == 3)
        engine[.control] = 0
        #expect(engine[.sp] == 0x2000_4000)
        #expect(engine[.control] == 0)
        engine[.control] = 3
        #expect(engine[.sp] == 0x2000_6000)
    }

    @Test("should enter and leave an exception by registers alone")
    func exception() throws {
        let engine = try Bench("nop").engine
        engine[.psp] = 0x2000_8000
        engine[.control] = 3
        #expect(engine[.sp] == 0x2000_8000)
        // Entry: SPSEL reads as 0 in Handler mode, and MSP is in use.
        engine[.control] = 1
        engine[.ipsr] = 11
        #expect(engine[.sp] == Bench.stackTop)
        engine[.sp] = Bench.stackTop - 32
        #expect(engine[.msp] == Bench.stackTop - 32)
        engine[.psp] = 0x2000_7000
        // Return to Thread mode on the process stack.
        engine[.ipsr] = 0
        engine[.control] = 3
        #expect(engine[.sp] == 0x2000_7000)
        #expect(engine[.msp] == Bench.stackTop - 32)
        #expect(engine[.ipsr] == 0)
    }

    @Test("should read back every register that is written")
    func readBack() throws {
        let engine = try Bench("nop").engine
        for number in 0..<13 {
            guard let register = Register(rawValue: number) else { continue }
            engine[register] = 0xA0 + UInt32(number)
        }
        engine[.lr] = 0xDEAD_BEEF
        engine[.xpsr] = 0xF90F_0000
        engine[.primask] = 1
        engine[.basepri] = 0x40
        engine[.faultmask] = 1
        engine[.fpscr] = 0x0100_0000
        engine[single: 5] = 0x3F80_0000
        engine[single: 4] = 0x4000_0000
        #expect((0..<13).map { engine.coreRegister($0) } == (0xA0...0xAC).map { UInt32($0) })
        #expect(engine[.lr] == 0xDEAD_BEEF)
        #expect(engine[.xpsr] & 0xF80F_0000 == 0xF80F_0000)
        #expect(engine[.apsr] & 0xF800_0000 == 0xF800_0000)
        #expect([engine[.primask], engine[.basepri], engine[.faultmask]] == [1, 0x40, 1])
        #expect(engine[.fpscr] == 0x0100_0000)
        #expect(engine[single: 5] == 0x3F80_0000)
        #expect(engine[single: 4] == 0x4000_0000)
    }
}
