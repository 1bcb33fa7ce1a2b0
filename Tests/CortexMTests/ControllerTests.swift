// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Interrupt controller registers")
struct ControllerTests {
    @Test("should set pending, enabled and active bits as the program reads them")
    func controllerRegisters() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0xE000E100
                movs r1, #5
                str r1, [r0]            // enable 0 and 2
                ldr r2, [r0]
                cmp r2, #5
                bne fail
                movs r1, #4
                str r1, [r0, #0x80]     // disable 2
                ldr r2, [r0]
                cmp r2, #1
                bne fail
                movs r1, #2
                str r1, [r0, #0x100]    // pend 1, not enabled
                ldr r2, [r0, #0x100]
                cmp r2, #2
                bne fail
                str r1, [r0, #0x180]
                ldr r2, [r0, #0x100]
                cbnz r2, fail
                ldr r0, =0xE000EF00
                movs r1, #0
                str r1, [r0]            // STIR: interrupt 0
                dsb
                isb
                b 1f
            1:  mov r0, r5
                exit
            fail: movs r0, #99
                exit
            on_0: ldr r0, =0xE000E300
                ldr r5, [r0]            // active: bit 0
                ldr r0, =0xE000ED04
                ldrh r1, [r0]
                lsls r1, r1, #23
                lsrs r1, r1, #23        // VECTACTIVE 16
                adds r5, r1
                bx lr
            """, handlers: [16: "on_0"])
        #expect(result.exitCode == 17, "\(result.summary)")
    }

    @Test("should take vectors from where VTOR points")
    func vectorTableOffset() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x20000000
                adr.w r1, on_moved
                adds r1, #1
                str r1, [r0, #44]
                ldr r2, =0xE000ED08
                str r0, [r2]
                svc 0
                movs r0, #5
                exit
            on_svc: movs r0, #1
                exit
            on_moved: movs r0, #2
                exit
            """, handlers: [11: "on_svc"])
        #expect(result.exitCode == 2, "\(result.summary)")
    }
}
