// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// What branch prediction costs on an edge.
enum CortexM7Prediction {
    /// From the branch to the first instruction behind it when the branch was mispredicted (m7).
    private static let penalty = 8
    /// The same when a direct branch's flags were set at least three cycles before it (m7).
    private static let earlyPenalty = 6

    /// Cycles that the pipeline restarts late when the branch on the edge was mispredicted.
    ///
    /// - Parameter flagsLead: cycles between the flags' instruction and the branch.
    static func restartCycles(_ edge: BlockEdge, flagsLead: Int) -> Int {
        guard let branch = edge.branch, branch.isPredictable else { return 0 }
        let isEarly = flagsLead >= 3 && branch.mnemonic == .b && branch.isConditional
        return isEarly ? earlyPenalty : penalty
    }

    /// How often the branch on an edge is mispredicted.
    enum Chance: Equatable {
        case never
        /// One in 32, which costs a quarter of a cycle.
        case rarely
        case in32(UInt32)
    }

    static let rareFixedCycles = UInt32(penalty * FixedCycles.one / 32)

    /// The chance where nothing is known of a branch but the way that it took first.
    ///
    /// Means of our firmware in the detailed mode (`docs/fidelity.md`), but for leaving a loop: a half, as in LLVM M7,
    /// where a misprediction counts for 4 cycles, and between the detailed mode's six of seven and the
    /// readings of whole programs, which leave room for a half at most. Tables are estimated.
    ///
    /// - Parameter way: nil where that is not known: as if loops turned, and other branches went the usual way.
    static func chance(_ edge: BlockEdge, way: BranchWay?) -> Chance {
        guard let branch = edge.branch, branch.isPredictable else { return .never }
        let leavesLoop = branch.isBackward && !edge.isTaken
        switch way ?? (leavesLoop ? .other : .first) {
        case .first: return branch.isBackward && edge.isTaken ? .never : .rarely
        case .other: return .in32(leavesLoop || branch.instructionClass == .tableBranch ? 16 : 6)
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
