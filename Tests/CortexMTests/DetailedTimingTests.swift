// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Testing
import Timing

@Suite("The detailed mode")
struct DetailedTimingTests {
    /// Turns CYCCNT on and leaves its address in r7, and an aligned address of RAM in r6.
    private static let begin = TestFirmware.enableCounter + "    ldr r6, =0x20000100\n"

    /// Exits with the cycles that CYCCNT counts around `code`, in one block.
    private func program(_ code: String) -> String {
        """
        reset: \(Self.begin)
            b block
        block: ldr r4, [r7, #4]
            \(code)
            ldr r5, [r7, #4]
            subs r0, r5, r4
            exit
        """
    }

    private func cycles(
        _ code: String, cpu: String = "cortex-m4f", _ mode: TimingMode
    ) throws -> Int {
        let result = try TestFirmware.run(program(code), cpu: cpu) { $0.timingMode = mode }
        return Int(try #require(result.exitCode, "\(result.summary)"))
    }

    @Test("should cost what the fast mode does where nothing depends on addresses or operands")
    func equal() throws {
        let code = "ldr r0, [r6]\nstr r0, [r6, #4]\nmul r0, r1\npush {r0}\npop {r0}"
        for cpu in ["cortex-m4f", "cortex-m7"] {
            #expect(try cycles(code, cpu: cpu, .detailed) == cycles(code, cpu: cpu, .fast))
        }
    }

    @Test(
        "should charge unaligned accesses by their address, where CYCCNT sees it",
        arguments: [
            ("adds r6, #2\nldr r0, [r6]", 4, 2, 1), ("adds r6, #1\nldr r0, [r6]", 4, 1, 2),
            ("adds r6, #1\nldrh r0, [r6]", 2, 1, 1), ("adds r6, #1\nldrb r0, [r6]", 1, 1, 0),
            // The base is known only when the access is made.
            ("eor r6, r6, #2\nldr r0, [r6]", 4, 2, 1),
            ("cmp r6, #0\nit ne\nldrne r0, [r6, #2]", 4, 2, 1),
            ("cmp r6, #0\nit eq\nldreq r0, [r6, #2]", 4, 0, 0),
        ])
    func unaligned(code: String, bytes: UInt32, offset: UInt32, more: Int) throws {
        let seven = Pipelines.make(core: .cortexM7, memory: MemoryTiming())
            .unalignedCycles(address: 0x100 + offset, bytes: bytes, isStore: false)
        for (cpu, expected) in [("cortex-m4f", more), ("cortex-m7", Int(seven))] {
            #expect(
                try cycles(code, cpu: cpu, .detailed) - cycles(code, cpu: cpu, .fast) == expected,
                "\(cpu)")
        }
    }

    @Test(
        "should charge divides by their operands",
        arguments: [
            ("udiv", 0, 5), ("udiv", 1_000_000, 3), ("udiv", 0x7FFF_FFFF, 1), ("sdiv", -7, 7),
            ("sdiv", 3, 0),
        ])
    func divides(mnemonic: String, dividend: Int, divisor: Int) throws {
        let code = "ldr r0, =\(dividend)\nldr r1, =\(divisor)\n\(mnemonic) r2, r0, r1"
        for (cpu, core) in [("cortex-m4f", PipelineCore.cortexM4), ("cortex-m7", .cortexM7)] {
            let pipeline = Pipelines.make(core: core, memory: MemoryTiming())
            let exact = pipeline.divideCycles(
                dividend: UInt32(truncatingIfNeeded: dividend),
                divisor: UInt32(truncatingIfNeeded: divisor), isSigned: mnemonic == "sdiv")
            let difference =
                try cycles(code, cpu: cpu, .detailed) - cycles(code, cpu: cpu, .fast)
            #expect(difference == Int(exact) - Int(pipeline.meanDivideCycles), "\(cpu)")
        }
    }

    @Test("should count what it followed")
    func counts() throws {
        let result = try TestFirmware.run(
            program(
                """
                movs r1, #7
                udiv r0, r1, r1
                udiv r0, r1, r1
                ldr r0, [r6, #1]
                strh r0, [r6, #3]
                cmp r1, #0
                it eq
                udiveq r0, r1, r1
                """)
        ) { $0.timingMode = .detailed }
        let detail = try #require(result.detail)
        #expect(detail.divides == 2)
        #expect(detail.unalignedAccesses == 2)
        #expect(detail.unalignedCycles == 2)
        #expect(detail.memory == MemoryCounts())
        #expect(try TestFirmware.run(program("nop")).detail == nil)
    }

    /// A board with 5 wait states and 16-byte lines of which two are kept for instructions, one for data.
    private static func flashBoard() throws -> Board {
        try Board.parse(
            yaml: """
                schema_version: 1
                name: lines
                core: cortex-m4f
                clock: 64MHz
                vector_table: 0
                interrupts: 16
                priority_bits: 3
                memories:
                  - {name: flash, kind: flash, origin: 0, length: 256KiB}
                  - {name: ram, kind: sram, origin: 0x20000000, length: 64KiB}
                timing:
                  flash:
                    wait_states: [{up_to: 64MHz, cycles: 5}]
                    line: 16
                    prefetch: false
                    instruction_lines: 2
                    data_lines: 1
                """, file: "lines.yaml")
    }

    @Test("should wait for flash lines of code, and find those that are kept")
    func flashLines() throws {
        // Four lines of code; a loop of one line turns a hundred times without waiting.
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =100
                .balign 16
            loop: subs r0, #1
                bne loop
                .balign 16
                movs r0, #0
                .balign 16
                exit
            """
        ) {
            $0.board = try Self.flashBoard()
            $0.timingMode = .detailed
        }
        let detail = try #require(result.detail)
        #expect(detail.memory.flashFetchMisses == 4, "\(detail.memory)")
        #expect(detail.memory.fetchStallCycles == 20)
        // The constant of `exit`; 100 is an immediate.
        #expect(detail.memory.flashDataMisses == 1)
        #expect(detail.memory.dataStallCycles == 5)
    }

    @Test("should follow the caches of the STM32F746 from where the firmware turns them on")
    func caches() throws {
        let loads = "ldr r0, [r6]\nldr r0, [r6, #4]\nldr r0, [r6, #64]\nstr r0, [r6, #68]\n"
        func run(ccr: UInt32) throws -> MemoryCounts {
            let result = try TestFirmware.run(
                on: "stm32f746g-disco",
                """
                reset: ldr r0, =0xE000ED14
                    ldr r1, [r0]
                    ldr r2, =\(ccr)
                    orrs r1, r2
                    str r1, [r0]
                    dsb
                    isb
                    ldr r6, =0x20020000
                    b block
                block: \(loads)
                    \(loads)
                    ldr r1, =0x20000100
                    ldr r0, [r1]
                    movs r0, #0
                    exit
                """
            ) { $0.timingMode = .detailed }
            #expect(result.exitCode == 0, "\(result.summary)")
            return try #require(result.detail).memory
        }
        let off = try run(ccr: 0)
        #expect(off.dataHits + off.dataMisses + off.instructionHits + off.instructionMisses == 0)
        let data = try run(ccr: 1 << 16)
        // Two lines of SRAM; literals are constant flash data; `exit` pushes on the DTCM's stack.
        #expect(data.dataHits >= 6 && data.dataMisses >= 2)
        #expect(data.instructionMisses == 0)
        let both = try run(ccr: 3 << 16)
        #expect(both.instructionMisses > 0)
        #expect(both.dataHits == data.dataHits && both.dataMisses == data.dataMisses)
    }

    @Test("should predict branches as the pipeline's predictor does, and charge what it misses")
    func branches() throws {
        // A generator's bits decide a forward branch; the loop's own branch goes back 200 times.
        let code = """
            reset: ldr r0, =200
                ldr r1, =12345
                ldr r2, =1103515245
                movs r4, #0
            loop: mul r1, r1, r2
                adds r1, #77
                lsrs r3, r1, #17
                bcc even
                adds r4, #1
            even: subs r0, #1
                bne loop
                b done
            done: mov r0, r4
                exit
            """
        var predictor = BranchPredictor()
        var (state, wrong, odd) = (UInt32(12345), 0, UInt32(0))
        for turn in 0..<200 {
            state = state &* 1_103_515_245 &+ 77
            let isEven = state >> 16 & 1 == 0
            odd += isEven ? 0 : 1
            let forward = predictor.predictAndTrain(
                branchAddress: 1, isBackward: false, taken: isEven)
            let backward = predictor.predictAndTrain(
                branchAddress: 2, isBackward: true, taken: turn < 199)
            wrong += (forward ? 1 : 0) + (backward ? 1 : 0)
        }
        let result = try TestFirmware.run(code, cpu: "cortex-m7") { $0.timingMode = .detailed }
        let detail = try #require(result.detail)
        #expect(result.exitCode == odd)
        #expect(detail.predictions == 400)
        #expect(detail.mispredictions == UInt64(wrong))
        let cycles = detail.mispredictionCycles
        #expect((UInt64(wrong) * 6...UInt64(wrong) * 8).contains(cycles))
        let onM4 = try TestFirmware.run(code) { $0.timingMode = .detailed }
        #expect(onM4.detail?.predictions == 0)
    }

    @Test("should give the same figures twice, and end at the cycle limit as the fast mode does")
    func deterministic() throws {
        func run() throws -> MachineResult {
            try TestFirmware.run(
                """
                reset: ldr r6, =0x20000101
                loop: ldr r0, [r6]
                    adds r1, #1
                    udiv r2, r0, r1
                    b loop
                """
            ) {
                $0.board = try Self.flashBoard()
                $0.timingMode = .detailed
                $0.maxCycles = 100_000
            }
        }
        let (first, second) = (try run(), try run())
        #expect(first.total == second.total)
        #expect(first.detail == second.detail)
        #expect((100_000..<100_050).contains(first.total.cycles))
    }
}
