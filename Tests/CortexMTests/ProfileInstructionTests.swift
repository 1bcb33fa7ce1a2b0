// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import TestSupport
import Testing
import Timing

@Suite("Profile of instructions")
struct ProfileInstructionTests {
    @Test("should give conditional instructions their cycles only when they execute")
    func conditionalInstructions() throws {
        let run = try ProfileTests.profile(
            """
            reset: movs r0, #0
            1:  cmp r0, #2
                ite ne
                mulne r1, r0, r0
                ldreq r1, [sp, #-4]
                adds r0, #1
                cmp r0, #4
                bne 1b
                b done
            """)
        let first = try #require(run.profile.instructions.first?.address)
        // movs, cmp (with three refills), ite, mul, ldr: executed once in four passages, else skipped. In the first
        // passage, behind reset as behind a branch, the ldr waits a cycle for its words, which counts for the mul.
        let figures = Dictionary(
            uniqueKeysWithValues: run.profile.instructions.map { ($0.address - first, $0.cycles) })
        #expect(figures[0] == 1)
        #expect(figures[2] == 4 + 3)
        #expect(figures[6] == 4 + 1)
        #expect(figures[10] == 3 + 2)
    }

    @Test("should account for every cycle of the detailed mode")
    func detailed() throws {
        let code = """
            reset: ldr r4, =0x20010000
                movs r5, #200
            1:  bl walk
                subs r5, #1
                bne 1b
                movs r0, #0
                exit
            walk: push {r3, lr}
                ldr r0, [r4], #32
                bl divide
                pop {r3, pc}
            divide: sdiv r1, r4, r5
                bx lr
            """
        func run(profiles: Bool) throws -> MachineResult {
            try TestFirmware.run(on: "stm32f746g-disco", code) {
                $0.timingMode = .detailed
                $0.profiles = profiles
            }
        }
        let result = try run(profiles: true)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.total == (try run(profiles: false).total))
        let profile = try #require(result.profile)
        let cycles = profile.nodes.reduce(0) { $0 + $1.cycles.reduce(0, +) }
        #expect(cycles == result.total.cycles)
        #expect(profile.instructions.reduce(0) { $0 + $1.cycles } == result.total.cycles)
        let walk = try #require(
            profile.nodes.first { profile.functions[$0.function].name == "walk" })
        #expect(walk.calls == 200)
    }
}
