// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

extension Instruction {
    /// Cycles alone, at zero wait states, a branch not taken (TRM table 3-1 and table 7-1).
    var cortexM4Cycles: Int {
        switch instructionClass {
        case .alu, .shift, .moveImmediate, .bitField, .dsp, .multiply, .multiplyLong: 1
        case .divide: 7  // CortexM4Pipeline.meanDivideCycles
        case .load: 2
        case .store: isRegisterOffsetStore ? 2 : 1
        case .loadMultiple, .storeMultiple, .loadDual, .storeDual: 1 + transferWords
        case .exclusive: memory == nil ? 1 : 2
        case .branch, .branchLink, .branchRegister: 1
        case .tableBranch: 2
        case .it, .nop, .wait, .preload, .trap, .coprocessor, .undefined: 1
        case .barrier: mnemonic == .isb ? 3 : 1
        case .system: mnemonic == .mrs || mnemonic == .msr ? 2 : 1
        case .floatArithmetic, .floatMultiply, .floatConvert: 1
        case .floatMove: movesTwoCoreRegisters ? 2 : 1
        case .floatMultiplyAccumulate, .floatFusedMultiplyAccumulate: 3
        case .floatDivide, .floatSquareRoot: 1  // and the floating-point unit is busy
        case .floatLoad, .floatStore: 1 + transferWords
        case .floatLoadMultiple, .floatStoreMultiple: 1 + transferWords
        }
    }

    /// A load of one word or less, which the next access may overlap; exclusives pipeline like loads (TRM 3.3.2).
    var isSingleLoad: Bool {
        switch instructionClass {
        case .load: !writes.contains(.pc)
        case .exclusive: memory != nil
        case .floatLoad: transferWords == 1
        default: false
        }
    }

    var isSingleStore: Bool {
        switch instructionClass {
        case .store: true
        case .floatStore: transferWords == 1
        default: false
        }
    }

    var isRegisterOffsetStore: Bool { instructionClass == .store && memory?.index != nil }

    /// Integer result out of the ALU or multiplier.
    var isDataProcessing: Bool {
        switch instructionClass {
        case .alu, .shift, .moveImmediate, .bitField, .dsp, .multiply, .multiplyLong, .divide: true
        default: false
        }
    }

    /// From the code's own memory: it does not pipeline with accesses to another one (m3m4 in docs/timing-model.md;
    /// that data lies elsewhere is assumed).
    var isLiteralLoad: Bool { isSingleLoad && memory?.base == 15 }

    /// Its address phase hides behind the data phase of the load before it (TRM 3.3.2).
    func pipelines(behind previous: Instruction) -> Bool {
        guard previous.isSingleLoad, isSingleLoad || isSingleStore,
            previous.isLiteralLoad == isLiteralLoad
        else {
            return false
        }
        return previous.loadedRegisters.isDisjoint(with: addressReads)
    }

    var isFloatDataProcessing: Bool {
        switch instructionClass {
        case .floatArithmetic, .floatMultiply, .floatMultiplyAccumulate,
            .floatFusedMultiplyAccumulate, .floatDivide, .floatSquareRoot, .floatConvert:
            true
        default: false
        }
    }

    /// Cycles in which the floating-point unit takes no other instruction while `vdiv` or `vsqrt` is under way; integer
    /// instructions go on (TRM table 7-1 and its note).
    static let cortexM4FloatDivideCycles = 14

    var occupiesFloatUnit: Bool {
        instructionClass == .floatDivide || instructionClass == .floatSquareRoot
    }

    var usesFloatUnit: Bool {
        switch instructionClass {
        case .floatLoad, .floatStore, .floatLoadMultiple, .floatStoreMultiple, .floatMove: true
        default: isFloatDataProcessing
        }
    }

    /// Its last cycle in execute is not known early enough for fetching to count on it: loads and stores, even those of
    /// one cycle, divides, floating-point instructions (cmemu's `does_postpone_advance_head`; multiplications take one
    /// cycle here, and floating point is from article KA006138).
    var isOpenEnded: Bool {
        memory != nil || instructionClass == .divide || usesFloatUnit
    }

    /// `b` with a condition, its own or that of an IT block.
    var isDirectConditionalBranch: Bool {
        instructionClass == .branch && mnemonic == .b && condition != .al
    }

    /// What follows a narrow conditional branch in the upper halfword that is not taken comes a cycle later (empirical on
    /// STM32F4; `docs/timing-model.md` says what speaks against it).
    var holdsWhenNotTaken: Bool {
        isDirectConditionalBranch && !isWide && isInUpperHalfword
    }

    /// `vmov` between two core registers and one double or two single registers.
    var movesTwoCoreRegisters: Bool {
        instructionClass == .floatMove && reads.count + writes.count == 2
    }
}
