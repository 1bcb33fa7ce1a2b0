// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA
import Timing

/// The detailed mode: what the engine simulates beside the costs of edges.
extension Processor {
    /// What the engine is to follow in a block.
    func detail(of block: CodeBlock) -> BlockDetail {
        guard let memoryTraits else { return BlockDetail() }
        let trace = BlockTrace(of: block, on: memoryTraits)
        let cycles = ramPipeline.cost(of: block, after: nil).cyclesBefore
        func place(_ index: Int) -> (offset: UInt16, cycles: UInt32) {
            let address = block.instructions[safe: index]?.address ?? block.address
            return (UInt16(truncatingIfNeeded: address &- block.address), cycles[safe: index] ?? 0)
        }
        func access(_ access: BlockTrace.Access) -> BlockDetail.Access {
            let (offset, cycles) = place(access.instruction)
            return BlockDetail.Access(access, offset: offset, cyclesBefore: cycles)
        }
        return BlockDetail(
            fetchUnits: trace.fetchUnits.map {
                let (offset, cycles) = place($0.instruction)
                return BlockDetail.FetchUnit(
                    address: $0.address, offset: offset, cyclesBefore: cycles)
            },
            accesses: trace.accesses.map(access),
            points: trace.points.map {
                BlockDetail.Point(
                    offset: place($0.instruction).offset, accesses: $0.accesses.map(access))
            })
    }

    /// The branch on an edge that the detailed mode follows; nil in the fast mode.
    func predictedBranch(from predecessor: CodeBlock?, to block: CodeBlock) -> PredictedBranch? {
        guard memory != nil, let predecessor else { return nil }
        return ramPipeline.predictedBranch(from: predecessor, to: block)
    }

    func detailMeasurement() -> DetailMeasurement? {
        guard let memory else { return nil }
        let counts = engine.detailCounts
        return DetailMeasurement(
            system: memory.system, memory: memory.counts,
            unalignedAccesses: counts.unalignedAccesses, unalignedCycles: counts.unalignedCycles,
            divides: counts.divides, predictions: counts.predictions,
            mispredictions: counts.mispredictions,
            mispredictionCycles: counts.mispredictionCycles,
            divideCyclesBeyondMean: counts.divideTicks / Int64(EdgeCost.ticksPerCycle))
    }

    func divideTicks(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> Int32 {
        let cycles = ramPipeline.divideCycles(
            dividend: dividend, divisor: divisor, isSigned: isSigned)
        let difference = Int32(cycles) - Int32(ramPipeline.meanDivideCycles)
        return difference * Int32(EdgeCost.ticksPerCycle)
    }

    /// The core's caches as CCR.IC and CCR.DC say (ARMv7-M ARM B3.2.8). A core without them ignores it.
    func updateCaches() {
        memory?.enableCaches(
            instruction: system.ccr & 1 << 17 != 0, data: system.ccr & 1 << 16 != 0)
        engine.forgetFetchedUnit()
    }

    /// A write to the system control space has been made: caches follow it.
    func maintainCaches(_ address: UInt32, value: UInt32) {
        guard let memory else { return }
        if address & ~3 == 0xE000_ED14 { updateCaches() }
        guard (0xE000_EF50...0xE000_EF78).contains(address) else { return }
        memory.maintain(register: address, value: value)
        engine.forgetFetchedUnit()
    }

    /// Nothing is cached, and the core's caches are off.
    func resetCaches() {
        memory?.reset()
        updateCaches()
    }
}

extension DetailModel {
    init(_ memory: MemorySimulator, pipeline: any PipelineModel) {
        let free = MemoryTraits(memory).freeRange
        self.init(
            memory: memory.handle, freeOrigin: free.origin, freeBytes: free.bytes,
            busesWait: memory.system.busesWait,
            unalignedCycles: {
                pipeline.unalignedCycles(address: $0, bytes: $1, isStore: $2)
            })
    }
}

extension PredictedEdge {
    init(_ branch: PredictedBranch) {
        self.init(
            address: branch.address, isTaken: branch.isTaken, isConditional: branch.isConditional,
            isBackward: branch.isBackward, isIndirect: branch.isIndirect,
            wrongTicks: branch.mispredictionFixedPoint)
    }
}

extension BlockDetail.Access {
    fileprivate init(_ access: BlockTrace.Access, offset: UInt16, cyclesBefore: UInt32) {
        let kind: Kind =
            switch access.kind {
            case .load: .load
            case .store: .store
            case .divide(let isSigned): .divide(isSigned: isSigned)
            }
        self.init(
            kind: kind,
            address: BlockDetail.Address(
                constant: access.address.constant, base: access.address.base,
                index: access.address.index, shift: access.address.shift),
            bytes: access.bytes, takesTime: access.takesTime,
            mayBeUnaligned: access.mayBeUnaligned, comesToMemory: access.comesToMemory,
            pipelines: access.pipelines, offset: offset, cyclesBefore: cyclesBefore)
    }
}
