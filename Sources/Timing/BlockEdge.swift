// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// How control came from one block to the next.
enum BlockEdge: Equatable {
    /// No predecessor: reset, or the predecessor is not known.
    case entry
    /// The predecessor ends without a branch and runs on into the block.
    case fallThrough
    /// The predecessor's last instruction is a branch that was not taken.
    case notTaken(Instruction)
    case taken(Instruction)
    /// Something other than a branch moved the program counter: exception entry or return.
    case diverted

    init(from predecessor: CodeBlock?, to block: CodeBlock) {
        guard let predecessor, let last = predecessor.instructions.last else {
            self = .entry
            return
        }
        let isAdjacent = predecessor.endAddress == block.address
        guard last.isBranch else {
            self = isAdjacent ? .fallThrough : .diverted
            return
        }
        self = isAdjacent && last.isConditional ? .notTaken(last) : .taken(last)
    }
}

extension Instruction {
    /// May move the program counter: a branch, or a data-processing instruction or load with PC as destination.
    var isBranch: Bool {
        switch instructionClass {
        case .branch, .branchLink, .branchRegister, .tableBranch: true
        case .trap: false
        default: writes.contains(.pc)
        }
    }

    /// May fall through: `bcc`, `cbz`, or any branch under an IT condition.
    var isConditional: Bool {
        condition != .al || mnemonic == .cbz || mnemonic == .cbnz
    }

    var isWide: Bool { width == 4 }

    /// At an address ≡ 2 mod 4.
    var isInUpperHalfword: Bool { address & 2 != 0 }

    /// Updates its base register.
    var writtenBackBase: RegisterSet {
        guard let memory, memory.indexing != .offset else { return [] }
        return RegisterSet(memory.base)
    }

    /// Registers that a load brings from memory, its written-back base apart.
    var loadedRegisters: RegisterSet {
        guard let memory, memory.direction != .store else { return [] }
        return writes.subtracting(writtenBackBase)
    }

    /// 32-bit words that a load or store moves.
    var transferWords: Int {
        guard let memory else { return 0 }
        return memory.transferCount * max(1, memory.bytesPerTransfer / 4)
    }

    /// Brings data from memory, whatever the width or number of transfers.
    var isAnyLoad: Bool {
        switch instructionClass {
        case .load, .loadMultiple, .loadDual, .floatLoad, .floatLoadMultiple: true
        case .exclusive: memory?.direction == .load
        default: false
        }
    }
}
