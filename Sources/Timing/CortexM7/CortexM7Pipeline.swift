// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// The in-order, dual-issue pipeline of the Cortex-M7: blocks are issued on a scoreboard, behind their predecessor.
///
/// Code and data are in tightly coupled memory or hit their cache, but for the board's mean per block. Sources and
/// what is estimated: `docs/timing-model.md`.
package struct CortexM7Pipeline: PipelineModel {
    package let identifier = "cortex-m7/1"
    package var memory: MemoryTiming

    /// Instructions of the predecessor that are issued first to find the state at the edge.
    private static let carriedInstructions = 24
    /// A loop of one block is issued this often; the cost is the mean of the second half, so that a half-filled
    /// group at the back edge counts for half a cycle.
    private static let loopPassages = 8

    package init(memory: MemoryTiming = MemoryTiming()) {
        self.memory = memory
    }

    /// Entry 12, return 10, tail-chain 6 cycles as on the Cortex-M4; the frame of 17 words goes out two words a
    /// cycle (estimated).
    package var exceptionCosts: ExceptionCosts {
        ExceptionCosts(entry: 12, exit: 10, tailChain: 6, floatFrame: 9)
    }

    package func cost(of block: CodeBlock, after predecessor: CodeBlock?) -> BlockCost {
        var scoreboard = CortexM7Scoreboard()
        let edge = BlockEdge(from: predecessor, to: block)
        var branchCycle = 0
        for instruction in (predecessor?.instructions ?? []).suffix(Self.carriedInstructions) {
            branchCycle = scoreboard.issue(instruction)
        }
        let isLoop = predecessor == block
        var passages: [Passage] = []
        for _ in 0..<(isLoop ? Self.loopPassages : 1) {
            let passage = pass(block, edge: edge, branchCycle: branchCycle, on: &scoreboard)
            branchCycle = passage.lastIssue
            passages.append(passage)
        }
        return blockCost(of: block, edge: edge, passages: passages)
    }

    private struct Passage {
        var cyclesBefore: [Int]
        var total: Int
        var lastIssue: Int
    }

    private func pass(
        _ block: CodeBlock, edge: BlockEdge, branchCycle: Int,
        on scoreboard: inout CortexM7Scoreboard
    ) -> Passage {
        let start = scoreboard.position
        follow(edge, branchCycle: branchCycle, on: &scoreboard)
        var cyclesBefore: [Int] = []
        var cycle = branchCycle
        for instruction in block.instructions {
            cycle = scoreboard.issue(instruction)
            cyclesBefore.append(max(0, cycle - start - 1))
        }
        return Passage(
            cyclesBefore: cyclesBefore, total: scoreboard.position - start, lastIssue: cycle)
    }

    private func follow(
        _ edge: BlockEdge, branchCycle: Int, on scoreboard: inout CortexM7Scoreboard
    ) {
        switch edge {
        case .entry, .fallThrough: break
        case .diverted: scoreboard.restart(penalty: 0)
        case .taken(let branch):
            let penalty = CortexM7Prediction.cyclesTaken(branch)
            if penalty == 0 { scoreboard.jump() } else { scoreboard.restart(penalty: penalty) }
        case .notTaken(let branch):
            let flagsLead = branchCycle - (scoreboard.flagsReady - 1)
            let penalty = CortexM7Prediction.cyclesNotTaken(branch, flagsLead: flagsLead)
            if penalty > 0 { scoreboard.restart(penalty: penalty) }
        }
    }

    private func blockCost(of block: CodeBlock, edge: BlockEdge, passages: [Passage]) -> BlockCost {
        let steady = passages.suffix((passages.count + 1) / 2)
        let sum = steady.reduce(0) { $0 + $1.total }
        var fixed = sum * FixedCycles.one / max(1, steady.count)
        fixed += CortexM7Prediction.meanFixedCycles(edge)
        if block.address < 0x2000_0000, !block.instructions.isEmpty {
            fixed += FixedCycles.from(memory.flashFetchMeanCyclesPerBlock)
        }
        let whole = UInt32(max(0, fixed) / FixedCycles.one)
        return BlockCost(
            cyclesBefore: (steady.last?.cyclesBefore ?? []).map { min(UInt32($0), whole) },
            totalFixedPoint: UInt32(max(0, fixed)),
            skipSavings: block.instructions.map {
                $0.isInITBlock ? UInt32($0.cortexM7Occupancy - 1) : 0
            })
    }
}
