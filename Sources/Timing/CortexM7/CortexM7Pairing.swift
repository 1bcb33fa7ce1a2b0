// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// Which two instructions may issue in one cycle, operands apart.
enum CortexM7Pairing {
    /// Neither pairs with the one before nor the one behind.
    static func issuesAlone(_ instruction: Instruction) -> Bool {
        switch instruction.instructionClass {
        case .loadMultiple, .storeMultiple, .loadDual, .storeDual, .floatLoadMultiple,
            .floatStoreMultiple:
            true
        case .floatLoad, .floatStore: instruction.transferWords > 1
        case .divide, .exclusive, .tableBranch, .system, .barrier, .trap, .wait, .coprocessor,
            .undefined:
            true
        case .floatMove:
            instruction.movesTwoCoreRegisters || instruction.mnemonic == .vmrs
                || instruction.mnemonic == .vmsr
        default: false
        }
    }

    static func canPair(older: Instruction, younger: Instruction) -> Bool {
        if issuesAlone(older) || issuesAlone(younger) { return false }
        if younger.isCortexM7OlderSlotOnly { return false }
        if overwrites(older: older, younger: younger) { return false }
        return !contendsForInteger(older, younger) && !contendsForMemory(older, younger)
            && !contendsForFloat(older, younger)
    }

    /// Both write a register (two branches: PC), and the younger is not a step of the chain (`movw`, `movt`).
    private static func overwrites(older: Instruction, younger: Instruction) -> Bool {
        let common = older.writes.intersection(younger.writes)
        let isChain = common.isSubset(of: younger.reads)
        return (!common.isEmpty && !isChain) || older.floatWrites & younger.floatWrites != 0
    }

    private static func contendsForInteger(_ first: Instruction, _ second: Instruction) -> Bool {
        if first.isCortexM7Multiply, second.isCortexM7Multiply { return true }
        if first.isCortexM7Multiply, second.isCortexM7Store { return true }
        if first.isCortexM7Store, second.isCortexM7Multiply { return true }
        return first.usesCortexM7EarlyShifter && second.usesCortexM7EarlyShifter
    }

    private static func contendsForMemory(_ first: Instruction, _ second: Instruction) -> Bool {
        if first.isCortexM7Store, second.isCortexM7Store { return true }
        guard first.isAnyLoad, second.isAnyLoad else { return false }
        return sharesBank(first, second)
    }

    /// Both loads go to the even or both to the odd words.
    ///
    /// Bases are taken as 8-byte aligned; nothing is known of a register index, and no conflict assumed.
    private static func sharesBank(_ first: Instruction, _ second: Instruction) -> Bool {
        guard let a = first.memory, let b = second.memory, a.index == nil, b.index == nil else {
            return false
        }
        return bank(of: a, in: first) == bank(of: b, in: second)
    }

    private static func bank(of access: MemoryAccess, in instruction: Instruction) -> UInt32 {
        let offset =
            access.indexing == .postIndexed ? 0 : UInt32(bitPattern: access.offset)
        let base = access.base == 15 ? (instruction.address &+ 4) & ~3 : 0
        return (base &+ offset) >> 2 & 1
    }

    private static func contendsForFloat(_ first: Instruction, _ second: Instruction) -> Bool {
        if first.isFloatDataProcessing, second.isFloatDataProcessing { return true }
        if first.isCortexM7FloatAccumulate, second.sharesCortexM7FloatPort { return true }
        return first.sharesCortexM7FloatPort && second.isCortexM7FloatAccumulate
    }
}
