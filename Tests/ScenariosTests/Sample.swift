// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// A run of ten steps in two phases.
enum Sample {
    static func record(
        stackBytes: UInt64 = 2000, arenaBytes: UInt64 = 20_000, forward: UInt64 = 600_000,
        accuracy: Float = 0.83, exitCode: Int = 0, reason: OutcomeRecord.Reason = .exited
    ) -> RunRecord {
        let steps = (0..<10).map { index in
            StepRecord(
                index: index, cycles: 1_000_000 + forward - 600_000 + UInt64(index),
                instructions: 700_000, sramPeakBytes: 4000 + arenaBytes + stackBytes,
                phases: [
                    PhaseRecord(name: "forward", cycles: forward, instructions: 400_000),
                    PhaseRecord(name: "backward", cycles: 400_000, instructions: 300_000),
                ], loss: 2 - Float(index) / 10)
        }
        return RunRecord(
            kingletVersion: "0.1.0", name: "sample", board: "nrf52840", core: "cortex-m4f",
            clockHz: 64_000_000,
            image: ImageRecord(
                path: "app.elf", format: "elf", sha256: String(repeating: "0", count: 64),
                textBytes: 30_000, dataBytes: 100, bssBytes: 24_000),
            outcome: OutcomeRecord(reason: reason, exitCode: exitCode, firmwareExitCode: 0),
            flash: FlashRecord(usedBytes: 30_100, loadedBytes: 30_100, limitBytes: 1_048_576),
            sram: SRAMRecord(
                staticBytes: 4000 + arenaBytes, stackPeakBytes: stackBytes,
                mainStackPeakBytes: stackBytes, processStackPeakBytes: 0, heapPeakBytes: 0,
                peakBytes: 4000 + arenaBytes + stackBytes, touchedBytes: 20_000,
                limitBytes: 262_144),
            symbols: [
                SymbolRecord(name: "kl_conv", memory: .flash, section: ".text", bytes: 900),
                SymbolRecord(name: "kl_arena", memory: .sram, section: ".bss", bytes: arenaBytes),
                SymbolRecord(name: "counter", memory: .sram, section: ".bss", bytes: 4),
                SymbolRecord(name: "[other]", memory: .sram, bytes: 3996),
            ],
            arena: ArenaRecord(
                model: "m", scheme: "s", symbol: "kl_arena", bytes: Int(arenaBytes),
                positions: [.init(name: "conv", phase: "forward")],
                buffers: [
                    .init(
                        name: "activations", offsetBytes: 0, bytes: Int(arenaBytes) - 500,
                        firstPosition: 0, lastPosition: 0),
                    .init(
                        name: "scratch", offsetBytes: Int(arenaBytes) - 500, bytes: 500,
                        firstPosition: 0, lastPosition: 0),
                ]),
            steps: steps,
            regions: [RegionRecord(name: "fft", index: 0, cycles: 5000, instructions: 4000)],
            metrics: [
                MetricRecord(name: "accuracy_before", value: 0.1),
                MetricRecord(name: "accuracy_after", value: accuracy),
            ],
            total: CountsRecord(cycles: 12_000_000, instructions: 8_000_000),
            energy: EnergyRecord(
                mode: "ldo-flash", supplyVolts: 3, runMilliamperes: 6.3, totalJoules: 0.00354375,
                stepMeanJoules: 0.000295312),
            fidelity: FidelityRecord(
                model: "cortex-m4/1", mode: "fast", parameters: [:], classes: []))
    }
}
