// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension RunRecord {
    /// Eight steps of a falling loss.
    static func training(name: String, cycles: UInt64) -> RunRecord {
        RunRecord(
            kingletVersion: "0.1.0", name: name, board: "nrf52840", core: "cortex-m4f",
            clockHz: 64_000_000,
            image: ImageRecord(
                path: "firmware/\(name).elf", format: "elf",
                sha256: String(repeating: "0", count: 64), textBytes: 90_000, dataBytes: 500,
                bssBytes: 150_000),
            outcome: OutcomeRecord(reason: .exited, exitCode: 0, firmwareExitCode: 0),
            flash: FlashRecord(usedBytes: 90_500, loadedBytes: 90_500, limitBytes: 1_048_576),
            sram: SRAMRecord(
                staticBytes: 150_500, stackPeakBytes: 2_104, mainStackPeakBytes: 2_000,
                processStackPeakBytes: 104, heapPeakBytes: 4_096, peakBytes: 156_700,
                touchedBytes: 149_000, limitBytes: 262_144),
            steps: (0..<8).map { index in
                let extra = UInt64(index) * 1000
                return StepRecord(
                    index: index, cycles: cycles &+ extra, instructions: 700_000,
                    sramPeakBytes: 156_000,
                    phases: [
                        PhaseRecord(
                            name: "forward", cycles: cycles / 2, instructions: 300_000),
                        PhaseRecord(
                            name: "backward", cycles: cycles / 4, instructions: 200_000),
                        PhaseRecord(name: "update", cycles: cycles / 8, instructions: 100_000),
                    ], loss: 2.5 - Float(index) * 0.25)
            },
            regions: [
                RegionRecord(name: "conv..conv_end", index: 0, cycles: 1_000, instructions: 900),
                RegionRecord(name: "conv..conv_end", index: 1, cycles: 2_001, instructions: 900),
            ],
            metrics: [
                MetricRecord(name: "accuracy_before", value: 0.125),
                MetricRecord(name: "accuracy_after", value: 0.71875),
            ],
            total: CountsRecord(
                cycles: 12_345_678, instructions: 9_876_543, skippedInstructions: 4_321),
            sleepCycles: 1_000,
            touchedRegisters: [
                TouchedRegisterRecord(address: "0x40000578", reads: 3, writes: 1)
            ], fidelity: sampleFidelity, warnings: ["phase 9 began, but nobody named it"])
    }

    static let sampleFidelity = FidelityRecord(
        model: "cortex-m4/1", mode: "fast", parameters: ["store_to_load_cycles": 1],
        classes: [.init(name: "integer", basis: "estimated", statement: "rules of the manual")])

    static var faulted: RunRecord {
        var record = training(name: "broken", cycles: 100)
        record.steps = []
        record.regions = []
        record.metrics = []
        record.warnings = []
        record.touchedRegisters = []
        record.outcome = OutcomeRecord(reason: .faulted, exitCode: 3)
        record.resets = 2
        record.flashOperations = FlashOperationsRecord(
            erasedSectors: 1, programmedBytes: 4_096, busyCycles: 8_127_488)
        let names = (0...12).map { "r\($0)" } + ["sp", "lr", "pc", "xpsr", "msp", "psp", "control"]
        let pc = FrameRecord(address: "0x00000a1c", symbol: "conv_backward+0x1c")
        record.fault = FaultRecord(
            cause: "precise data bus error: load of 4 bytes at 0x60000000, which is not mapped",
            exception: "BusFault (escalated to HardFault)", cfsr: "0x00008200",
            cfsrBits: ["PRECISERR", "BFARVALID"], hfsr: "0x40000000", bfar: "0x60000000", pc: pc,
            lr: FrameRecord(address: "0x00000b01", symbol: "train_step+0x30"),
            callStack: [
                pc, FrameRecord(address: "0x00000b00", symbol: "train_step+0x30"),
                FrameRecord(address: "0x00001234"),
            ],
            registers: names.enumerated().map {
                RegisterRecord(
                    name: $0.element, value: "0x0000000\(String($0.offset % 16, radix: 16))")
            }, step: 3, phase: "backward")
        return record
    }
}
