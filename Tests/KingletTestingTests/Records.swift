// SPDX-License-Identifier: GPL-2.0-or-later
import KingletTesting

enum Records {
    /// A made-up run of two training steps.
    static let training = RunRecord(
        kingletVersion: "0", name: "training", board: "nrf52840", core: "cortex-m4f",
        clockHz: 64_000_000,
        image: ImageRecord(
            path: "training.elf", format: "elf", sha256: "", textBytes: 0, dataBytes: 0,
            bssBytes: 0),
        outcome: OutcomeRecord(reason: .exited, exitCode: 0, firmwareExitCode: 0),
        flash: FlashRecord(usedBytes: 100_000, loadedBytes: 100_000, limitBytes: 1 << 20),
        sram: SRAMRecord(
            staticBytes: 44_000, stackPeakBytes: 2588, mainStackPeakBytes: 2588,
            processStackPeakBytes: 0, heapPeakBytes: 0, peakBytes: 46_588, touchedBytes: 40_000,
            limitBytes: 262_144),
        symbols: [
            SymbolRecord(name: "kl_arena", memory: .sram, section: ".bss", bytes: 40_000),
            SymbolRecord(name: "[other]", memory: .sram, bytes: 4000),
        ],
        arena: ArenaRecord(
            model: "m", scheme: "s", symbol: "kl_arena", bytes: 40_000,
            positions: [
                .init(name: "conv1", phase: "forward"), .init(name: "conv2", phase: "backward"),
            ],
            buffers: [
                .init(
                    name: "input", offsetBytes: 0, bytes: 10_000, firstPosition: 0, lastPosition: 1),
                .init(
                    name: "grad", offsetBytes: 10_000, bytes: 30_000, firstPosition: 1,
                    lastPosition: 1),
            ]),
        steps: [step(0, forward: 1_000_000), step(1, forward: 1_200_000)],
        metrics: [MetricRecord(name: "loss", value: 0.5)],
        total: CountsRecord(cycles: 3_100_000, instructions: 2_000_000),
        fidelity: FidelityRecord(model: "", mode: "", parameters: [:], classes: []))

    private static func step(_ index: Int, forward: UInt64) -> StepRecord {
        StepRecord(
            index: index, cycles: forward + 400_000, instructions: 800_000, sramPeakBytes: 46_588,
            phases: [
                PhaseRecord(name: "forward", cycles: forward, instructions: 500_000),
                PhaseRecord(name: "backward", cycles: 400_000, instructions: 300_000),
            ])
    }
}
