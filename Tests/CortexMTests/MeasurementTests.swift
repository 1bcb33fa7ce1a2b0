// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Testing

@Suite("Measurement")
struct MeasurementTests {
    /// Writes the word `value` to stimulus port `port`.
    private static func mark(_ port: Int, _ value: String) -> String {
        "ldr r0, =0xE00000\(String(4 * port, radix: 16, uppercase: true))\nldr r1, =\(value)\nstr r1, [r0]\n"
    }

    @Test("should turn markers into steps with exclusive phases, losses and metrics")
    func steps() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r2, =0xE0000070      // port 28: a name
                movs r1, #'c'
                strb r1, [r2]
                movs r1, #'o'
                strb r1, [r2]
                movs r1, #17
                str r1, [r2]
                \(Self.mark(24, "5"))
                \(Self.mark(26, "1"))
                nop
                nop
                \(Self.mark(26, "17"))
                nop
                \(Self.mark(27, "17"))
                \(Self.mark(27, "1"))
                \(Self.mark(26, "1"))
                nop
                \(Self.mark(27, "1"))
                \(Self.mark(29, "0x3FC00000"))
                \(Self.mark(25, "5"))
                \(Self.mark(24, "6"))
                \(Self.mark(25, "6"))
                movs r1, #'m'
                strb r1, [r2]
                \(Self.mark(30, "0x40000000"))
                movs r0, #0
                exit
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.steps.map(\.index) == [5, 6])
        let step = try #require(result.steps.first)
        #expect(step.loss == 1.5)
        #expect(step.phases.map(\.name) == ["forward", "co"])
        // Between the markers: two nops and the inner begin's two loads, the inner end's own two
        // loads and store, and so on. Instructions from marker store to marker store:
        // forward 2 + 2 + 1 (its own store), then 2 + 1, then 1 + 2 + 1; co 1 + 2 + 1.
        #expect(step.phases[0].counters.instructions == 5 + 3 + 4)
        #expect(step.phases[1].counters.instructions == 4)
        #expect(step.counters.instructions == 3 + 12 + 4 + 3 + 3 + 3)
        #expect(result.steps[1].phases.isEmpty)
        #expect(result.steps[1].counters.instructions == 3)
        #expect(result.metrics.map(\.name) == ["m"])
        #expect(result.metrics.first?.value == 2)
    }

    @Test("should warn of markers that do not fit together, and go on")
    func unbalanced() throws {
        let result = try TestFirmware.run(
            """
            reset: \(Self.mark(25, "1"))
                \(Self.mark(27, "9"))
                \(Self.mark(24, "1"))
                \(Self.mark(26, "1"))
                \(Self.mark(24, "2"))
                \(Self.mark(25, "3"))
                \(Self.mark(24, "4"))
                movs r0, #0
                exit
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.steps.map(\.index) == [2])
        for text in [
            "step 1 ended without", "phase-9 ended without", "step 1 had not ended when step 2",
            "step 2 was ended by a marker for step 3", "forward was still open",
            "step 4 had not ended when the run did",
        ] {
            #expect(result.warnings.contains { $0.contains(text) }, "\(text): \(result.warnings)")
        }
    }

    @Test("should ignore markers when the firmware turned tracing off")
    func tracingOff() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0xE0000E80
                movs r1, #0
                str r1, [r0]
                \(Self.mark(24, "1"))
                \(Self.mark(25, "1"))
                ldr r0, =0xE0000060
                ldr r0, [r0]            // not ready
                exit
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.steps.isEmpty)
    }

    @Test("should make each outermost call of the step symbol a step, entry to return")
    func stepSymbol() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r4, #3
            again: bl train
                subs r4, #1
                bne again
                movs r0, #0
                exit
            train: push {r4, lr}
                movs r5, #2
                bl inner
                pop {r4, pc}
            inner: push {r4, lr}
                subs r5, #1
                beq 1f
                bl inside
            1:  pop {r4, pc}
            inside: push {r4, lr}
                bl recurse
                pop {r4, pc}
            recurse: push {r4, lr}
                bl inner
                pop {r4, pc}
            """
        ) { $0.stepSymbol = "train" }
        #expect(result.steps.map(\.index) == [0, 1, 2])
        let counts = Set(result.steps.map(\.counters.instructions))
        #expect(counts.count == 1)
        #expect(counts.first == 19)
        #expect(result.exitCode == 0, "\(result.summary)")
    }

    @Test("should measure a region between labels in the middle of straight-line code")
    func region() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r4, #3
            again: movs r0, #1
            from: adds r0, #1
                mul r1, r0, r0
                nop
            to: adds r1, #1
                subs r4, #1
                bne again
                movs r0, #0
                exit
            """
        ) { $0.regions = [RegionRequest(name: "middle", from: "from", to: "to")] }
        #expect(result.regions.map(\.index) == [0, 1, 2])
        #expect(result.regions.allSatisfy { $0.name == "middle" })
        #expect(result.regions.allSatisfy { $0.counters.instructions == 3 })
        #expect(result.regions.allSatisfy { $0.counters.cycles == 3 })
    }

    @Test("should stop when the until symbol is about to execute")
    func until() throws {
        let result = try TestFirmware.run(
            "reset: movs r0, #1\nmovs r1, #2\nhere: movs r2, #3\nmovs r0, #0\nexit"
        ) { $0.untilSymbol = "here" }
        guard case .untilReached = result.outcome else {
            Issue.record("\(result.summary)")
            return
        }
        #expect(result.total.instructions == 2)
    }

    @Test(
        "should refuse options that name no symbol",
        arguments: ["--until", "--step-symbol", "--region"])
    func unknownSymbols(option: String) throws {
        let error = #expect(throws: MachineError.self) {
            try TestFirmware.run("reset: b reset") {
                switch option {
                case "--until": $0.untilSymbol = "nowhere"
                case "--step-symbol": $0.stepSymbol = "nowhere"
                default: $0.regions = [RegionRequest(name: "r", from: "reset", to: "nowhere")]
                }
            }
        }
        #expect(error == .unknownSymbol(name: "nowhere", option: option))
    }

    @Test("should tell skipped instructions apart from executed ones")
    func skipped() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r4, #10
                movs r5, #0
            again: tst r4, #1
                ite eq
                addeq r5, #1
                addne r5, #2
                subs r4, #1
                bne again
                mov r0, r5
                exit
            """)
        #expect(result.exitCode == 15, "\(result.summary)")
        #expect(result.total.skippedInstructions == 10)
        // 2 + 10 × (tst ite one-of-two subs bne) + mov + exit's six.
        #expect(result.total.instructions == 2 + 10 * 5 + 1 + 6)
    }

    @Test("should follow the stack to its deepest point and restart for each step")
    func stackPeak() throws {
        let result = try TestFirmware.run(
            """
            reset: \(Self.mark(24, "0"))
                bl deep
                \(Self.mark(25, "0"))
                \(Self.mark(24, "1"))
                bl shallow
                \(Self.mark(25, "1"))
                movs r0, #0
                exit
            deep: push {r4-r7, lr}
                sub sp, #200
                bl shallow
                add sp, #200
                pop {r4-r7, pc}
            shallow: push {r4, lr}
                pop {r4, pc}
            """)
        #expect(result.memory.mainStackPeakBytes == 20 + 200 + 8)
        #expect(result.memory.peakBytes == 228)
        #expect(result.steps.map(\.sramPeakBytes) == [228, 8])
    }

    @Test("should follow the heap through sbrk and add what is in use at one time")
    func heapPeak() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x20002000
                ldr r1, =0x20001000
                str r0, [r1]
                movs r0, #100
                bl _sbrk
                movs r0, #200
                bl _sbrk
                mvn r0, #249
                bl _sbrk
                movs r0, #10
                bl _sbrk
                push {r0-r7}
                pop {r0-r7}
                movs r0, #0
                exit
            _sbrk: ldr r1, =0x20001000
                ldr r2, [r1]
                adds r3, r2, r0
                str r3, [r1]
                mov r0, r2
                bx lr
            """)
        #expect(result.exitCode == 0, "\(result.summary)")
        #expect(result.memory.heapPeakBytes == 300)
        #expect(result.memory.mainStackPeakBytes == 32)
        // The stack was deepest when only 60 bytes of heap were in use.
        #expect(result.memory.peakBytes == 300)
    }

    @Test("should count the SRAM bytes whose paint is gone")
    func touched() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r0, =0x20000000
                movs r1, #250
                movs r2, #0
            1:  stmia r0!, {r2}
                subs r1, #1
                bne 1b
                movs r0, #0x18
                ldr r1, =0x20026
                bkpt 0xab
            """)
        // 1000 zero bytes; a few of them are the paint's own value.
        #expect(result.memory.touchedBytes > 980 && result.memory.touchedBytes <= 1000)
    }

    @Test("should count static sections but not those that only reserve stack and heap")
    func staticBytes() throws {
        let board = try TestFirmware.board()
        var image = try TestFirmware.image("reset: movs r0, #0\nexit")
        func section(_ name: String, _ address: UInt32, _ size: UInt32, zero: Bool = true)
            -> Section
        {
            Section(
                name: name, address: address, size: size, isAllocated: true, isWritable: true,
                isExecutable: false, isZeroInitialised: zero)
        }
        image.sections = [
            section(".text", 0, 400, zero: false), section(".data", 0x2000_0000, 100, zero: false),
            section(".bss", 0x2000_0064, 300),
            section("._user_heap_stack", 0x2000_0200, 0x600),
        ]
        var configuration = MachineConfiguration(board: board, image: image)
        configuration.maxCycles = 1000
        let result = try Machine.run(configuration)
        #expect(result.memory.staticBytes == 400)
        #expect(result.memory.peakBytes == 408)
    }

    @Test("should report a stack that runs into static data before it overwrites it")
    func overflow() throws {
        let board = try TestFirmware.board()
        var image = try TestFirmware.image(
            """
            reset: \(Self.mark(24, "3"))
                \(Self.mark(26, "2"))
                movs r4, #0
            conv_bwd: push {r4, lr}
                sub sp, #0x180
                adds r4, #1
                bl conv_bwd
            """)
        image.sections = [
            Section(
                name: ".bss", address: 0x2000_0000, size: 0xF000, isAllocated: true,
                isWritable: true, isExecutable: false, isZeroInitialised: true)
        ]
        image.symbols.append(
            Symbol(
                name: "activations", address: 0x2000_E000, size: 0x1000, kind: .object,
                isGlobal: true))
        var configuration = MachineConfiguration(board: board, image: image)
        configuration.maxCycles = 100_000
        let result = try Machine.run(configuration)
        let fault = try #require(result.fault, "\(result.summary)")
        // 4096 bytes of room: the eleventh frame of 392 bytes goes 216 bytes too far.
        #expect(
            fault.cause
                == "stack crossed into activations by 216 B in conv_bwd(), step 3, backward")
        #expect(fault.exception == "stack overflow")
        #expect(fault.step == 3)
        #expect(fault.phase == "backward")
    }

    @Test("should read unknown peripheral registers as written and list each")
    func unknownRegisters() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x40010000
                ldr r0, [r4]            // 0 before
                ldr r1, =0x11223344
                str r1, [r4]
                movs r1, #0x99
                strb r1, [r4, #1]
                ldrh r1, [r4]
                adds r0, r1
                ldr r2, =0x50000004
                str r0, [r2]
                exit
            """)
        #expect(result.exitCode == 0x9944, "\(result.summary)")
        #expect(
            result.touchedRegisters == [
                TouchedRegister(address: 0x4001_0000, reads: 2, writes: 2),
                TouchedRegister(address: 0x5000_0004, reads: 0, writes: 1),
            ])
    }

    @Test("should alias single bits of SRAM and peripherals on a core with bit-banding")
    func bitBand() throws {
        let result = try TestFirmware.run(
            """
            reset: ldr r4, =0x20000104
                movs r0, #0
                str r0, [r4]
                ldr r5, =0x22002080 + 9 * 4     // bit 9 of 0x20000104
                movs r0, #1
                str r0, [r5]
                ldr r6, =0x42000000 + 4 * 4     // bit 4 of 0x40000000
                str r0, [r6]
                ldr r0, [r4]
                ldr r1, [r5]
                adds r0, r1
                ldr r2, =0x40000000
                ldr r1, [r2]
                adds r0, r1
                exit
            """)
        #expect(result.exitCode == 0x211, "\(result.summary)")
    }
}
