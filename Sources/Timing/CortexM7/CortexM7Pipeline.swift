// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// The in-order, dual-issue pipeline of the Cortex-M7: blocks are issued on a scoreboard, behind their predecessor.
///
/// Code and data are in tightly coupled memory or hit their cache, but for the board's mean per block. Sources and
/// what is estimated: `docs/timing-model.md`.
package struct CortexM7Pipeline: PipelineModel {
    package let identifier = "cortex-m7/3"
    package var memory: MemoryTiming

    package init(memory: MemoryTiming = MemoryTiming()) {
        self.memory = memory
    }

    /// Entry 12, return 10, tail-chain 6 cycles as on the Cortex-M4; the frame of 17 words goes out two words a
    /// cycle (estimated).
    package var exceptionCosts: ExceptionCosts {
        ExceptionCosts(entry: 12, exit: 10, tailChain: 6, floatFrame: 9)
    }

    package func cost(of block: CodeBlock, after predecessor: CodeBlock?) -> BlockCost {
        cost(of: block, after: predecessor, way: nil)
    }

    package func cost(
        of block: CodeBlock, after predecessor: CodeBlock?, way: BranchWay?
    ) -> BlockCost {
        var right = cost(CortexM7Passage(of: block, after: predecessor))
        let edge = BlockEdge(from: predecessor, to: block)
        switch CortexM7Prediction.chance(edge, way: way) {
        case .never: break
        case .rarely: right.add(fixedCycles: CortexM7Prediction.rareFixedCycles)
        case .in32(let share):
            let wrong = cost(
                CortexM7Passage(of: block, after: predecessor, isMispredicted: true))
            right.add(fixedCycles: wrong.excess(over: right) * share / 32)
        }
        return right
    }

    /// The branch on an edge when its direction or target can be mispredicted, with what the edge costs either way.
    package func predictedBranch(
        from predecessor: CodeBlock, to block: CodeBlock
    ) -> PredictedBranch? {
        let edge = BlockEdge(from: predecessor, to: block)
        guard let branch = edge.branch, branch.isPredictable else { return nil }
        let right = cost(CortexM7Passage(of: block, after: predecessor))
        let wrong = cost(
            CortexM7Passage(of: block, after: predecessor, isMispredicted: true))
        return PredictedBranch(
            address: branch.address, isTaken: edge.isTaken, isConditional: branch.isConditional,
            isBackward: branch.isBackward, isIndirect: branch.branchTarget == nil,
            target: block.address, predictedCost: right,
            mispredictionFixedPoint: wrong.excess(over: right))
    }

    private func cost(_ passage: CortexM7Passage) -> BlockCost {
        let block = passage.block
        let schedule = passage.meanSchedule()
        var fixed = schedule.fixedCycles
        if block.address < 0x2000_0000, !block.instructions.isEmpty {
            fixed += FixedCycles.from(memory.flashFetchMeanCyclesPerBlock)
        }
        let whole = UInt32(max(0, fixed) / FixedCycles.one)
        return BlockCost(
            cyclesBefore: schedule.cyclesBefore.map { min(UInt32($0), whole) },
            totalFixedPoint: UInt32(max(0, fixed)),
            // A skipped instruction occupies the pipeline as if it were executed (m7).
            skipSavings: block.instructions.map { _ in 0 })
    }
}

extension BlockCost {
    fileprivate func excess(over other: BlockCost) -> UInt32 {
        totalFixedPoint - min(totalFixedPoint, other.totalFixedPoint)
    }

    /// A mean: nothing of it is in the cycles before instructions.
    fileprivate mutating func add(fixedCycles: UInt32) {
        totalFixedPoint += fixedCycles
        total = totalFixedPoint >> FixedCycles.fractionBits
    }
}
