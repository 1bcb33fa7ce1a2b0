// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// The three-stage pipeline of the Cortex-M4 by rules: a cost for each instruction, and hazards between neighbours.
///
/// Sources and what is estimated: `docs/timing-model.md`. Flash wait states are the board's mean per block,
/// charged on blocks in the Code region (below 0x2000_0000, ARMv7-M ARM table B3-1).
package struct CortexM4Pipeline: PipelineModel {
    package let identifier = "cortex-m4/3"
    package var memory: MemoryTiming

    package init(memory: MemoryTiming = MemoryTiming()) {
        self.memory = memory
    }

    /// Entry 12, return 10, tail-chain 6 cycles at zero wait states (Cortex-M4 TRM 3.9.1; application note
    /// "A Beginner's Guide on Interrupt Latency"). The floating-point frame is 17 words, one cycle each.
    package var exceptionCosts: ExceptionCosts {
        ExceptionCosts(entry: 12, exit: 10, tailChain: 6, floatFrame: 17)
    }

    package func cost(of block: CodeBlock, after predecessor: CodeBlock?) -> BlockCost {
        let edge = BlockEdge(from: predecessor, to: block)
        var time = edgeCycles(edge, from: predecessor) * FixedCycles.one
        var hazards = CortexM4Hazards(memory: memory, at: predecessor?.instructions.first)
        for instruction in predecessor?.instructions.dropLast() ?? [] {
            _ = hazards.issue(instruction)
        }
        if let last = predecessor?.instructions.last {
            _ = hazards.issue(last, isBranchNotTaken: edge == .notTaken(last))
        }
        switch edge {
        case .fallThrough, .notTaken: break
        case .entry, .taken, .diverted:
            hazards.refill(from: block.instructions.first, after: time)
        }
        if block.address < 0x2000_0000, !block.instructions.isEmpty {
            time += FixedCycles.from(memory.flashFetchMeanCyclesPerBlock)
        }

        var cyclesBefore: [UInt32] = []
        var skipSavings: [UInt32] = []
        cyclesBefore.reserveCapacity(block.instructions.count)
        skipSavings.reserveCapacity(block.instructions.count)
        for instruction in block.instructions {
            let (delay, wait, duration) = hazards.issue(instruction)
            cyclesBefore.append(UInt32(max(0, time + delay + wait) / FixedCycles.one))
            time += delay + wait + duration
            let saving = instruction.isInITBlock ? (delay + duration) / FixedCycles.one - 1 : 0
            skipSavings.append(UInt32(max(0, saving)))
        }
        if !block.instructions.isEmpty { time = max(FixedCycles.one, time) }
        return BlockCost(
            cyclesBefore: cyclesBefore, totalFixedPoint: UInt32(time), skipSavings: skipSavings)
    }
}
