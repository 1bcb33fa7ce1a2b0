// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing
import Timing

@Suite("Loads from several memories of an STM32F407")
struct MemoryChangeTests {
    /// Exits with the cycles that CYCCNT counts around `code`. r1 and r2 point into SRAM1 and SRAM2, r3 into the core
    /// coupled memory, r4 into flash; the buses went to SRAM1 and flash last.
    private func cycles(_ code: String, _ mode: TimingMode, waits: Bool = true) throws -> Int {
        let result = try TestFirmware.run(
            on: "stm32f407g-disc1",
            """
            reset: \(TestFirmware.enableCounter)
                ldr r1, =0x20000100
                ldr r2, =0x2001C100
                ldr r3, =0x10000100
                ldr r4, =0x08000000
                movs r0, #8
                strb r0, [r1, #8]
                ldr r0, [r1]
                b block
            block: ldr r5, [r7, #4]
                movs r6, #0
                \(code)
                ldr r6, [r7, #4]
                subs r0, r6, r5
                exit
            """
        ) {
            $0.board = try Board.named("stm32f407g-disc1").clocked(atHz: 16_000_000)
            if !waits {
                $0.board.timing.memoryChangeCycles = 0
                $0.board.timing.firstLoadCycles = [:]
            }
            $0.timingMode = mode
        }
        return Int(try #require(result.exitCode, "\(result.summary)"))
    }

    @Test(
        "should wait a cycle for a bus that comes to another memory, or to SRAM2, in both modes",
        arguments: [
            ("ldr r0, [r1, #4]", 0), ("ldr r0, [r2]", 1),
            // A run of loads from SRAM2 waits once, others each.
            ("ldr r0, [r2]\nldr r6, [r2, #4]", 1), ("ldr r0, [r2]\nnop\nldr r6, [r2, #4]", 2),
            // Next to each other loads of two memories do not pipeline (m3m4); apart they wait as well.
            ("ldr r0, [r2]\nldr r6, [r1]", 2), ("ldr r0, [r2]\nadds r0, #1\nldr r6, [r1]", 2),
            ("ldrb r0, [r2]\nnop\nldrsb r6, [r1]", 2),
            // A store costs nothing, the load behind it does.
            ("str r0, [r2]", 0), ("str r0, [r2]\nadds r0, #1\nldr r6, [r1]", 1),
            ("str r0, [r2]\nnop\nstr r0, [r2]\nnop\nldr r6, [r2]", 1),
            // Flash and core coupled memory share a bus; SRAM is on another.
            ("ldr r0, [r4]\nnop\nldr r6, [r1]", 0), ("ldr r0, =0x12345678\nldr r6, [r1]", 0),
            // But loads right behind each other do not pipeline over two buses.
            ("ldr r0, [r4]\nldr r6, [r1]", 1), ("ldrb r0, [r1]\nldr r6, [r4]\nldr r0, [r1]", 2),
            ("ldr r0, [r4]\nldr r6, [r2]", 2), ("ldrb r0, [r1]\nldr r6, [r4]\nldr r0, [r4]", 1),
            ("ldr r0, [r3]", 1), ("ldr r0, [r3]\nnop\nldr r6, =0x12345678", 2),
            ("ldr r0, [r3]\nnop\nldr r6, [r3]", 1),
            ("ldm r2, {r0, r6}", 1), ("push {r0}\npop {r0}", 0),
            // Through a pointer that was just computed, or loaded; what is skipped does not go anywhere.
            ("eor r6, r2, #4\nldrb r0, [r6]", 1), ("ldr r6, =0x2001C100\nldr r0, [r6]", 1),
            ("cmp r0, r0\nit ne\nldrbne r0, [r2]", 0),
        ])
    func waits(code: String, more: Int) throws {
        for mode in [TimingMode.fast, .detailed] {
            let waited = try cycles(code, mode) - cycles(code, mode, waits: false)
            #expect(waited == more, "\(mode) \(code)")
        }
    }

    @Test(
        "should know in the detailed mode alone what a block's own stores and conditions decide",
        arguments: [
            ("cmp r0, r0\nit eq\nldrbeq r0, [r2]", 1, 0),
            ("str r2, [r2]\nnop\nldr r0, [r2]\nldr r6, [r0]", 2, 1),
        ])
    func decidedInside(code: String, detailed: Int, fast: Int) throws {
        #expect(try cycles(code, .detailed) - cycles(code, .detailed, waits: false) == detailed)
        #expect(try cycles(code, .fast) - cycles(code, .fast, waits: false) == fast)
    }

    @Test("should charge in the fast mode what the first passage of an edge waited")
    func firstPassage() throws {
        // A copy loop that reads SRAM2 first, then SRAM1; its first block is one passage of another edge.
        func cycles(_ mode: TimingMode, from first: String, then second: String) throws -> Int {
            let result = try TestFirmware.run(
                on: "stm32f407g-disc1",
                """
                reset: ldr r4, =\(first)
                    ldr r5, =\(second)
                    ldr r6, [r5]
                    bl sum
                    mov r4, r5
                    bl sum
                    exit
                sum: movs r3, #100
                1:  ldrb r0, [r4], #1
                    add r1, r0
                    subs r3, #1
                    bne 1b
                    bx lr
                """
            ) {
                $0.board = try Board.named("stm32f407g-disc1").clocked(atHz: 16_000_000)
                $0.timingMode = mode
            }
            return Int(result.total.cycles)
        }
        let (sram1, sram2) = ("0x20000100", "0x2001C100")
        let slow = try cycles(.detailed, from: sram2, then: sram2)
        let quick = try cycles(.detailed, from: sram1, then: sram1)
        #expect((198...201).contains(slow - quick))
        // Alike when all passages are; else as the first.
        #expect(abs(try cycles(.fast, from: sram2, then: sram2) - slow) <= 1)
        #expect(abs(try cycles(.fast, from: sram1, then: sram1) - quick) <= 1)
        #expect(abs(try cycles(.fast, from: sram2, then: sram1) - slow) <= 3)
        #expect(abs(try cycles(.fast, from: sram1, then: sram2) - quick) <= 3)
    }

    @Test("should give CYCCNT the same cycles within a block as its end", arguments: 1...4)
    func readsInside(place: Int) throws {
        let code = (1...4).map { $0 == place ? "ldr r0, [r2]" : "nop" }.joined(separator: "\n")
        #expect(try cycles(code, .fast) - cycles(code, .fast, waits: false) == 1)
    }

    @Test("should count loads that waited for the bus, and no stalls for them")
    func counts() throws {
        let result = try TestFirmware.run(
            on: "stm32f407g-disc1",
            """
            reset: ldr r1, =0x20000100
                ldr r2, =0x2001C100
                movs r3, #100
            loop: ldr r0, [r1]
                ldr r0, [r2]
                subs r3, #1
                bne loop
                exit
            """
        ) {
            $0.board = try Board.named("stm32f407g-disc1").clocked(atHz: 16_000_000)
            $0.timingMode = .detailed
        }
        let detail = try #require(result.detail)
        // All but the first.
        #expect(detail.memory.busWaits == 199)
        #expect(detail.memory.busWaitCycles == 199)
        #expect(detail.memory.dataStallCycles == 0)
        #expect(detail.system.memoryChangeCycles == 1)
    }

    @Test("should charge nothing on boards that say nothing of it")
    func otherBoards() throws {
        for board in Board.all where board.name != "stm32f407g-disc1" {
            #expect(!board.memorySystem.busesWait, "\(board.name)")
        }
    }
}
