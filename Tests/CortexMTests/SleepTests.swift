// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing

@Suite("Sleep")
struct SleepTests {
    @Test("should sleep in WFI until the tick, apart from the cycles awake")
    func sleep() throws {
        let result = try TestFirmware.run(
            """
            reset: \(TestFirmware.enableCounter)
                systick 99999, 7
                ldr r4, [r7, #4]
                wfi
                ldr r5, [r7, #4]
                subs r0, r5, r4         // CYCCNT stands still in sleep
                exit
            on_tick: bx lr
            """, handlers: [15: "on_tick"])
        #expect(result.sleepCycles > 99_900 && result.sleepCycles <= 100_000)
        #expect(result.total.cycles < 200)
        #expect((result.exitCode ?? 99) < 60, "\(result.summary)")
    }

    @Test("should wake from WFI under PRIMASK without taking the interrupt")
    func sleepMasked() throws {
        let result = try TestFirmware.run(
            """
            reset: cpsid i
                systick 999, 7
                movs r5, #1
                wfi
                mov r0, r5
                exit
            on_tick: movs r5, #9
                bx lr
            """, handlers: [15: "on_tick"])
        #expect(result.exitCode == 1, "\(result.summary)")
        #expect(result.sleepCycles > 900)
    }

    @Test(
        "should pass WFE after SEV and sleep at the next one",
        arguments: [
            ("sev\nwfe\nmovs r0, #3\nexit", true), ("sev\nwfe\nwfe\nmovs r0, #3\nexit", false),
            ("svc 0\nwfe\nmovs r0, #3\nexit", true),
        ])
    func events(code: String, ends: Bool) throws {
        let result = try TestFirmware.run(
            "reset: \(code)\non_svc: bx lr", handlers: [11: "on_svc"])
        if ends {
            #expect(result.exitCode == 3, "\(result.summary)")
        } else {
            guard case .sleepsForever = result.outcome else {
                Issue.record("\(result.summary)")
                return
            }
        }
    }

    @Test(
        "should end with sleepsForever when nothing can wake WFI",
        arguments: [
            "wfi", "cpsid i\nwfi",
            // SysTick runs, but masked by BASEPRI it cannot wake.
            """
            movs r0, #0x10
                msr basepri, r0
                ldr r0, =0xE000ED20
                ldr r1, =0x40000000
                str r1, [r0]
                ldr r0, =0xE000E010
                ldr r1, =999
                str r1, [r0, #4]
                movs r1, #7
                str r1, [r0]
                wfi
            """,
        ])
    func sleepsForever(code: String) throws {
        let result = try TestFirmware.run("reset: \(code)\nmovs r0, #1\nexit")
        guard case .sleepsForever = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        #expect(result.warnings.contains { $0.contains("nothing that could wake") })
    }

    @Test("should sleep again on exit from the last handler when SLEEPONEXIT is set")
    func sleepOnExit() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0xE000ED10
                movs r1, #2
                str r1, [r0]
                movs r5, #0
                systick 999, 7
                wfi
                mov r0, r5
                exit
            on_tick: adds r5, #1
                cmp r5, #4
                bne 1f
                ldr r0, =0xE000ED10
                movs r1, #0
                str r1, [r0]
            1:  bx lr
            """, handlers: [15: "on_tick"])
        #expect(result.exitCode == 4, "\(result.summary)")
        #expect(result.sleepCycles > 3000)
    }
}
