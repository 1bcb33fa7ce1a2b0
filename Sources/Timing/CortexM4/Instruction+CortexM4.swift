// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

extension Instruction {
    /// Cycles alone, at zero wait states, a branch not taken (TRM table 3-1 and table 7-1).
    var cortexM4Cycles: Int {
        switch instructionClass {
        case .alu, .shift, .moveImmediate, .bitField, .dsp, .multiply, .multiplyLong: 1
        case .divide: 6  // CortexM4Pipeline.meanDivideCycles
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
        case .floatDivide, .floatSquareRoot: 14
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

    /// One more of a run of wide ALU instructions at addresses ≡ 2 mod 4.
    var extendsStraddlingRun: Bool {
        isWide && isInUpperHalfword && isDataProcessing && instructionClass != .divide
    }

    var isFloatDataProcessing: Bool {
        switch instructionClass {
        case .floatArithmetic, .floatMultiply, .floatMultiplyAccumulate,
            .floatFusedMultiplyAccumulate, .floatDivide, .floatSquareRoot, .floatConvert:
            true
        default: false
        }
    }

    /// `vmov` between two core registers and one double or two single registers.
    var movesTwoCoreRegisters: Bool {
        instructionClass == .floatMove && reads.count + writes.count == 2
    }
}
