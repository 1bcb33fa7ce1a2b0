// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Floating-point context")
struct FloatingPointTests {
    @Test(
        "should keep S registers and FPSCR across handlers that use the FPU",
        arguments: [
            "cortex-m4f", "cortex-m7",
        ])
    func preserved(cpu: String) throws {
        let result = try TestFirmware.run(
            """
            reset: enable_fpu
                vmov.f32 s0, #1.0
                vmov.f32 s1, #2.0
                vmov.f32 s15, #4.0
                vcmp.f32 s0, s1
                vmrs r4, fpscr
                svc 0
                vmrs r5, fpscr
                cmp r4, r5
                bne fail
                vadd.f32 s0, s0, s1
                vadd.f32 s0, s0, s15
                vcvt.s32.f32 s0, s0
                vmov r0, s0
                exit
            fail: movs r0, #99
                exit
            on_svc: vmov.f32 s0, #8.0
                vmov.f32 s1, s0
                vmov.f32 s15, s0
                vcmp.f32 s0, s0
                vmrs apsr_nzcv, fpscr
                bx lr
            """, handlers: [11: "on_svc"], cpu: cpu)
        #expect(result.exitCode == 7, "\(result.summary)")
    }

    @Test(
        "should stack an extended frame only when the context used the FPU",
        arguments: [
            ("nop", 0x20, 0xF9), ("vmov.f32 s0, #1.0", 0x68, 0xE9),
        ])
    func frameSize(use: String, bytes: UInt32, link: UInt32) throws {
        let result = try TestFirmware.run(
            """
            reset: enable_fpu
                \(use)
                mov r4, sp
                svc 0
                cmp sp, r4
                bne fail
                mov r0, r5
                exit
            fail: movs r0, #0
                exit
            on_svc: mov r5, sp
                subs r5, r4, r5
                uxtb r1, lr
                lsls r1, r1, #8
                orrs r5, r1
                bx lr
            """, handlers: [11: "on_svc"])
        #expect(result.exitCode == link << 8 | bytes, "\(result.summary)")
    }

    @Test("should stack lazily: LSPACT and FPCAR show it until the handler uses the FPU")
    func lazyStacking() throws {
        let result = try TestFirmware.run(
            """
            reset: enable_fpu
                vmov.f32 s3, #3.0
                svc 0
                vcvt.s32.f32 s3, s3
                vmov r0, s3
                lsls r0, r0, #4
                orrs r0, r5
                exit
            on_svc: ldr r0, =0xE000EF34
                ldr r5, [r0]
                and r5, r5, #1          // LSPACT
                ldr r1, [r0, #4]        // FPCAR: S0's place in the frame
                mov r2, sp
                adds r2, #0x20
                cmp r1, r2
                it eq
                orreq r5, r5, #2
                vmov.f32 s3, #8.0
                ldr r1, [r0]
                and r1, r1, #1
                orr r5, r5, r1, lsl #2  // LSPACT is clear now
                vldr s4, [sp, #0x2C]    // stacked s3
                vcvt.s32.f32 s4, s4
                vmov r1, s4
                cmp r1, #3
                it eq
                orreq r5, r5, #8
                bx lr
            """, handlers: [11: "on_svc"])
        #expect(result.exitCode == 0x3B, "\(result.summary)")
    }

    @Test("should charge the floating-point frame only when it is really written")
    func lazyCycles() throws {
        func cycles(_ handler: String, lazy: Bool) throws -> UInt64 {
            try TestFirmware.run(
                """
                reset: enable_fpu
                    ldr r0, =0xE000EF34
                    ldr r1, =\(lazy ? "0xC0000000" : "0x80000000")
                    str r1, [r0]
                    vmov.f32 s3, #3.0
                    svc 0
                    movs r0, #0
                    exit
                on_svc: \(handler)
                    bx lr
                """, handlers: [11: "on_svc"]
            ).total.cycles
        }
        let untouched = try cycles("nop", lazy: true)
        let touched = try cycles("vmov.f32 s1, #1.0", lazy: true)
        let eager = try cycles("nop", lazy: false)
        #expect(touched > untouched)
        #expect(eager - untouched == touched - untouched)
    }

    @Test("should keep a task's FP registers while an interrupt's handler is interrupted itself")
    func nested() throws {
        let result = try TestFirmware.run(
            """
            reset: enable_fpu
                ldr r0, =0xE000E400
                ldr r1, =0x4080
                str r1, [r0]
                ldr r0, =0xE000E100
                movs r1, #3
                str r1, [r0]
                ldr r4, =0xE000E200
                vmov.f32 s2, #1.0
                movs r1, #1
                str r1, [r4]
                dsb
                isb
                vcvt.s32.f32 s2, s2
                vmov r1, s2
                orr r0, r5, r1, lsl #4
                exit
            on_0: vmov.f32 s2, #2.0
                movs r1, #2
                str r1, [r4]
                dsb
                isb
                vcvt.s32.f32 s2, s2
                vmov r5, s2
                bx lr
            on_1: vmov.f32 s2, #9.0
                bx lr
            """, handlers: [16: "on_0", 17: "on_1"])
        #expect(result.exitCode == 0x12, "\(result.summary)")
    }
}
