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

    @Test("should give each operation its part of a step's phases, whatever ran outside")
    func operations() throws {
        func run(_ names: [String: Int]) throws -> MachineResult {
            try TestFirmware.run(
                """
                reset: bl two                   // outside every step
                    \(Self.mark(24, "0"))
                    bl one                      // outside every phase
                    \(Self.mark(26, "1"))
                one_inside: nop
                    nop
                two_inside: nop
                    \(Self.mark(26, "3"))
                    nop
                    \(Self.mark(27, "3"))
                one_again: nop
                    \(Self.mark(27, "1"))
                    nop
                    \(Self.mark(25, "0"))
                    \(Self.mark(24, "1"))
                    \(Self.mark(26, "1"))
                    bl two
                    movs r0, #0                 // this step never ends
                    exit
                one: nop
                    bx lr
                two: nop
                    bx lr
                """
            ) { configuration in
                let symbols = SymbolTable(configuration.image)
                for (name, operation) in names {
                    configuration.operationStarts[try symbols.address(of: name) & ~1] = operation
                }
                // Nothing stands there.
                if !names.isEmpty { configuration.operationStarts[0x6000_0000] = 7 }
            }
        }
        let result = try run([
            "one": 1, "one_inside": 1, "one_again": 1, "two": 2, "two_inside": 2,
        ])
        #expect(result.exitCode == 0, "\(result.summary)")
        let found = result.operations.map {
            "\($0.operation) \($0.phase) \($0.counters.instructions)"
        }
        // A marker's store belongs to what it begins. Operation 1, which ran before the phase began: that store
        // and two nops, then a nop and the end's two loads. Operation 2: a nop and the inner begin's two loads,
        // the inner end's store; in the inner phase a store, a nop and two loads.
        #expect(found == ["1 forward 6", "2 forward 4", "2 update 4"])
        let sums = result.operations.reduce(0) { $0 + $1.counters.cycles }
        #expect(sums == result.steps[0].phases.reduce(0) { $0 + $1.counters.cycles })
        let plain = try run([:])
        #expect(plain.operations.isEmpty)
        #expect(plain.total == result.total)
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

    @Test("should make each run of an exception handler a step, up to its return")
    func handlerAsStep() throws {
        let result = try TestFirmware.run(
            """
            reset: movs r4, #3
            again: svc 0
                subs r4, #1
                bne again
                movs r0, #0
                exit
            handler: push {r4, lr}
                movs r4, #9
                pop {r4, pc}
            """, handlers: [11: "handler"]
        ) { $0.stepSymbol = "handler" }
        #expect(result.steps.map(\.index) == [0, 1, 2], "\(result.summary)")
        #expect(result.steps.allSatisfy { $0.counters.instructions == 3 })
        // push 3, movs 1, pop 3; not the return's refill.
        #expect(result.steps.map(\.counters.cycles) == [7, 7, 7])
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

    @Test("should warn of places that were never reached")
    func placesNotReached() throws {
        let code = "reset: movs r0, #0\nexit\nnever: nop\nnorThis: nop"
        let result = try TestFirmware.run(code) {
            $0.untilSymbol = "never"
            $0.stepSymbol = "norThis"
            $0.regions = [RegionRequest(name: "reset..never", from: "reset", to: "never")]
        }
        #expect(
            result.warnings == [
                "--until never was never reached", "--step-symbol norThis was never called",
                "region reset..never was never passed from start to end",
            ])
        let reached = try TestFirmware.run(code) { $0.untilSymbol = "reset" }
        #expect(reached.warnings.isEmpty)
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
}
