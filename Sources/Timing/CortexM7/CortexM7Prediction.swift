// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// What branch prediction costs on an edge.
enum CortexM7Prediction {
    /// What is known of the prediction.
    enum Knowledge { case none, right, wrong }

    /// Cycles that the pipeline restarts late, and what is added to the mean beside them.
    struct Cost: Equatable {
        var restartCycles = 0
        var meanFixedCycles = 0
    }

    /// From the branch to the first instruction behind it when the branch was mispredicted (m7).
    private static let penalty = 8
    /// The same when a direct branch's flags were set at least three cycles before it (m7).
    private static let earlyPenalty = 6
    /// A forward conditional branch is learned and mispredicts one time in sixteen (estimated), in 1/256 cycle.
    private static let forwardMeanFixedCycles = penalty * FixedCycles.one / 16
    /// A return or an indirect call goes elsewhere than the last time in one of eight cases, a table branch in one of two
    /// (estimated).
    private static let indirectMeanFixedCycles = penalty * FixedCycles.one / 8
    private static let tableMeanFixedCycles = penalty * FixedCycles.one / 2

    /// - Parameter flagsLead: cycles between the flags' instruction and the branch.
    static func cost(_ edge: BlockEdge, flagsLead: Int, knowing knowledge: Knowledge) -> Cost {
        guard let branch = edge.branch, branch.isPredictable else { return Cost() }
        let isEarly =
            flagsLead >= 3 && branch.mnemonic == .b
            && branch.isConditional
        switch knowledge {
        case .right: return Cost()
        case .wrong: return Cost(restartCycles: isEarly ? earlyPenalty : penalty)
        case .none: break
        }
        switch branch.instructionClass {
        case .branch, .branchLink:
            guard branch.isBackward else { return Cost(meanFixedCycles: forwardMeanFixedCycles) }
            // Predicted taken: leaving a loop is a misprediction.
            return Cost(restartCycles: edge.isTaken ? 0 : isEarly ? earlyPenalty : penalty)
        case .tableBranch: return Cost(meanFixedCycles: tableMeanFixedCycles)
        default: return Cost(meanFixedCycles: indirectMeanFixedCycles)
        }
    }
}

extension BlockEdge {
    var branch: Instruction? {
        switch self {
        case .taken(let branch), .notTaken(let branch): branch
        case .entry, .fallThrough, .diverted: nil
        }
    }

    var isTaken: Bool {
        if case .taken = self { true } else { false }
    }
}

extension Instruction {
    /// Its direction or its target can be mispredicted; `b` and `bl` always go the same way.
    var isPredictable: Bool {
        switch instructionClass {
        case .branch, .branchLink: isConditional
        default: isBranch
        }
    }

    var isBackward: Bool {
        guard let branchTarget else { return false }
        return branchTarget <= address
    }
}
