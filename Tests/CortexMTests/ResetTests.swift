// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("System reset")
struct ResetTests {
    /// Requests a reset and waits for it.
    private static let request = """
        ldr r0, =0xE000ED0C
            ldr r1, =0x05FA0004
            str r1, [r0]
            dsb
        1:  b 1b

        """

    @Test(
        "should start over with memory kept, and count on", arguments: ["cortex-m4f", "cortex-m7"])
    func keepsMemory(cpu: String) throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x20000100
                ldr r5, [r4]
                ldr r6, [r4, #4]
                ldr r7, =0xCAFE
                cmp r6, r7
                it ne
                movne r5, #0            // the first start
                str r7, [r4, #4]
                adds r5, #1
                str r5, [r4]
                cmp r5, #4
                bne again
                mov r0, r5
                exit
            again: \(Self.request)
            """, cpu: cpu)
        #expect(result.exitCode == 4, "\(result.summary)")
        #expect(result.resets == 3)
        #expect(result.warnings.isEmpty)
        let once = try TestFirmware.run("reset: movs r0, #0\nexit", cpu: cpu)
        #expect(once.resets == 0)
        #expect(result.total.instructions > 3 * 15)
    }

    @Test("should put core, system control and peripherals back to their reset state")
    func resetsState() throws {
        // Everything that the first start changes is looked at by the second.
        let result = try TestFirmware.run(
            """
            reset: mrs r4, control
                mrs r5, primask
                mrs r6, ipsr
                orrs r4, r5
                orrs r4, r6
                mrs r5, basepri
                orrs r4, r5
                ldr r5, =0xE000E010     // SysTick
                ldr r6, [r5]
                bic r6, #4              // CLKSOURCE, which has no alternative here
                orrs r4, r6
                ldr r6, [r5, #4]
                orrs r4, r6
                ldr r5, =0xE000ED00
                ldr r6, [r5, #0x08]     // VTOR
                orrs r4, r6
                ldr r6, [r5, #0x24]     // SHCSR
                orrs r4, r6
                ldr r6, [r5, #0x88]     // CPACR
                orrs r4, r6
                ldr r5, =0xE000E100     // NVIC
                ldr r6, [r5]
                orrs r4, r6
                ldr r5, =0x40000000     // any peripheral
                ldr r6, [r5]
                orrs r4, r6
                mov r7, sp
                ldr r6, =0x20010000
                subs r6, r7
                orrs r4, r6
                ldr r5, =0x20000100
                ldr r6, [r5]
                ldr r7, =0xCAFE
                str r7, [r5]
                cmp r6, r7
                beq 2f
                cbnz r4, fail           // not even the first start is clean
                ldr r5, =0xE000E010
                ldr r6, =1000000
                str r6, [r5, #4]
                movs r6, #3
                str r6, [r5]
                ldr r5, =0xE000ED00
                ldr r6, =0x20002000
                str r6, [r5, #0x08]
                ldr r6, =0x00070000
                str r6, [r5, #0x24]
                ldr r6, =0x00F00000
                str r6, [r5, #0x88]
                ldr r5, =0xE000E100
                movs r6, #5
                str r6, [r5]
                ldr r5, =0x40000000
                str r6, [r5]
                ldr r6, =0x20008000
                msr psp, r6
                movs r6, #0x40
                msr basepri, r6
                cpsid i
                ldr r0, =0xE000ED0C
                ldr r1, =0x05FA0004
                movs r6, #3             // process stack, unprivileged
                push {r0}
                str r1, [r0]
                msr control, r6
            1:  b 1b
            fail: movs r0, #98
                exit
            2:  mov r0, r4
                exit
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.resets == 1)
    }

    @Test("should reset out of an exception handler into thread mode")
    func fromHandler() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r5, =0x20000100
                ldr r6, [r5]
                ldr r7, =0xCAFE
                str r7, [r5]
                cmp r6, r7
                beq 2f
                svc 0
            2:  ldr r5, =0xE000ED04
                ldr r0, [r5]            // ICSR: nothing active
                lsls r0, r0, #23
                svc 1                   // priorities are free again
                exit
            handler: ldr r1, [sp, #24]
                ldrb r1, [r1, #-2]
                cbz r1, 3f
                bx lr
            3:  \(Self.request)
            """, handlers: [11: "handler"])
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.resets == 1)
    }

    @Test("should stop a program that resets without end", arguments: [UInt64(8), 0, 100])
    func limit(most: UInt64) throws {
        // The loop stands in the block of the request: what it waits for is on its way.
        let program = "reset: ldr r0, =0xE000ED0C\nldr r1, =0x05FA0004\nstr r1, [r0]\n1: b 1b"
        let result = try TestFirmware.run(program) {
            $0.maxCycles = nil
            if most != 8 { $0.mostResets = most }
        }
        guard case .resetLimit = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        #expect(result.resets == most)
        #expect(
            result.warnings.contains {
                $0.contains("at reset") && $0.contains("the \(most) that --max-resets allows")
            }, "\(result.warnings)")
    }

    @Test("should pull the reset pin once, out of sleep or a loop that nothing else ends")
    func resetPin() throws {
        for wait in ["wfi", "wfe\nwfe", "b 2b"] {
            let result = try TestFirmware.run(
                """
                reset: ldr r5, =0x20000100
                    ldr r6, [r5]
                    ldr r7, =0xCAFE
                    str r7, [r5]
                    cmp r6, r7
                    beq 3f
                2:  \(wait)
                    movs r0, #9
                    exit
                3:  movs r0, #0
                    exit
                """
            ) {
                $0.maxCycles = nil
                $0.resetAtCycle = 10_000
            }
            #expect(result.exitCode == 0, "\(wait): \(result.summary)")
            #expect(result.resets == 1)
            let time = result.total.cycles + result.sleepCycles
            #expect(time > 10_000 && time < 10_200, "\(wait): \(time)")
        }
    }

    @Test("should drop the step that a reset interrupts, keep the ones before, and say so")
    func interruptedStep() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r5, =0x20000100
                ldr r6, [r5]
                ldr r7, =0xCAFE
                str r7, [r5]
                ldr r4, =0xE0000060
                cmp r6, r7
                beq 2f
                movs r0, #0
                str r0, [r4]
                str r0, [r4, #4]
                movs r0, #1
                str r0, [r4]
                \(Self.request)
            2:  movs r0, #1
                str r0, [r4]
                str r0, [r4, #4]
                movs r0, #0
                exit
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.steps.map(\.index) == [0, 1])
        #expect(
            result.warnings == ["step 1 was interrupted by a system reset; dropped"])
    }

    @Test("should report a reset into a vector table that is gone")
    func erasedVectorTable() throws {
        let result = try TestFirmware.run(
            on: "nrf52840",
            """
            .org 0x1000
            reset: ldr r7, =0x4001E500
                movs r0, #2
                str r0, [r7, #4]
                movs r0, #0
                str r0, [r7, #8]
                \(Self.request)
            """)
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.exception == "reset")
        #expect(fault.cause.contains("the initial stack pointer 0xffffffff"), "\(fault.cause)")
        #expect(result.resets == 1)
    }
}
