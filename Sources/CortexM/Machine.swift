// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
package import Timing

/// Runs firmware on a board.
package enum Machine {
    /// Loads the image, resets the core and runs until there is an outcome.
    ///
    /// Throws only when the run cannot begin: the image does not fit the board, a symbol does not exist.
    package static func run(_ configuration: MachineConfiguration) throws(MachineError)
        -> MachineResult
    {
        do {
            let processor = try Processor(configuration)
            return try runSetUp(processor)
        } catch let error as MachineError {
            throw error
        } catch {
            throw .engine("\(error)")
        }
    }

    private static func runSetUp(_ processor: Processor) throws -> MachineResult {
        try processor.setUp()
        let outcome = try processor.run()
        return processor.result(outcome)
    }

    /// What a report on this board's cycle figures must say about them.
    package static func fidelity(
        of board: Board, mode: TimingMode = .fast
    ) -> FidelityStatement {
        let core: PipelineCore = board.core == .cortexM7 ? .cortexM7 : .cortexM4
        let pipeline = Pipelines.make(core: core, memory: board.memoryTiming)
        switch mode {
        case .fast: return pipeline.fidelity.inFast(on: board.memorySystem)
        case .detailed: return pipeline.fidelity.inDetail(on: board.memorySystem)
        }
    }
}

extension Processor {
    /// Everything measured, once the run has ended.
    func result(_ outcome: MachineOutcome) -> MachineResult {
        foldStacks()
        markers.finish()
        var memory = MemoryMeasurement()
        memory.staticBytes = ledger.staticBytes
        memory.mainStackPeakBytes = ledger.mainStackPeakBytes
        memory.processStackPeakBytes = ledger.processStackPeakBytes
        memory.heapPeakBytes = ledger.heapPeakBytes
        memory.peakBytes = ledger.peakBytes
        memory.touchedBytes = touchedBytes()
        var result = MachineResult(
            outcome: outcome, total: Counters(engine.counters), memory: memory)
        result.sleepCycles = sleepCycles
        result.steps = markers.steps
        result.regions = watches.measured
        result.metrics = markers.metrics
        result.operations = markers.operations.sums
        result.touchedRegisters = peripherals.touched
        result.resets = resets
        result.flashCounts = flash?.counts ?? FlashCounts()
        result.detail = detailMeasurement()
        if configuration.keepsFlash { result.flash = flashContents() }
        if peripherals.isFull {
            warnings.add(
                "more than \(PeripheralStore.mostRegisters) unknown registers were touched; the rest "
                    + "read as 0 and is not listed")
        }
        if outcome.isLimit, let register = peripherals.polled {
            warnings.add(
                "\(hex(register.address)) was read \(register.reads) times, more than half of all "
                    + "reads of registers without a model: firmware that waits for it waits for ever; "
                    + "'registers' in a board file can say what it reads")
        }
        if let name = configuration.untilSymbol, !outcome.isUntilReached {
            warnings.add("--until \(name) was never reached")
        }
        if let name = configuration.stepSymbol, watches.nextStepIndex == 0 {
            warnings.add("--step-symbol \(name) was never called")
        }
        for region in watches.regions where region.passages == 0 {
            warnings.add("region \(region.name) was never passed from start to end")
        }
        result.profile = profiler?.measurement()
        result.warnings = warnings.all + markers.warnings.all
        return result
    }

    private func flashContents() -> [UInt8] {
        board.lastingMemories.flatMap {
            bytes(at: $0.origin, count: Int($0.lengthBytes)) ?? []
        }
    }

    private func touchedBytes() -> UInt64 {
        board.memories.filter(\.isPainted).reduce(0) { sum, memory in
            let count = try? engine.withMemory(
                at: memory.origin, count: Int(memory.lengthBytes)
            ) { Paint.countGone(in: $0, origin: memory.origin) }
            return sum + (count ?? 0)
        }
    }
}
