// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Exceptions")
struct ExceptionTests {
    @Test("should start at the reset vector and end with the exit code")
    func reset() throws {
        let result = try TestFirmware.run("reset: movs r0, #42\nexit")
        #expect(result.exitCode == 42, "\(result.summary)")
        #expect(result.total.instructions == 7)
    }

    @Test("should run SVC handlers in handler mode with a frame on the stack")
    func supervisorCall() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r0, #1
                movs r1, #2
                movs r2, #3
                movs r3, #4
                svc 7
                exit
            on_svc: mrs r1, ipsr        // 11
                ldr r2, [sp, #24]       // return address
                ldrb r2, [r2, #-2]      // SVC's number
                ldr r3, [sp, #12]       // stacked r3
                adds r1, r2
                adds r1, r3
                str r1, [sp]            // r0 of the caller
                bx lr
            """, handlers: [11: "on_svc"])
        #expect(result.exitCode == 22, "\(result.summary)")
    }

    @Test("should tail-chain PendSV behind SVC, not interrupt it")
    func tailChain() throws {
        let code = """
            reset: movs r5, #0
                svc 0
                mov r0, r5
                exit
            on_svc: ldr r0, =0xE000ED04
                ldr r1, =0x10000000
                str r1, [r0]
                dsb
                isb
                lsls r5, r5, #4
                adds r5, #1
                bx lr
            on_pendsv: lsls r5, r5, #4
                adds r5, #2
                bx lr
            """
        let result = try TestFirmware.run(code, handlers: [11: "on_svc", 14: "on_pendsv"])
        #expect(result.exitCode == 0x12, "\(result.summary)")
    }

    @Test("should charge 12 cycles for entry, 6 for a tail-chain and 10 for the return")
    func exceptionCycles() throws {
        func cycles(_ body: String) throws -> UInt64 {
            try TestFirmware.run(
                "reset: nop\nldr r0, =0xE000ED04\nldr r1, =0x10000000\n\(body)\nmovs r0, #0\nexit\n"
                    + "on_svc: str r1, [r0]\nbx lr\non_pendsv: bx lr\non_plain: bx lr",
                handlers: [11: "on_svc", 14: "on_pendsv"]
            ).total.cycles
        }
        // The refill after an exception return is part of its 10 cycles: `bx lr` itself costs 1.
        let chained = try cycles("svc 0")
        let alone = try TestFirmware.run(
            "reset: nop\nldr r0, =0xE000ED04\nldr r1, =0\nsvc 0\nmovs r0, #0\nexit\n"
                + "on_svc: str r1, [r0]\nbx lr\non_pendsv: bx lr",
            handlers: [11: "on_svc", 14: "on_pendsv"]
        ).total.cycles
        #expect(chained - alone == 6 + 1)
        let none = try cycles("nop")
        // svc costs 1 as the nop does; then entry, str, bx, exit.
        #expect(alone - none == 12 + 1 + 1 + 10)
    }

    @Test("should let a more urgent interrupt preempt and a less urgent one wait")
    func nesting() throws {
        // Interrupt 0 (priority 0x80) triggers 1 (0x40, preempts) and 2 (0xC0, waits).
        let result = try TestFirmware.run(
            """
            reset: movs r5, #0
                ldr r0, =0xE000E400
                ldr r1, =0x00C04080
                str r1, [r0]
                ldr r0, =0xE000E100
                movs r1, #7
                str r1, [r0]
                movs r1, #1
                ldr r4, =0xE000E200
                str r1, [r4]
                dsb
                isb
                mov r0, r5
                exit
            on_0: movs r1, #6
                str r1, [r4]
                dsb
                isb
                lsls r5, r5, #4
                adds r5, #1
                bx lr
            on_1: lsls r5, r5, #4
                adds r5, #2
                bx lr
            on_2: lsls r5, r5, #4
                adds r5, #3
                bx lr
            """, handlers: [16: "on_0", 17: "on_1", 18: "on_2"])
        #expect(result.exitCode == 0x213, "\(result.summary)")
    }

    @Test(
        "should hold interrupts back while PRIMASK or BASEPRI masks them",
        arguments: [
            ("cpsid i", "cpsie i"),
            ("movs r2, #0x40\nmsr basepri, r2", "movs r2, #0\nmsr basepri, r2"),
            ("cpsid f", "cpsie f"),
        ])
    func masks(mask: String, unmask: String) throws {
        let result = try TestFirmware.run(
            """
            reset: movs r5, #0
                ldr r0, =0xE000E400
                movs r1, #0x80
                str r1, [r0]
                ldr r0, =0xE000E100
                movs r1, #1
                str r1, [r0]
                ldr r4, =0xE000E200
                \(mask)
                str r1, [r4]
                dsb
                isb
                b 1f
            1:  mov r6, r5              // 0: not taken yet
                \(unmask)
                isb
                b 2f
            2:  lsls r6, r6, #8
                orrs r6, r5
                mov r0, r6
                exit
            on_0: movs r5, #7
                bx lr
            """, handlers: [16: "on_0"])
        #expect(result.exitCode == 7, "\(result.summary)")
    }

    @Test("should return to the process stack in thread mode and use the main stack in handlers")
    func processStack() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x20008000
                msr psp, r0
                movs r0, #2
                msr control, r0
                isb
                movs r6, #9
                push {r6}
                svc 0
                pop {r6}
                mrs r1, control
                cmp r1, #2
                bne fail
                cmp r6, #9
                bne fail
                ldr r1, =0x20008000
                cmp sp, r1
                bne fail
                mov r0, r5
                exit
            fail: movs r0, #99
                exit
            on_svc: mrs r1, control     // SPSEL reads 0 in handler mode
                mrs r2, psp             // 0x20008000 - 4 - 32, aligned to 8: - 40
                ldr r3, =0x20008000
                subs r5, r3, r2
                adds r5, r1
                mov r3, sp
                ldr r2, =0x20010000
                cmp r3, r2
                bne fail
                cmp lr, #0xFFFFFFFD
                bne fail
                bx lr
            """, handlers: [11: "on_svc"])
        #expect(result.exitCode == 40, "\(result.summary)")
        #expect(result.memory.processStackPeakBytes == 40)
    }

    @Test(
        "should keep the interrupted context across an interrupt at any point",
        arguments: [
            "cortex-m4f", "cortex-m7",
        ])
    func context(cpu: String) throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0xE000E010
                movs r1, #97
                str r1, [r0, #4]
                str r1, [r0, #8]
                movs r1, #7
                str r1, [r0]
                movs r0, #0
                movs r1, #1
                movs r2, #2
                movs r3, #3
                mov r12, r1
                ldr r5, =20000
            loop: adds r0, r0, r1
                it eq
                addeq r3, #1
                subs r5, #1
                itt ne
                addne r2, #1
                addne r12, #1
                bne loop
                ldr r4, =20000
                cmp r0, r4
                bne fail
                ldr r4, =20001
                cmp r2, r4
                bne fail
                cmp r12, r0
                it eq
                moveq r0, #1
            fail: exit
            on_tick: ldr r0, =0xDEADBEEF
                mov r1, r0
                mov r2, r0
                mov r3, r0
                mov r12, r0
                cmp r0, r0
                ldr r0, =0x20000000
                ldr r1, [r0]
                adds r1, #1
                str r1, [r0]
                bx lr
            """, handlers: [15: "on_tick"], cpu: cpu)
        #expect(result.exitCode == 20000 || result.exitCode == 1, "\(result.summary)")
        #expect(result.exitCode == 1, "\(result.summary)")
    }

    @Test(
        "should lock up when HardFault's vector is no code, as erased flash is, and not return by it",
        arguments: ["0xFFFFFFFF", "0xFFFFFFF9", "0xF0000001"])
    func vectorOfErasedFlash(vector: String) throws {
        let result = try TestFirmware.run(
            "reset: nop\nfirst: udf #1", handlers: [3: "vectors + \(vector) - 1"]
        ) { $0.timeoutSeconds = 5 }
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cause.hasPrefix("undefined instruction"), "\(fault.cause)")
        #expect(fault.pc.symbol == "first", "\(fault.pc)")
    }

    @Test("should fault at an interrupt whose vector is erased flash")
    func interruptVectorOfErasedFlash() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0xE000ED04
                ldr r1, =0x10000000
                str r1, [r0]
                b .
            """, handlers: [14: "vectors - 2"]
        ) { $0.timeoutSeconds = 5 }
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cause.contains("fetch from 0xfffffffe"), "\(fault.cause)")
    }
}
