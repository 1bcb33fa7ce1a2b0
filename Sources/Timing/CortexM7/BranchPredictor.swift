// SPDX-License-Identifier: GPL-2.0-or-later

/// The branch prediction of a Cortex-M7 for a mode that follows every branch: a two-bit counter and the last target of each.
///
/// The manual speaks of "branch predictor state and target address" in a branch target address cache (M7 TRM, prefetch unit) and
/// says no more: counters of two bits, one for each branch and no end to their number, are estimated. A branch not met
/// before is predicted as the static predictor does that cores without the cache have: backward taken, forward not
/// (the direction is estimated).
package struct BranchPredictor: Sendable {
    /// 0 and 1 predict not taken, 2 and 3 taken.
    private var counters: [UInt32: UInt8] = [:]
    private var targets: [UInt32: UInt32] = [:]

    package init() {}

    /// Whether the prediction of a conditional branch was wrong; learns how it went.
    package mutating func predictAndTrain(
        branchAddress: UInt32, isBackward: Bool, taken: Bool
    ) -> Bool {
        let counter = counters[branchAddress] ?? (isBackward ? 2 : 1)
        counters[branchAddress] = taken ? min(counter + 1, 3) : max(counter, 1) - 1
        return (counter >= 2) != taken
    }

    /// Whether the prediction of a branch through a register or memory was wrong; learns where it went.
    package mutating func predictAndTrain(branchAddress: UInt32, target: UInt32) -> Bool {
        let expected = targets.updateValue(target, forKey: branchAddress)
        return expected != target
    }

    /// The same for an edge of the program; false where nothing is predicted.
    package mutating func predictAndTrain(_ branch: PredictedBranch) -> Bool {
        if branch.isIndirect, branch.isTaken {
            let missesDirection =
                branch.isConditional
                && predictAndTrain(
                    branchAddress: branch.address, isBackward: false, taken: true)
            return predictAndTrain(branchAddress: branch.address, target: branch.target)
                || missesDirection
        }
        return predictAndTrain(
            branchAddress: branch.address, isBackward: branch.isBackward, taken: branch.isTaken)
    }
}

/// A branch on an edge whose direction or target the core predicts.
package struct PredictedBranch: Sendable, Equatable {
    package var address: UInt32
    package var isTaken: Bool
    package var isConditional: Bool
    /// A direct branch to its own address or a lower one.
    package var isBackward: Bool
    /// Through a register or memory.
    package var isIndirect: Bool
    /// Where the edge leads.
    package var target: UInt32
    /// What the edge costs when the prediction is right, and what a wrong one adds, in 1/256 cycle.
    package var predictedCost: BlockCost
    package var mispredictionFixedPoint: UInt32
}
