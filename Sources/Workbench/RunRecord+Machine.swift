// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import RunModel

extension RunRecord {
    init(request: RunRequest, file: ImageFile, result: MachineResult) {
        let board = request.board
        let load = board.footprint(of: file.image)
        let flash = FlashRecord(
            usedBytes: load.flashSpanBytes, loadedBytes: load.flashLoadedBytes,
            limitBytes: board.flashLimitBytes)
        let sram = SRAMRecord(result.memory, limitBytes: board.sramLimitBytes)
        let exceeded = ExceededLimits(flash: flash, sram: sram)
        let plan = PlanNote(file.image)
        self.init(
            kingletVersion: KingletVersion.current, name: request.displayName, board: board.name,
            core: board.core.rawValue, clockHz: board.clockHz, image: ImageRecord(file),
            arguments: request.arguments,
            outcome: OutcomeRecord(result.outcome, exceededLimits: exceeded.names), flash: flash,
            flashOperations: FlashOperationsRecord(result.flashCounts),
            resets: result.resets == 0 ? nil : result.resets, sram: sram,
            symbols: SymbolRecord.all(of: file.image, on: board), arena: plan.arena,
            operations: result.operations.isEmpty
                ? nil : result.operations.map(OperationRecord.init),
            steps: result.steps.map(StepRecord.init),
            regions: result.regions.map(RegionRecord.init),
            metrics: result.metrics.map { MetricRecord(name: $0.name, value: $0.value) },
            total: CountsRecord(
                cycles: result.total.cycles, instructions: result.total.instructions,
                skippedInstructions: result.total.skippedInstructions),
            sleepCycles: result.sleepCycles,
            touchedRegisters: result.touchedRegisters.map(TouchedRegisterRecord.init),
            fault: FaultRecord(result.outcome),
            memorySystem: result.detail.map(MemorySystemRecord.init),
            fidelity: FidelityRecord(board, mode: request.timingMode),
            warnings: exceeded.warnings + Self.warnings(file.image) + plan.warnings
                + result.warnings)
        energy = EnergyRecord(board, file.image, self)
    }
}

extension RunRecord {
    private static func warnings(_ image: FirmwareImage) -> [String] {
        guard !image.sections.contains(where: \.isAllocated) else { return [] }
        return [
            "the image names no sections, so its static SRAM is unknown and counts as 0; "
                + "touched_bytes shows what was written"
        ]
    }
}

/// Memories of which a run needed more than the board has.
private struct ExceededLimits {
    var names: [String] = []
    var warnings: [String] = []

    init(flash: FlashRecord, sram: SRAMRecord) {
        check("flash", "flash", flash.usedBytes, flash.limitBytes)
        check("sram", "SRAM", sram.peakBytes, sram.limitBytes)
    }

    private mutating func check(_ key: String, _ title: String, _ used: UInt64, _ limit: UInt64) {
        guard used > limit else { return }
        names.append(key)
        warnings.append(
            "\(title): the run needs \(used) bytes, \(used - limit) more than the board's \(limit)")
    }
}

extension ImageRecord {
    init(_ file: ImageFile) {
        let footprint = file.image.staticFootprint
        self.init(
            path: file.path, format: file.image.format.rawValue, sha256: file.sha256,
            textBytes: footprint.textBytes, dataBytes: footprint.dataBytes,
            bssBytes: footprint.bssBytes)
    }
}

extension FlashOperationsRecord {
    /// nil when there were none.
    fileprivate init?(_ counts: FlashCounts) {
        guard counts != FlashCounts() else { return nil }
        self.init(
            erasedSectors: counts.erasedSectors, programmedBytes: counts.programmedBytes,
            busyCycles: counts.busyCycles)
    }
}

extension SRAMRecord {
    init(_ memory: MemoryMeasurement, limitBytes: UInt64) {
        self.init(
            staticBytes: memory.staticBytes,
            stackPeakBytes: memory.mainStackPeakBytes + memory.processStackPeakBytes,
            mainStackPeakBytes: memory.mainStackPeakBytes,
            processStackPeakBytes: memory.processStackPeakBytes,
            heapPeakBytes: memory.heapPeakBytes, peakBytes: memory.peakBytes,
            touchedBytes: memory.touchedBytes, limitBytes: limitBytes)
    }
}

extension StepRecord {
    init(_ step: StepMeasurement) {
        self.init(
            index: step.index, cycles: step.counters.cycles,
            instructions: step.counters.instructions, sramPeakBytes: step.sramPeakBytes,
            phases: step.phases.map {
                PhaseRecord(
                    name: $0.name, cycles: $0.counters.cycles,
                    instructions: $0.counters.instructions)
            }, loss: step.loss)
    }
}

extension OperationRecord {
    fileprivate init(_ operation: OperationMeasurement) {
        self.init(
            position: operation.operation, phase: operation.phase,
            cycles: operation.counters.cycles, instructions: operation.counters.instructions)
    }
}

extension RegionRecord {
    init(_ region: RegionMeasurement) {
        self.init(
            name: region.name, index: region.index, cycles: region.counters.cycles,
            instructions: region.counters.instructions)
    }
}

extension TouchedRegisterRecord {
    init(_ register: TouchedRegister) {
        self.init(
            address: HexText.word(register.address), reads: register.reads,
            writes: register.writes)
    }
}
