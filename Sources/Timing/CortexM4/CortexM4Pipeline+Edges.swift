// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

extension CortexM4Pipeline {
    /// Cycles that the predecessor's last instruction adds to its own: the refill when it branches (TRM table 3-1, P),
    /// the second word of a straddling target, what a branch not taken costs the fetch queue.
    func edgeCycles(
        _ edge: BlockEdge, from predecessor: CodeBlock?, into block: CodeBlock
    ) -> Int {
        let before = predecessor?.instructions ?? []
        switch edge {
        case .entry, .fallThrough, .diverted:
            return 0
        case .notTaken(let branch):
            return branch.cortexM4NotTakenCycles(behind: before.dropLast(), into: block)
        case .taken(let branch):
            guard let target = block.instructions.first else { return 0 }
            return branch.cortexM4RefillCycles(behind: before.dropLast().last)
                + (target.straddlesWords ? 1 : 0)
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

    /// A conditional branch spends a fetch on its target; not taken, it may cost a cycle of fetching
    /// (Cortex-M3 TRM DDI 0337G 1.5).
    ///
    /// - 16 bits wide: one when it stands in the upper halfword (empirical).
    /// - 32 bits wide: one, unless two instructions about it are 16 bits wide (measured on STM32F4: jnk0le,
    ///   `CM3_pipetest_tmpl.S`).
    fileprivate func cortexM4NotTakenCycles(
        behind before: ArraySlice<Instruction>, into block: CodeBlock
    ) -> Int {
        guard instructionClass == .branch, mnemonic == .b else { return 0 }
        guard isWide else { return isInUpperHalfword ? 1 : 0 }
        let neighbours = before.suffix(2) + block.instructions.prefix(2)
        return neighbours.count { !$0.isWide } < 2 ? 1 : 0
    }
}
