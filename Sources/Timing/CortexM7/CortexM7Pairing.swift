// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// Which two instructions may issue in one cycle, operands and banks apart.
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

    /// - Parameter isAccumulating: a multiply-accumulate of single precision issued in the three cycles before.
    static func canPair(
        older: Instruction, younger: Instruction, isAccumulating: Bool
    ) -> Bool {
        if issuesAlone(older) || issuesAlone(younger) { return false }
        if younger.isCortexM7OlderSlotOnly { return false }
        if older.isBranch, younger.isBranch { return false }
        return !contendsForInteger(older: older, younger: younger)
            && !(older.isCortexM7Store && younger.isCortexM7Store)
            && !contendsForFloat(older, younger, isAccumulating: isAccumulating)
    }

    private static func contendsForInteger(older: Instruction, younger: Instruction) -> Bool {
        if older.isCortexM7Multiply, younger.isCortexM7Multiply { return true }
        if older.isCortexM7Multiply, younger.isCortexM7Store { return true }
        if older.isCortexM7Store, younger.isCortexM7Multiply { return true }
        // A plain shift can move to the late shifter as the younger, not as the older (m7, operand 2 matrix).
        return younger.usesCortexM7EarlyShifter
            && (older.usesCortexM7EarlyShifter || older.instructionClass == .shift)
    }

    private static func contendsForFloat(
        _ first: Instruction, _ second: Instruction, isAccumulating: Bool
    ) -> Bool {
        if first.isFloatDataProcessing, second.isFloatDataProcessing { return true }
        if first.isFloatConstantMove, second.isFloatConstantMove { return true }
        if first.isDoublePrecision, second.sharesCortexM7FloatPort { return true }
        if first.sharesCortexM7FloatPort, second.isDoublePrecision { return true }
        if first.isDoubleAccumulate, second.isIntegerAccess { return true }
        if second.isDoubleAccumulate, first.isIntegerAccess { return true }
        // The first of a run of multiply-accumulates pairs with a load, store or move (m7).
        guard isAccumulating else { return false }
        if first.isCortexM7FloatAccumulate, second.sharesCortexM7FloatPort { return true }
        return first.sharesCortexM7FloatPort && second.isCortexM7FloatAccumulate
    }
}

extension Instruction {
    fileprivate var isDoubleAccumulate: Bool { isCortexM7FloatAccumulate && isDoublePrecision }

    fileprivate var isIntegerAccess: Bool {
        instructionClass == .load || instructionClass == .store
    }
}
