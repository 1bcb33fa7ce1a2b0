// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Testing
import ThumbISA
import Timing

@Suite("Cycle counters and SysTick")
struct TimeTests {
    /// CYCCNT is read before and after `code`, in one block.
    private func program(_ code: String) -> String {
        """
        reset: \(TestFirmware.enableCounter)
            ldr r6, =0x20000000
            movs r2, #3
            movs r3, #5
            b block
        block: ldr r4, [r7, #4]
            \(code)
        second: ldr r5, [r7, #4]
            subs r0, r5, r4
        after: exit
        """
    }

    /// The same from the pipeline model.
    private func modelled(_ image: FirmwareImage, cpu: String) throws -> UInt32 {
        func address(_ name: String) throws -> Int {
            Int(try #require(image.symbols.first { $0.name == name }).address)
        }
        func decode(_ from: String, _ to: String) throws -> CodeBlock {
            let (start, end) = (try address(from), try address(to))
            let bytes = Array(image.segments[0].bytes[start..<end])
            return CodeBlock(
                address: UInt32(start),
                instructions: Array(InstructionSequence(bytes: bytes, address: UInt32(start))))
        }
        let core: PipelineCore = cpu == "cortex-m7" ? .cortexM7 : .cortexM4
        let block = try decode("block", "after")
        let cost = Pipelines.make(core: core, memory: try TestFirmware.board(cpu).memoryTiming)
            .cost(of: block, after: try decode("reset", "block"))
        let second = try address("second")
        let index = try #require(block.instructions.firstIndex { Int($0.address) == second })
        return cost.cyclesBefore[index] - cost.cyclesBefore[0]
    }

    @Test(
        "should let CYCCNT show what the pipeline model says lies between two reads",
        arguments: [
            "nop", "nop\nnop\nnop", "mul r0, r2, r3\nmul r1, r0, r3", "udiv r0, r2, r3",
            "str r2, [r6]\nldr r0, [r6]\nadds r0, #1", "smull r0, r1, r2, r3\nadds r0, r1",
            "ldrd r0, r1, [r6]\nstrd r2, r3, [r6, #8]", "push {r0-r3}\npop {r0-r3}",
        ], ["cortex-m4f", "cortex-m7"])
    func exactCounter(code: String, cpu: String) throws {
        let image = try TestFirmware.image(
            program(code), cpu: cpu == "cortex-m7" ? cpu : "cortex-m4")
        let result = try Machine.run(
            MachineConfiguration(board: try TestFirmware.board(cpu), image: image))
        let expected = try modelled(image, cpu: cpu)
        #expect(result.exitCode == expected, "\(result.summary)")
    }

    @Test("should read CYCCNT exactly in the middle of a block that also uses other peripherals")
    func counterAmongOthers() throws {
        let result = try TestFirmware.run(
            """
            reset: \(TestFirmware.enableCounter)
                ldr r6, =0x40000000
                ldr r4, [r7, #4]
                str r0, [r6]
                ldr r1, [r7, #4]
                ldr r2, [r6]
                ldr r3, [r7, #4]
                subs r1, r1, r4
                subs r3, r3, r4
                lsls r1, r1, #8
                orrs r1, r3
                mov r0, r1
                exit
            """)
        let code = try #require(result.exitCode)
        // ldr 2 (first of a run), str 1, then ldr after str +1, ldr 2 and so on: both in order.
        #expect(code >> 8 >= 3 && code & 0xFF > code >> 8 && code & 0xFF <= 10)
    }

    @Test(
        "should date every word of a multiple access to the instruction that makes it",
        arguments: [
            "ldm r7, {r4, r5}", "ldrd r4, r5, [r7]", "mov r5, r7\nldrd r5, r6, [r5]\nmov r5, r6",
        ])
    func multipleAccess(code: String) throws {
        // CYCCNT is turned on by the store, and read as the second word at its neighbour.
        let result = try TestFirmware.run(
            """
            reset: \(TestFirmware.enableCounter)
                movs r0, #0
                str r0, [r7]
                str r0, [r7, #4]
                movs r1, #1
                b block
            block: nop
                nop
                nop
                str r1, [r7]
                nop
                nop
                nop
                nop
                \(code)
                mov r0, r5
                exit
            """)
        let count = try #require(result.exitCode, "\(result.summary)")
        #expect((5...7).contains(count), "\(result.summary)")
    }

    @Test("should stop CYCCNT with its enable bit and keep the value written to it")
    func counterControl() throws {
        let result = try TestFirmware.run(
            """
            reset: \(TestFirmware.enableCounter)
                movs r0, #0
                str r0, [r7]            // off
                movs r0, #77
                str r0, [r7, #4]
                nop
                nop
                ldr r0, [r7, #4]
                exit
            """)
        #expect(result.exitCode == 77, "\(result.summary)")
    }

    @Test(
        "should keep a tick that falls due before its block writes a register of SysTick",
        arguments: [0, 4, 8])
    func tickBeforeWrite(offset: Int) throws {
        let result = try TestFirmware.run(
            """
            reset: movs r6, #0
                ldr r7, =0xE000E010
                ldr r5, =0xFFFFFF
                movs r1, #50
                str r1, [r7, #4]
                str r1, [r7, #8]
                movs r1, #7
                str r1, [r7]
                b block
            block: .rept 60
                nop
                .endr
                str r5, [r7, #\(offset)]
                b next
            next: nop
                cpsid i
                mov r0, r6
                exit
            on_tick: adds r6, #1
                bx lr
            """, handlers: [15: "on_tick"])
        #expect(result.exitCode == 1, "\(result.summary)")
    }

    @Test("should raise SysTick exactly every RELOAD + 1 cycles")
    func sysTickPeriod() throws {
        // The handler notes the timer's value at its start: entry 12 and its own first
        // instructions, the same each time, so each tick is a full period after the one before.
        let result = try TestFirmware.run(
            """
            reset: \(TestFirmware.enableCounter)
                movs r5, #0
                movs r6, #0
                systick 999, 7
            loop: wfi
                cmp r5, #5
                bne loop
                mov r0, r6
                exit
            on_tick: ldr r0, =0xE000E018
                ldr r1, [r0]
                ldr r2, =999
                subs r1, r2, r1         // cycles since the wrap
                cmp r5, #0
                it eq
                moveq r6, r1
                cmp r1, r6
                it ne
                movne r6, #99
                adds r5, #1
                bx lr
            """, handlers: [15: "on_tick"])
        // wrap, entry 12, ldr literal 2 … the read is 1 or 2 cycles later.
        let late = try #require(result.exitCode)
        #expect((13...18).contains(late), "\(result.summary)")
        #expect(result.sleepCycles > 4 * 900 && result.sleepCycles < 5 * 1000)
    }

    @Test("should count SysTick down once a cycle and set COUNTFLAG when it passes zero")
    func sysTickPolling() throws {
        let result = try TestFirmware.run(
            """
            reset: \(TestFirmware.enableCounter)
                systick 0xFFFFFF, 5
                ldr r4, [r7, #4]
                ldr r2, [r0, #8]
                nop
                nop
                nop
                nop
                ldr r5, [r7, #4]
                ldr r3, [r0, #8]
                subs r5, r5, r4
                subs r2, r2, r3
                cmp r5, r2              // as many cycles on both clocks
                bne fail
                movs r1, #50
                str r1, [r0, #4]
                str r1, [r0, #8]
                ldr r2, [r0]
                lsrs r2, r2, #16
                cbnz r2, fail
                movs r3, #40
            1:  subs r3, #1
                bne 1b
                ldr r2, [r0]
                ldr r3, [r0]            // reading clears it
                lsrs r2, r2, #16
                lsrs r3, r3, #16
                lsls r3, r3, #1
                orrs r2, r3
                mov r0, r2
                exit
            fail: movs r0, #99
                exit
            """)
        #expect(result.exitCode == 1, "\(result.summary)")
    }

    @Test("should divide SysTick's external clock on a board that has one")
    func sysTickReference() throws {
        let result = try TestFirmware.run(
            """
            reset: systick 0xFFFFFF, 1
                ldr r2, [r0, #8]
                movs r3, #200
            1:  subs r3, #1
                bne 1b
                ldr r3, [r0, #8]
                subs r0, r2, r3
                ubfx r0, r0, #0, #24
                exit
            """
        ) { $0.board.sysTickReferenceDivider = 8 }
        // 200 rounds of 3 cycles (M4: subs 1, taken bne 2) are 75 ticks of 8.
        #expect((73...77).contains(result.exitCode ?? 0), "\(result.summary)")
    }
}
