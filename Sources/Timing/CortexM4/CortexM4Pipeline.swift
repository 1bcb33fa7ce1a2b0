// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// The three-stage pipeline of the Cortex-M4 by rules: a cost for each instruction, and hazards between neighbours.
///
/// Sources and what is estimated: `docs/timing-model.md`. Flash wait states are the board's mean per block,
/// charged on blocks in the Code region (below 0x2000_0000, ARMv7-M ARM table B3-1).
package struct CortexM4Pipeline: PipelineModel {
    package let identifier = "cortex-m4/1"
    package var memory: MemoryTiming

    /// Instructions of the predecessor that can still matter: a load and two wide instructions behind it,
    /// with a folded IT between.
    private static let carriedInstructions = 5

    package init(memory: MemoryTiming = MemoryTiming()) {
        self.memory = memory
    }

    /// Entry 12, return 10, tail-chain 6 cycles at zero wait states (Cortex-M4 TRM 3.9.1; application note
    /// "A Beginner's Guide on Interrupt Latency"). The floating-point frame is 17 words, one cycle each.
    package var exceptionCosts: ExceptionCosts {
        ExceptionCosts(entry: 12, exit: 10, tailChain: 6, floatFrame: 17)
    }

    package func cost(of block: CodeBlock, after predecessor: CodeBlock?) -> BlockCost {
        var hazards = CortexM4Hazards(memory: memory)
        if let predecessor {
            for instruction in predecessor.instructions.suffix(Self.carriedInstructions) {
                hazards.advance(past: instruction)
            }
        }
        let edge = BlockEdge(from: predecessor, to: block)
        var time = edgeCycles(edge, into: block) * FixedCycles.one
        switch edge {
        case .entry, .taken, .diverted: hazards.reset()
        case .fallThrough, .notTaken: break
        }
        if block.address < 0x2000_0000, !block.instructions.isEmpty {
            time += FixedCycles.from(memory.flashFetchMeanCyclesPerBlock)
        }

        var cyclesBefore: [UInt32] = []
        var skipSavings: [UInt32] = []
        cyclesBefore.reserveCapacity(block.instructions.count)
        skipSavings.reserveCapacity(block.instructions.count)
        for instruction in block.instructions {
            let delay = hazards.delay(before: instruction)
            let duration = hazards.duration(of: instruction)
            cyclesBefore.append(UInt32(max(0, time + delay) / FixedCycles.one))
            time += delay + duration
            let saving = instruction.isInITBlock ? (delay + duration) / FixedCycles.one - 1 : 0
            skipSavings.append(UInt32(max(0, saving)))
            hazards.advance(past: instruction)
        }
        if !block.instructions.isEmpty { time = max(FixedCycles.one, time) }
        return BlockCost(
            cyclesBefore: cyclesBefore, totalFixedPoint: UInt32(time), skipSavings: skipSavings)
    }

    /// Cycles that the predecessor's branch adds to its own: the refill when taken (TRM table 3-1, P),
    /// the fetch of a straddling target, the empirical cost of a branch not taken.
    private func edgeCycles(_ edge: BlockEdge, into block: CodeBlock) -> Int {
        switch edge {
        case .entry, .fallThrough, .diverted:
            return 0
        case .notTaken(let branch):
            let isNarrowConditional = branch.instructionClass == .branch && branch.mnemonic == .b
            return isNarrowConditional && !branch.isWide && branch.isInUpperHalfword ? 1 : 0
        case .taken(let branch):
            guard let target = block.instructions.first else { return 0 }
            let straddles = target.isWide && target.isInUpperHalfword
            return branch.cortexM4RefillCycles + (straddles ? 1 : 0)
        }
    }
}

extension Instruction {
    /// P of TRM table 3-1 by kind of branch: 1 with a known target, 2 through a register, 3 through memory.
    var cortexM4RefillCycles: Int {
        switch instructionClass {
        case .branch, .branchLink: 1
        case .tableBranch, .load, .loadMultiple: 3
        default: 2
        }
    }
}
