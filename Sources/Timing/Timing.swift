// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// What one passage along the edge (predecessor → block) costs.
package struct BlockCost: Sendable, Equatable {
    /// Cycles from the edge's start until instruction i begins to execute; `count == instructions.count`.
    /// Element 0 holds what the predecessor's branch outcome and pipeline state still cost.
    package var cyclesBefore: [UInt32]
    /// Cycles of the whole passage, fractions dropped.
    package var total: UInt32
    /// The whole passage in 1/256 cycle: what a run accumulates, so that means below one cycle add up.
    package var totalFixedPoint: UInt32
    /// Cycles saved when instruction i is skipped by its IT condition; zero outside IT blocks.
    package var skipSavings: [UInt32]

    package init(cyclesBefore: [UInt32], total: UInt32, skipSavings: [UInt32]) {
        self.init(
            cyclesBefore: cyclesBefore, totalFixedPoint: total << FixedCycles.fractionBits,
            skipSavings: skipSavings)
    }

    package init(cyclesBefore: [UInt32], totalFixedPoint: UInt32, skipSavings: [UInt32]) {
        self.cyclesBefore = cyclesBefore
        self.total = totalFixedPoint >> FixedCycles.fractionBits
        self.totalFixedPoint = totalFixedPoint
        self.skipSavings = skipSavings
    }
}

/// The unit of `BlockCost.totalFixedPoint`.
package enum FixedCycles {
    package static let fractionBits: UInt32 = 8
    /// One cycle.
    package static let one = 1 << Int(fractionBits)

    /// A board parameter in fixed point, never negative.
    static func from(_ cycles: Double) -> Int {
        guard cycles.isFinite, cycles > 0 else { return 0 }
        return Int((min(cycles, 1_000_000) * Double(one)).rounded())
    }
}

/// A core's pipeline as a pure function from code to cycles.
///
/// The cost of an edge holds everything that depends on the predecessor: whether its last branch was taken
/// (`predecessor.endAddress != block.address`), and the hazards that its last instructions leave behind.
package protocol PipelineModel: Sendable {
    /// Name and version, for the record's fidelity statement ("cortex-m4/3").
    var identifier: String { get }
    func cost(of block: CodeBlock, after predecessor: CodeBlock?) -> BlockCost
    /// The same where the program has shown which way the branch between them took first.
    func cost(of block: CodeBlock, after predecessor: CodeBlock?, way: BranchWay?) -> BlockCost
    /// Cycles of exception entry and return, without and with a floating-point frame.
    var exceptionCosts: ExceptionCosts { get }
    /// What `sdiv` and `udiv` cost when the operands are not known (part of `cost`).
    var meanDivideCycles: UInt32 { get }
    /// What one `sdiv` or `udiv` costs with these operands; a detailed mode charges the difference to the mean.
    func divideCycles(dividend: UInt32, divisor: UInt32, isSigned: Bool) -> UInt32
    /// What one access of `bytes` bytes at `address` costs beyond an aligned one; 0 when it is aligned.
    ///
    /// No part of `cost`: a detailed mode, which sees addresses, charges it.
    func unalignedCycles(address: UInt32, bytes: UInt32, isStore: Bool) -> UInt32
    /// The branch on an edge whose direction or target the core predicts, with what the edge costs when the prediction is
    /// right and when not; nil where there is none. A mode that follows every branch asks a `BranchPredictor` with it.
    func predictedBranch(from predecessor: CodeBlock, to block: CodeBlock) -> PredictedBranch?
    /// What a report says about the figures of this model.
    var fidelity: FidelityStatement { get }
}

extension PipelineModel {
    /// A core that predicts nothing.
    package func cost(
        of block: CodeBlock, after predecessor: CodeBlock?, way: BranchWay?
    ) -> BlockCost { cost(of: block, after: predecessor) }

    package func predictedBranch(
        from predecessor: CodeBlock, to block: CodeBlock
    ) -> PredictedBranch? { nil }
}

package struct ExceptionCosts: Sendable, Equatable {
    package var entry: UInt32
    package var exit: UInt32
    package var tailChain: UInt32
    /// Added to entry when a floating-point frame is really written.
    package var floatFrame: UInt32
    package init(entry: UInt32, exit: UInt32, tailChain: UInt32, floatFrame: UInt32) {
        self.entry = entry
        self.exit = exit
        self.tailChain = tailChain
        self.floatFrame = floatFrame
    }
}

/// The board's side of timing: figures that no core rule gives. All in cycles unless named otherwise.
package struct MemoryTiming: Sendable, Equatable, Codable {
    /// Mean cycles charged per executed block for instruction fetch from flash (fast mode); 0 = zero wait states or all hits.
    package var flashFetchMeanCyclesPerBlock: Double
    /// Extra cycles when a load directly follows a store (1 on STM32F4).
    package var storeToLoadCycles: Double
    /// Extra cycles of the first load of a run of loads (0.45 on STM32L4R5).
    package var firstLoadCycles: Double
    package init(
        flashFetchMeanCyclesPerBlock: Double = 0, storeToLoadCycles: Double = 1,
        firstLoadCycles: Double = 0
    ) {
        self.flashFetchMeanCyclesPerBlock = flashFetchMeanCyclesPerBlock
        self.storeToLoadCycles = storeToLoadCycles
        self.firstLoadCycles = firstLoadCycles
    }
}
