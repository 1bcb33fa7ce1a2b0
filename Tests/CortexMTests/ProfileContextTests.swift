// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import TestSupport
import Testing

@Suite("Profile of exceptions, threads and changing code")
struct ProfileContextTests {
    @Test("should tell nested and chained interrupts apart from what they interrupt")
    func interrupts() throws {
        // Interrupt 0 (priority 0x80) triggers 1 (0x40, preempts) and 2 (0xC0, waits).
        let run = try ProfileTests.profile(
            """
            reset: ldr r0, =0xE000E400
                ldr r1, =0x00C04080
                str r1, [r0]
                ldr r0, =0xE000E100
                movs r1, #7
                str r1, [r0]
                ldr r4, =0xE000E200
                bl trigger
                b done
            trigger: movs r1, #1
                str r1, [r4]
                dsb
                isb
                bx lr
            on_0: movs r1, #6
                str r1, [r4]
                dsb
                isb
                bx lr
            on_1: nop
                bx lr
            on_2: b leaf
            leaf: bx lr
            """, handlers: [16: "on_0", 17: "on_1", 18: "on_2"])
        // str, dsb, isb cost 1, 1, 3; a handler's `bx lr` 1, its refill is part of the return.
        #expect(run.stacks["[interrupt 0]"] == 12 + 0)
        #expect(run.stacks["[interrupt 0];on_0"] == 1 + 1 + 1 + 3 + 1)
        #expect(run.stacks["[interrupt 1]"] == 12 + 10)
        #expect(run.stacks["[interrupt 1];on_1"] == 1 + 1)
        #expect(run.stacks["[interrupt 2]"] == 6 + 10)
        #expect(run.stacks["[interrupt 2];leaf"] == 1 + 1)
        #expect(run.stacks["reset;trigger"] == 1 + 1 + 1 + 1 + 3 + 1)
        #expect(run.profile.exceptionCycles == 12 + 12 + 10 + 6 + 10)
        #expect(run.calls("[interrupt 1]") == 1)
    }

    /// Two threads on process stacks, which hand over to each other through PendSV.
    private static let threads = """
        reset: ldr r0, =0x20003000 - 32    // a frame for task_b
            ldr r1, =task_b
            str r1, [r0, #24]
            ldr r1, =0x01000000
            str r1, [r0, #28]
            ldr r1, =0x20000000
            str r0, [r1]
            ldr r0, =0x20002000
            msr psp, r0
            movs r0, #2
            msr control, r0
            isb
            ldr r6, =0xE000ED04
            ldr r7, =0x10000000
            bl task_a
            b done
        on_pendsv: mrs r0, psp
            ldr r1, =0x20000000
            ldr r2, [r1]
            str r0, [r1]
            msr psp, r2
            bx lr
        task_a: push {r3, lr}
            bl work_a
            bl work_a
            pop {r3, pc}
        work_a: push {r3, lr}
            bl hand_over
            pop {r3, pc}
        task_b: ldr r6, =0xE000ED04
            ldr r7, =0x10000000
        1:  bl work_b
            b 1b
        work_b: push {r3, lr}
            bl hand_over
            pop {r3, pc}
        hand_over: str r7, [r6]
            dsb
            isb
            bx lr
        """

    @Test("should follow threads that a PendSV handler switches")
    func threads() throws {
        let run = try ProfileTests.profile(Self.threads, handlers: [14: "on_pendsv"])
        #expect(
            Set(run.stacks.keys) == [
                "reset", "reset;task_a", "reset;task_a;work_a", "reset;task_a;work_a;hand_over",
                "task_b", "task_b;work_b", "task_b;work_b;hand_over", "[PendSV]",
                "[PendSV];on_pendsv", "done",
            ])
        // A hands over, B hands over, A again, B again: then A ends.
        #expect(run.calls("[PendSV]") == 4)
        #expect(run.stacks["[PendSV]"] == 4 * (12 + 10))
        #expect(run.calls("reset;task_a;work_a;hand_over") == 2)
        #expect(run.stacks["reset;task_a;work_a;hand_over"] == 2 * (1 + 1 + 1 + 3 + 1))
        #expect(run.stacks["reset;task_a;work_a"] == 2 * (1 + 3 + 1 + 1 + 3))
        #expect(run.stacks["reset;task_a"] == 1 + 3 + 1 + 3 + 1 + 3 + 3)
        #expect(run.calls("task_b") == 1)
        #expect(run.calls("task_b;work_b;hand_over") == 2)
        #expect(run.stacks["task_b;work_b"] == (1 + 3 + 1 + 1 + 3) + (1 + 3 + 1))
    }

    @Test("should keep the calls of a function that goes on on another stack")
    func otherStack() throws {
        let run = try ProfileTests.profile(
            """
            reset: bl outer
                b done
            outer: push {r4, lr}
                mov r4, lr
                bl use_process_stack
                bl leaf
                bx r4
            use_process_stack: ldr r0, =0x20002000
                msr psp, r0
                movs r0, #2
                msr control, r0
                isb
                bx lr
            leaf: bx lr
            """)
        #expect(
            Set(run.stacks.keys) == [
                "reset", "reset;outer", "reset;outer;use_process_stack", "reset;outer;leaf", "done",
            ])
    }

    @Test("should follow coroutines that swap SP in thread mode")
    func coroutines() throws {
        let run = try ProfileTests.profile(
            """
            reset: ldr r0, =0x20002000
                ldr r1, =routine + 1
                str r1, [r0, #-4]!
                str r1, [r0, #-4]!
                ldr r5, =0x20000000
                str r0, [r5]
                bl caller
                bl caller
                b done
            caller: push {r3, lr}
                bl swap
                pop {r3, pc}
            swap: push {r4, lr}
                mov r0, sp
                ldr r1, [r5]
                str r0, [r5]
                mov sp, r1
                pop {r4, pc}
            routine: bl inside
                b routine
            inside: push {r3, lr}
                bl swap
                pop {r3, pc}
            """)
        #expect(
            Set(run.stacks.keys) == [
                "reset", "reset;caller", "reset;caller;swap", "routine", "routine;inside",
                "routine;inside;swap", "done",
            ])
        #expect(run.calls("reset;caller;swap") == 2)
        #expect(run.calls("routine;inside;swap") == 2)
        #expect(run.calls("routine") >= 1)
    }

    @Test("should go on counting across a system reset")
    func systemReset() throws {
        let run = try ProfileTests.profile(
            """
            reset: ldr r1, =0x20000100
                ldr r2, =0x5EED
                ldr r3, [r1]
                cmp r2, r3
                beq done
                str r2, [r1]
                bl ask
            ask: push {r3, lr}
                ldr r0, =0xE000ED0C
                ldr r1, =0x05FA0004
                str r1, [r0]
                dsb
            1:  b 1b
            """)
        #expect(run.result.resets == 1)
        #expect(run.calls("reset") == 2)
        #expect(Set(run.stacks.keys) == ["reset", "reset;ask", "done"])
    }

    @Test("should count what a faulting instruction's handler does, and the block before it")
    func handledFault() throws {
        let run = try ProfileTests.profile(
            """
            reset: ldr r0, =0xE000ED24        // SHCSR: enable UsageFault
                ldr r1, =0x00040000
                str r1, [r0]
                bl bad
                b done
            bad: nop
                nop
                udf #0
                nop
                bx lr
            on_usage: ldr r0, [sp, #24]
                adds r0, #2
                str r0, [sp, #24]
                bx lr
            """, handlers: [6: "on_usage"])
        #expect(run.stacks["[UsageFault]"] == 12 + 10)
        #expect(run.stacks["reset;bad"] == 1 + 2 + 1 + 1)
        // ldr 2, adds 1, str 1, bx 1; the loaded word is no address.
        #expect(run.stacks["[UsageFault];on_usage"] == 5)
    }

    @Test("should count code that rewrites itself")
    func changingCode() throws {
        let run = try ProfileTests.profile(
            """
            reset: ldr r4, =0x20001000
                movs r6, #20
            1:  ldr r0, =0x4770BF00          // nop; bx lr
                str r0, [r4]
                dsb
                isb
                adds r5, r4, #1
                blx r5
                ldr r0, =0x47703001          // adds r0, #1; bx lr
                str r0, [r4]
                dsb
                isb
                blx r5
                subs r6, #1
                bne 1b
                b done
            """)
        #expect(run.stacks["reset;[unknown]"] == 40 * (2 + 1 + 1))
        #expect(run.calls("reset;[unknown]") == 40)
        let inRAM = run.profile.instructions.filter { $0.address >= 0x2000_0000 }
        #expect(inRAM.map(\.cycles) == [40 * 3, 40])
    }
}
