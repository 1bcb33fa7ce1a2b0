// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// What branch prediction costs on an edge, without knowing the program's history.
///
/// Assumed: a backward conditional branch is predicted taken, so that leaving a loop is a misprediction; forward
/// conditional branches are learned, and mispredict one time in sixteen (estimated); direct branches and calls are
/// always right; a branch through a register or memory waits for its target (estimated).
enum CortexM7Prediction {
    /// One misprediction of 8 cycles in 16 passages, in 1/256 cycle.
    private static let forwardMeanFixedCycles = FixedCycles.one / 2

    static func cyclesTaken(_ branch: Instruction) -> Int {
        switch branch.instructionClass {
        case .branch, .branchLink: 0
        case .tableBranch: 4
        default: 2
        }
    }

    /// - Parameter flagsLead: cycles between the flags' instruction and the branch; from 3 on the penalty shrinks.
    static func cyclesNotTaken(_ branch: Instruction, flagsLead: Int) -> Int {
        guard isBackward(branch) else { return 0 }
        return flagsLead >= 3 && branch.mnemonic == .b ? 6 : 8
    }

    static func meanFixedCycles(_ edge: BlockEdge) -> Int {
        switch edge {
        case .taken(let branch), .notTaken(let branch):
            branch.isConditional && !isBackward(branch) ? forwardMeanFixedCycles : 0
        case .entry, .fallThrough, .diverted: 0
        }
    }

    private static func isBackward(_ branch: Instruction) -> Bool {
        guard let target = branch.branchTarget else { return false }
        return target <= branch.address
    }
}
