// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

extension CortexM4Pipeline {
    /// Cycles that the predecessor's last instruction adds to its own: the refill when it branches (TRM table 3-1, P).
    func edgeCycles(_ edge: BlockEdge, from predecessor: CodeBlock?) -> Int {
        let before = predecessor?.instructions ?? []
        switch edge {
        case .entry, .fallThrough, .diverted, .notTaken:
            return 0
        case .taken(let branch):
            return branch.cortexM4RefillCycles(behind: before.dropLast().last)
        }
    }
}

extension Instruction {
    /// P of TRM table 3-1, by the stage that presents the target's address (Cortex-M3 TRM DDI 0337G 1.4 and table 15-3):
    /// 1 from decode, 2 from execute, 3 through memory.
    ///
    /// Decode knows immediate targets, and LR when the instruction before does not write it; `cbz` and other
    /// registers wait for execute.
    func cortexM4RefillCycles(behind previous: Instruction?) -> Int {
        switch instructionClass {
        case .branch: mnemonic == .cbz || mnemonic == .cbnz ? 2 : 1
        case .branchLink: 1
        case .tableBranch, .load, .loadMultiple: 3
        default:
            returnsThroughLinkRegister && previous?.writes.contains(.lr) != true ? 1 : 2
        }
    }

    /// `bx lr`, `blx lr`, `mov pc, lr`.
    private var returnsThroughLinkRegister: Bool {
        reads == [.lr] && (instructionClass == .branchRegister || mnemonic == .mov)
    }
}
