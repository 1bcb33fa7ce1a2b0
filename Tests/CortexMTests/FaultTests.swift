// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Testing

@Suite("Faults")
struct FaultTests {
    /// A broken program and what the architecture says about it.
    struct Broken: Sendable, CustomStringConvertible {
        var code: String
        var exception: String
        var cfsr: UInt32
        var cause: String
        var description: String { code.replacing("\n", with: "; ") }
    }

    static let programs = [
        Broken(
            code: "ldr r0, =0x60000000\nbad: ldr r1, [r0]", exception: "BusFault", cfsr: 0x8200,
            cause: "load of 4 bytes at 0x60000000"),
        Broken(
            code: "ldr r0, =0x60000000\nbad: strb r1, [r0, #1]", exception: "BusFault",
            cfsr: 0x8200, cause: "store of 1 bytes at 0x60000001"),
        Broken(
            code: "movs r0, #0\nbad: str r1, [r0]", exception: "BusFault", cfsr: 0x8200,
            cause: "in flash and cannot be written"),
        Broken(
            code: "bad: udf #3", exception: "UsageFault", cfsr: 1 << 16,
            cause: "undefined instruction 0xde03"),
        Broken(
            code: "bad: vmov.f32 s0, #1.0", exception: "UsageFault", cfsr: 1 << 19,
            cause: "CPACR keeps the FPU off"),
        Broken(
            code: "ldr r0, =0x20000002\nbad: ldrd r1, r2, [r0]", exception: "UsageFault",
            cfsr: 1 << 24, cause: "at address 0x20000002"),
        Broken(
            code: "ldr r0, =0x20000001\nbad: ldmia r0, {r1, r2}", exception: "UsageFault",
            cfsr: 1 << 24, cause: "unaligned access"),
        Broken(
            code: "ldr r0, =0xE000ED14\nmovs r1, #0x10\nstr r1, [r0]\nmovs r2, #0\ndsb\nb 1f\n"
                + "1: nop\nbad: udiv r1, r1, r2", exception: "UsageFault", cfsr: 1 << 25,
            cause: "divide by zero"),
        Broken(
            code: "ldr r0, =0xE000ED14\nmovs r1, #8\nstr r1, [r0]\nldr r2, =0x20000001\nb 1f\n"
                + "1: nop\nbad: ldrh r1, [r2]", exception: "UsageFault", cfsr: 1 << 24,
            cause: "no multiple of 2"),
        Broken(
            code: "ldr r0, =0xE0000000\nbad: mcr p4, 0, r0, c1, c1", exception: "UsageFault",
            cfsr: 1 << 19, cause: "coprocessor"),
    ]

    @Test(
        "should decode a fault that no handler handles", arguments: programs,
        ["cortex-m4f", "cortex-m7"])
    func unhandled(program: Broken, cpu: String) throws {
        let result = try TestFirmware.run(
            "reset: movs r7, #7\n\(program.code)\nmovs r0, #0\nexit", cpu: cpu)
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.exception == "\(program.exception) (escalated to HardFault)")
        #expect(fault.cfsr == program.cfsr)
        #expect(fault.hfsr == 1 << 30)
        #expect(fault.cause.contains(program.cause), "\(fault.cause)")
        #expect(fault.pc.symbol == "bad", "\(fault.pc)")
        #expect(fault.registers.first { $0.name == "r7" }?.value == 7)
        #expect(fault.registers.first { $0.name == "pc" }?.value == fault.pc.address)
        #expect((fault.bfar != nil) == (program.exception == "BusFault"))
    }

    @Test(
        "should take the fault through the firmware's own handler when it is enabled",
        arguments: programs)
    func handled(program: Broken) throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0xE000ED24
                ldr r1, =0x00070000
                str r1, [r0]
                \(program.code)
                movs r0, #0
                exit
            handler: ldr r0, =0xE000ED28
                ldr r1, [r0]            // CFSR
                str r1, [r0]            // write one to clear
                ldr r2, [r0]
                adr.w r3, resume
                str r3, [sp, #24]
                ldr r4, =0x20000100
                str r1, [r4]
                str r2, [r4, #4]
                mrs r3, ipsr
                str r3, [r4, #8]
                bx lr
            resume: ldr r4, =0x20000100
                ldr r0, [r4]
                ldr r1, [r4, #4]
                cbz r1, 1f
                movs r0, #1
            1:  exit
            """, handlers: [4: "handler", 5: "handler", 6: "handler"])
        #expect(result.exitCode == program.cfsr, "\(result.summary)")
        #expect(result.warnings.contains { $0.contains("was handled by the firmware") })
    }

    @Test("should give the instruction itself as the return address of a fault, memory unharmed")
    func preciseState() throws {
        // The faulting load stands amid stores: those before it happened, those after it did not.
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x20000100
                movs r0, #0
                str r0, [r4]
                str r0, [r4, #4]
                ldr r0, =0x60000000
                movs r1, #1
                movs r2, #2
                b 1f
            1:  str r1, [r4]
                movs r3, #3
            bad: ldr r2, [r0]
                movs r3, #4
                str r1, [r4, #4]
                b 1b
            handler: adr.w r0, bad
                ldr r1, [sp, #24]
                cmp r0, r1
                bne fail
                ldr r1, [sp, #8]        // r2 was not written
                cmp r1, #2
                bne fail
                ldr r1, [sp, #12]
                cmp r1, #3
                bne fail
                ldr r1, [r4]
                ldr r2, [r4, #4]
                lsls r1, r1, #4
                orrs r1, r2
                adr.w r2, resume
                str r2, [sp, #24]
                str r1, [sp]
                bx lr
            resume: exit
            fail: movs r0, #99
                exit
            """, handlers: [3: "handler"])
        #expect(result.exitCode == 0x10, "\(result.summary)")
    }

    @Test(
        "should report jumps to peripherals, to unmapped memory and without the Thumb bit",
        arguments: [
            ("0x40000001", "MemManage", UInt32(1), "execute-never"),
            ("0x60000001", "BusFault", 1 << 8, "not mapped"),
            ("0x20000000", "UsageFault", 1 << 17, "without the Thumb bit"),
            ("0xE0000001", "MemManage", 1, "execute-never"),
        ])
    func jumps(target: String, exception: String, cfsr: UInt32, cause: String) throws {
        let result = try TestFirmware.run("reset: ldr r0, =\(target)\nblx r0\nmovs r0, #0\nexit")
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.exception.hasPrefix(exception), "\(fault.exception)")
        #expect(fault.cfsr == cfsr)
        #expect(fault.cause.contains(cause), "\(fault.cause)")
        #expect(fault.lr.symbol?.hasPrefix("reset") == true)
    }

    @Test("should lock up when the HardFault handler faults, and report the first fault")
    func lockup() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x60000000
            first: ldr r1, [r0]
            handler: udf #1
            """, handlers: [3: "handler"])
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.pc.symbol == "first")
        #expect(fault.cause.contains("0x60000000"))
        #expect(result.warnings.contains { $0.contains("locks up") })
    }

    @Test("should report the address of the first fault when its handler faults elsewhere")
    func addressOfTheFirstFault() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x60000000
            ldr r1, [r0]
            handler: ldr r0, =0x60001000
            ldr r1, [r0]
            """, handlers: [3: "handler"])
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.bfar == 0x6000_0000)
    }

    @Test(
        "should end the run in a fault handler that loops, breaks, sleeps, resets or exits",
        arguments: [
            "b handler", "bkpt 1", "wfi\nb handler", "movs r0, #0\nexit", "movs r0, #5\nexit",
            "ldr r0, =0xE000ED0C\nldr r1, =0x05FA0004\nstr r1, [r0]\n1: b 1b",
            "movs r0, #0x18\nldr r1, =0x20026\nbkpt 0xab",
        ])
    func handlerEnds(code: String) throws {
        let result = try TestFirmware.run(
            "reset: udf #9\nhandler: \(code)", handlers: [3: "handler"])
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cause.contains("0xde09"))
    }

    @Test("should report a vector table whose HardFault vector is empty as a lock-up")
    func missingVector() throws {
        var image = try TestFirmware.image("reset: udf #4\nmovs r0, #0\nexit")
        for offset in 12..<16 { image.segments[0].bytes[offset] = 0 }
        var configuration = MachineConfiguration(board: try TestFirmware.board(), image: image)
        configuration.maxCycles = 1_000_000
        let result = try Machine.run(configuration)
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cause.contains("0xde04"))
    }

    @Test("should escalate an SVC that cannot preempt")
    func escalatedCall() throws {
        let result = try TestFirmware.run("reset: cpsid i\nsvc 0\nmovs r0, #0\nexit")
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.exception.contains("escalated to HardFault"))
        #expect(fault.hfsr == 1 << 30)
        #expect(fault.cfsr == 0)
    }

    @Test("should report an exception frame that meets no RAM")
    func stacking() throws {
        let result = try TestFirmware.run(
            "reset: ldr r0, =0x20000010\nmov sp, r0\nsvc 0\nmovs r0, #0\nexit\non_svc: bx lr",
            handlers: [11: "on_svc"])
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cfsr & 1 << 12 != 0)
        #expect(fault.cause.contains("below the start of ram"), "\(fault.cause)")
    }

    @Test(
        "should fault on an exception return without an exception and on an invalid one",
        arguments: [
            ("ldr r0, =0xFFFFFFF9\nbx r0", UInt32(1)), ("svc 0", 1 << 18),
        ])
    func badReturns(code: String, cfsr: UInt32) throws {
        let result = try TestFirmware.run(
            "reset: \(code)\nmovs r0, #0\nexit\non_svc: ldr r0, =0xFFFFFFF1\nbx r0",
            handlers: [11: "on_svc"])
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cfsr == cfsr, "\(fault.cause)")
    }

    @Test("should refuse unprivileged access to the system control space but not to ITM ports")
    func unprivileged() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r0, #1
                msr control, r0
                isb
                ldr r0, =0xE0000000
                movs r1, #'a'
                strb r1, [r0]
                ldr r0, =0xE000ED08
            bad: ldr r1, [r0]
                movs r0, #0
                exit
            """)
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.cfsr == 0x8200)
        #expect(fault.bfar == 0xE000_ED08)
        #expect(fault.cause.contains("unprivileged"))
    }

    @Test("should report a breakpoint without debugger as HardFault with DEBUGEVT")
    func breakpoint() throws {
        let result = try TestFirmware.run("reset: bkpt 3\nmovs r0, #0\nexit")
        let fault = try #require(result.fault, "\(result.summary)")
        #expect(fault.hfsr == 1 << 31)
        #expect(fault.exception == "HardFault")
    }

    @Test("should resume inside an IT block whose instruction faulted, conditions kept")
    func conditionalFault() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x60000000
                movs r5, #0
                movs r6, #0
                cmp r5, r6
                itete eq
                ldreq r1, [r0]          // faults, then reads the vector table
                movne r5, #7
                addeq r5, #2
                addne r6, #4
                orr r0, r5, r6, lsl #4
                exit
            handler: movs r1, #0
                str r1, [sp]            // r0 of the frame
                cmp sp, r1              // other flags
                bx lr
            """, handlers: [3: "handler"])
        #expect(result.exitCode == 2, "\(result.summary)")
        #expect(result.total.skippedInstructions == 2)
    }
}
