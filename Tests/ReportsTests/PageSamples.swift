// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension RunRecord {
    /// A run with everything that a page can draw.
    static func complete(name: String, cycles: UInt64) -> RunRecord {
        var record = training(name: name, cycles: cycles)
        record.symbols = [
            SymbolRecord(name: "arena", memory: .sram, section: ".bss", bytes: 100_000),
            SymbolRecord(name: "trained_weights", memory: .sram, section: ".data", bytes: 40_000),
            SymbolRecord(name: "[other]", memory: .sram, bytes: 10_500),
            SymbolRecord(name: "conv_filter", memory: .flash, section: ".text", bytes: 60_000),
            SymbolRecord(name: "kl_conv_s8", memory: .flash, section: ".text", bytes: 30_500),
        ]
        record.arena = sampleArena
        record.functions = [
            FunctionRecord(
                name: "kl_conv_s8", selfCycles: 8_000_000, totalCycles: 8_500_000, calls: 80),
            FunctionRecord(name: "memcpy", selfCycles: 500_000, totalCycles: 500_000, calls: 900),
        ]
        record.operations = (0..<6).map {
            OperationRecord(
                position: $0, phase: record.arena?.positions[$0].phase ?? "",
                cycles: cycles * UInt64(6 - $0), instructions: 5_000)
        }
        record.energy = EnergyRecord(
            mode: "running from flash at 64 MHz", supplyVolts: 3.0, runMilliamperes: 3.3,
            totalJoules: 0.0019, stepMeanJoules: 0.000185,
            phases: [
                .init(name: "forward", stepMeanJoules: 0.00009),
                .init(name: "backward", stepMeanJoules: 0.00005),
            ], battery: .init(name: "CR2032", milliampereHours: 225, volts: 3),
            stepsPerCharge: 13_135_135, sources: ["a datasheet, table 1"])
        record.memorySystem = MemorySystemRecord(
            instructionCache: .init(hits: 900, misses: 100), unalignedAccesses: 3, divides: 5,
            fetchStallCycles: 700, dataStallCycles: 80, unalignedCycles: 6,
            divideCyclesBeyondMean: -4, busWaits: 9, busWaitCycles: 18)
        return record
    }

    private static let sampleArena = ArenaRecord(
        model: "net", scheme: "sparse", symbol: "arena", bytes: 100_000,
        positions: [
            .init(name: "conv = conv2d input", phase: "forward", layers: ["conv"]),
            .init(name: "record the mask of conv", phase: "forward", layers: ["conv"]),
            .init(name: "logits = dense conv", phase: "forward", layers: ["logits"]),
            .init(name: "g(logits) = loss logits", phase: "backward"),
            .init(name: "db(logits) = sum g(logits)", phase: "backward", layers: ["logits"]),
            .init(name: "b(logits) -= db(logits)", phase: "update", layers: ["logits"]),
        ],
        buffers: [
            .init(name: "conv", offsetBytes: 0, bytes: 60_000, firstPosition: 0, lastPosition: 2),
            .init(
                name: "scratch 0", offsetBytes: 60_000, bytes: 40_000, firstPosition: 0,
                lastPosition: 0),
            .init(
                name: "conv.mask", offsetBytes: 60_000, bytes: 8_000, firstPosition: 1,
                lastPosition: 4),
            .init(
                name: "logits.gradient", offsetBytes: 0, bytes: 40, firstPosition: 3,
                lastPosition: 5),
            .init(name: "logits.db", offsetBytes: 40, bytes: 40, firstPosition: 4, lastPosition: 5),
        ])

    /// The same with names that try to break out of the page, to turn its text around, or to widen it.
    static var hostile: RunRecord {
        var record = complete(name: HostileText.script, cycles: 1_000_000)
        record.board = HostileText.attribute
        record.core = HostileText.rightToLeft
        record.arguments = HostileText.long
        record.image.path = HostileText.long
        record.symbols?[0].name = HostileText.long
        record.symbols?[1].name = HostileText.script
        record.functions?[0].name = HostileText.long
        record.functions?[1].name = HostileText.rightToLeft
        record.arena?.model = HostileText.attribute
        record.arena?.buffers[0].name = HostileText.long
        record.arena?.buffers[1].name = HostileText.rightToLeft
        record.arena?.positions[0].name = HostileText.long + HostileText.script
        record.arena?.positions[1].phase = HostileText.script
        record.arena?.positions[2].layers = [HostileText.script, HostileText.long]
        record.operations?[3].position = .max
        record.operations?[4].phase = HostileText.long
        record.energy?.mode = HostileText.long
        record.energy?.phases[0].name = HostileText.script
        record.energy?.battery?.name = HostileText.rightToLeft
        record.metrics[1].name = "accuracy" + HostileText.long
        record.warnings = [
            HostileText.script, HostileText.attribute, HostileText.rightToLeft, HostileText.long,
        ]
        for step in record.steps.indices {
            record.steps[step].phases[0].name = HostileText.script
            record.steps[step].phases[1].name = HostileText.long
            record.steps[step].phases[2].name = HostileText.rightToLeft
        }
        record.fidelity.classes[0].name = HostileText.long
        record.fidelity.classes[0].statement = HostileText.attribute + HostileText.long
        record.fidelity.parameters[HostileText.long] = 1
        return record
    }
}

/// What a name must not be able to do.
enum HostileText {
    static let script = "</title></style><script>document.title = 'run'</script>"
    static let attribute = "\" onload=\"x\" ' onerror='y' &amp; <img src=x onerror=alert(1)>"
    /// Hebrew, Arabic, and an override that would turn what follows around.
    static let rightToLeft = "\u{202E}שלום عالم\u{2066} (1) -> [2]"
    static let long = String(repeating: "w", count: 400)
}

extension ComparisonRecord {
    /// Two groups: one of three rows, of which one is dominated and one did not run; one of one row.
    static func sample(_ run: (String, UInt64) -> RunRecord) -> ComparisonRecord {
        func row(
            _ name: String, _ group: String, sram: UInt64, cycles: UInt64, accuracy: Float
        ) -> ComparisonRow {
            var record = run(name, cycles)
            record.sram.peakBytes = sram
            let twin = TwinRecord(
                steps: 400, arguments: "steps=400",
                losses: (0..<40).map { 2.5 / (1 + Double($0) / 10) }, lossWindow: 10,
                metrics: [
                    MetricRecord(name: "accuracy_before", value: 0.1),
                    MetricRecord(name: "accuracy_after", value: accuracy),
                ], weightsHash: "0x1", comparedSteps: 8, comparedHash: "0x2", emulatedHash: "0x2")
            return ComparisonRow(
                name: name, group: group, board: "nrf52840", model: "net.tflite",
                scheme: "\(name).yaml", options: "--rows", data: "photos", record: record,
                twin: twin)
        }
        let full = row("full", "mcunet", sram: 200_000, cycles: 2_000_000, accuracy: 0.88)
        let sparse = row("sparse", "mcunet", sram: 90_000, cycles: 1_200_000, accuracy: 0.89)
        let other = row("sparse", "mbv2", sram: 100_000, cycles: 1_500_000, accuracy: 0.86)
        let failed = ComparisonRow(
            name: "bias only", group: "mcunet", board: "nrf52840", failure: "it does not build")
        return ComparisonRecord(
            kingletVersion: "0.1.0", name: "schemes", summary: "What each scheme costs.", seed: 1,
            steps: 8, rows: [full, sparse, failed, other])
    }
}
