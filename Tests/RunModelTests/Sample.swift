// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension RunRecord {
    /// A record with something in every key.
    static let sample = RunRecord(
        kingletVersion: "0.1.0", name: "sparse", board: "nrf52840", core: "cortex-m4f",
        clockHz: 64_000_000,
        image: ImageRecord(
            path: "build/a.elf", format: "elf", sha256: String(repeating: "ab", count: 32),
            textBytes: 1000, dataBytes: 20, bssBytes: 300),
        arguments: "steps=2",
        outcome: OutcomeRecord(
            reason: .faulted, exitCode: 3, exceededLimits: ["sram"]),
        flash: FlashRecord(usedBytes: 1020, loadedBytes: 1016, limitBytes: 1_048_576),
        flashOperations: FlashOperationsRecord(
            erasedSectors: 1, programmedBytes: 4096, busyCycles: 8_000_000), resets: 2,
        sram: SRAMRecord(
            staticBytes: 320, stackPeakBytes: 200, mainStackPeakBytes: 150,
            processStackPeakBytes: 50, heapPeakBytes: 64, peakBytes: 580, touchedBytes: 500,
            limitBytes: 262_144),
        symbols: [
            SymbolRecord(name: "main", memory: .flash, section: ".text", bytes: 900),
            SymbolRecord(name: "[other]", memory: .flash, bytes: 116),
            SymbolRecord(name: "arena", memory: .sram, section: ".bss", bytes: 256),
        ],
        arena: ArenaRecord(
            model: "fashion", scheme: "sparse", symbol: "arena", bytes: 256,
            positions: [
                .init(name: "c1 = conv2d input", phase: "forward"),
                .init(name: "g(c1) = loss c1", phase: "backward"),
            ],
            buffers: [
                .init(
                    name: "input", offsetBytes: 0, bytes: 128, firstPosition: 0, lastPosition: 0),
                .init(
                    name: "c1", offsetBytes: 128, bytes: 128, firstPosition: 0, lastPosition: 1),
            ]),
        steps: [
            StepRecord(
                index: 0, cycles: 1000, instructions: 800, sramPeakBytes: 570,
                phases: [PhaseRecord(name: "forward", cycles: 600, instructions: 500)],
                loss: 2.3025851),
            StepRecord(index: 1, cycles: 1100, instructions: 810, sramPeakBytes: 580),
        ],
        regions: [RegionRecord(name: "a..b", index: 0, cycles: 12, instructions: 10)],
        metrics: [MetricRecord(name: "accuracy_after", value: 0.75)],
        total: CountsRecord(cycles: 5000, instructions: 4000, skippedInstructions: 3),
        sleepCycles: 7,
        energy: EnergyRecord(
            mode: "from flash, DC/DC; 64 MHz", supplyVolts: 3, runMilliamperes: 3.3,
            sleepMilliamperes: 0.5, totalJoules: 7.75e-7, sleepJoules: 1.64e-10,
            stepMeanJoules: 1.625e-7, phases: [.init(name: "forward", stepMeanJoules: 4.6e-8)],
            battery: .init(name: "CR2032", milliampereHours: 225, volts: 3),
            stepsPerCharge: 14_953_846_153, sources: ["run: a table of the datasheet"]),
        touchedRegisters: [
            TouchedRegisterRecord(address: "0x40023800", reads: 1, writes: 2)
        ],
        fault: FaultRecord(
            cause: "division by zero", exception: "UsageFault", cfsr: "0x02000000",
            cfsrBits: ["DIVBYZERO"], hfsr: "0x00000000",
            pc: FrameRecord(address: "0x00000120", symbol: "divide+0x4"),
            lr: FrameRecord(address: "0x00000099"),
            callStack: [FrameRecord(address: "0x00000120", symbol: "divide+0x4")],
            registers: [RegisterRecord(name: "r0", value: "0x00000001")], step: 1,
            phase: "backward"),
        memorySystem: MemorySystemRecord(
            instructionCache: .init(hits: 900, misses: 12),
            dataCache: .init(hits: 400, misses: 9, writeBacks: 3),
            flashInstructions: .init(hits: 70, misses: 4),
            flashData: .init(hits: 5, misses: 2), unalignedAccesses: 6, divides: 8,
            fetchStallCycles: 84, dataStallCycles: 40, unalignedCycles: 18,
            divideCyclesBeyondMean: -11, predictedBranches: 50, mispredictedBranches: 4,
            mispredictionCycles: 32, busWaits: 7, busWaitCycles: 14),
        fidelity: FidelityRecord(
            model: "cortex-m4/1", mode: "fast", parameters: ["store_to_load_cycles": 1],
            classes: [
                .init(name: "integer", basis: "estimated", statement: "rules of the manual")
            ]),
        warnings: ["step 1 never ended"])
}

extension ProfileRecord {
    /// A profile with something in every key.
    static let sample = ProfileRecord(
        kingletVersion: "0.1.0", name: "sparse", board: "nrf52840", clockHz: 64_000_000,
        image: RunRecord.sample.image, arguments: "steps=1", outcome: RunRecord.sample.outcome,
        totalCycles: 100, phases: ["outside steps"],
        functions: [
            ProfileFunctionRecord(
                name: "main", address: "0x00000100", file: "main.c", line: 3, selfCycles: 100,
                totalCycles: 100, calls: 1,
                phases: [
                    ProfileShareRecord(phase: "outside steps", selfCycles: 100, totalCycles: 100)
                ])
        ],
        nodes: [
            ProfileNodeRecord(function: 0, parent: nil, calls: 1, cycles: [60]),
            ProfileNodeRecord(function: 0, parent: 0, calls: 1, cycles: [40]),
        ], lines: [ProfileLineRecord(file: "main.c", line: 4, function: 0, cycles: 90)],
        cyclesWithoutLine: 10,
        steps: [
            ProfileStepRecord(
                index: 0, cycles: 50,
                phases: [
                    ProfileStepRecord.Phase(
                        name: "outside steps", cycles: 50,
                        functions: [
                            ProfileStepRecord.Function(
                                function: 0, selfCycles: 50, totalCycles: 50)
                        ])
                ])
        ], fidelity: RunRecord.sample.fidelity, warnings: ["a warning"])
}

extension TwinRecord {
    static func sample(emulated: String, twin: String) -> TwinRecord {
        TwinRecord(
            steps: 8, arguments: "steps=8 eval=100", losses: [4, 3.5, 3, 2, 1.5, 1, 0.5, 0.25],
            metrics: [
                MetricRecord(name: "accuracy_before", value: 0.25),
                MetricRecord(name: "accuracy_after", value: 0.75),
            ], weightsHash: "0xabcdef01", comparedSteps: 2, comparedHash: twin,
            emulatedHash: emulated)
    }
}

extension ComparisonRecord {
    /// A comparison with something in every key.
    static let sample = ComparisonRecord(
        kingletVersion: "0.1.0", name: "schemes", summary: "Two of them", seed: 1, steps: 2,
        rows: [
            ComparisonRow(
                name: "sparse", group: "fashion", board: "cortex-m7-16m",
                misfit: MisfitRecord(
                    board: "nrf52840", reason: "SRAM by 300 bytes", sramLimitBytes: 262_144,
                    flashLimitBytes: 1_048_576),
                model: "fashion.tflite", scheme: "sparse.yaml", options: "--rows", data: "data",
                epochSteps: 3000, record: .sample,
                twin: .sample(emulated: "0x01234567", twin: "0x01234567")),
            ComparisonRow(
                name: "full", group: "fashion", board: "nrf52840", failure: "does not build",
                ratios: ["sram.peak": 1.5], dominatedBy: ["sparse"]),
        ])
}
