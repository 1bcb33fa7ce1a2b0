// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

extension Instruction {
    /// Cycles until the next group can issue.
    var cortexM7Occupancy: Int {
        switch instructionClass {
        case .loadMultiple, .storeMultiple, .loadDual, .storeDual, .floatLoadMultiple,
            .floatStoreMultiple:
            max(1, (transferWords + 1) / 2)
        case .divide: 7  // CortexM7Pipeline.meanDivideCycles
        case .tableBranch: 2
        case .barrier: mnemonic == .isb ? 7 : 1
        case .floatDivide: isDoublePrecision ? 30 : 16
        case .floatSquareRoot: isDoublePrecision ? 28 : 14
        case .floatArithmetic, .floatConvert: isDoublePrecision ? 2 : 1
        case .floatMultiply: isDoublePrecision ? 5 : 1
        case .floatMultiplyAccumulate, .floatFusedMultiplyAccumulate: isDoublePrecision ? 8 : 1
        default: 1
        }
    }

    /// The condition that an IT block imposes; `.al` outside.
    var itCondition: Condition { isInITBlock ? condition : .al }

    /// A VFP data-processing instruction of coprocessor 11 (ARMv7-M ARM A6.4: bit 8 of the second halfword).
    var isDoublePrecision: Bool { isFloatDataProcessing && encoding & 0x100 != 0 }

    /// `vmov` of a constant to a floating-point register.
    var isFloatConstantMove: Bool {
        instructionClass == .floatMove && mnemonic == .vmov && reads.isEmpty && floatReads == 0
    }

    var isCortexM7Multiply: Bool {
        instructionClass == .multiply || instructionClass == .multiplyLong
    }

    /// Does not see the fast path of a word load (m7 for multiplies, LLVM M7 latency mutations for divides too).
    var isCortexM7Unbypassed: Bool { isCortexM7Multiply || instructionClass == .divide }

    /// Both factors of a 32-bit multiply (bits 19:16 and 3:0; ARMv7-M ARM A5.3.16, A5.3.17).
    var cortexM7FactorReads: RegisterSet {
        guard isCortexM7Multiply, width == 4 else { return [] }
        return RegisterSet(Int(encoding >> 16 & 0xF)).union(RegisterSet(Int(encoding & 0xF)))
    }

    /// Both factors of a floating-point multiply-accumulate (N:Vn and M:Vm; ARMv7-M ARM A6.4).
    var cortexM7FloatFactorReads: UInt32 {
        guard isCortexM7FloatAccumulate else { return 0 }
        return floatFactor(at: 16, lowBit: 7) | floatFactor(at: 0, lowBit: 5)
    }

    /// Four bits of the register's number, and the one that stands apart.
    private func floatFactor(at field: UInt32, lowBit: UInt32) -> UInt32 {
        let number = encoding >> field & 0xF
        return isDoublePrecision ? 3 << (2 * number) : 1 << (2 * number + (encoding >> lowBit & 1))
    }

    var isCortexM7Store: Bool { instructionClass == .store || instructionClass == .floatStore }

    var isCortexM7FloatAccumulate: Bool {
        instructionClass == .floatMultiplyAccumulate
            || instructionClass == .floatFusedMultiplyAccumulate
    }

    /// Single loads, stores and moves of the floating-point unit.
    var sharesCortexM7FloatPort: Bool {
        switch instructionClass {
        case .floatLoad, .floatStore, .floatMove: true
        default: false
        }
    }

    /// Cannot issue in the three cycles behind a single-precision multiply-accumulate.
    var waitsBehindCortexM7Accumulate: Bool {
        switch instructionClass {
        case .floatLoadMultiple, .floatStoreMultiple: true
        case .floatLoad, .floatStore: transferWords > 1
        case .floatArithmetic: !isDoublePrecision && (mnemonic == .vadd || mnemonic == .vsub)
        case .floatMove: isFloatConstantMove
        default: false
        }
    }

    /// DSP and bit-field instructions, `vsel` and double-precision arithmetic.
    var isCortexM7OlderSlotOnly: Bool {
        instructionClass == .dsp || instructionClass == .bitField || isDoublePrecision
            || mnemonic == .vsel
    }

    /// Branches issue on their prediction and wait for nothing, unless they go through memory.
    var isCortexM7PredictedBranch: Bool {
        switch instructionClass {
        case .branch, .branchLink, .branchRegister: true
        default: false
        }
    }

    /// Needs flags of an earlier cycle: carry, select, or an IT condition (branches are predicted).
    var waitsForFlags: Bool {
        if isCortexM7PredictedBranch || instructionClass == .it { return false }
        return readsFlags || isInITBlock
    }

    /// Add, subtract, move and plain shifts, without a shifted operand or constant.
    var isCortexM7EarlyCapable: Bool {
        if isInITBlock { return false }
        switch instructionClass {
        case .shift: return mnemonic != .rrx
        case .moveImmediate: return mnemonic != .movt
        case .alu:
            guard !hasShiftedOperand else { return false }
            return mnemonic == .add || mnemonic == .sub || mnemonic == .mov
        default: return false
        }
    }

    /// `rev`, `rev16`, `revsh`, `rbit`: done in EX1.
    var isCortexM7Reversal: Bool {
        switch mnemonic {
        case .rev, .rev16, .revsh, .rbit: true
        default: false
        }
    }

    /// Bit-field and packing instructions that shift in EX1.
    private var shiftsInFirstStage: Bool {
        switch mnemonic {
        case .bfi, .bfc, .sbfx, .ubfx, .pkhbt, .pkhtb, .sxtab, .sxtab16, .sxtah, .uxtab, .uxtab16,
            .uxtah:
            true
        default: isCortexM7Reversal
        }
    }

    /// Occupies the one shifter of EX1: a shifted operand or constant, or a bit-field instruction.
    var usesCortexM7EarlyShifter: Bool {
        if instructionClass == .alu { return hasShiftedOperand }
        return shiftsInFirstStage
    }

    /// Saturating arithmetic and sums of absolute differences: one cycle more (LLVM ARMScheduleM7).
    var isCortexM7SlowDSP: Bool {
        switch mnemonic {
        case .qadd, .qsub, .qdadd, .qdsub, .ssat, .ssat16, .usat, .usat16, .usad8, .usada8: true
        case .qadd8, .qadd16, .qasx, .qsax, .qsub8, .qsub16: true
        case .uqadd8, .uqadd16, .uqasx, .uqsax, .uqsub8, .uqsub16: true
        default: false
        }
    }

    /// Registers needed by the shifter of EX1: shifted operands, sources of extraction and saturation.
    var cortexM7ShifterReads: RegisterSet {
        switch mnemonic {
        case .ubfx, .sbfx, .rev, .rev16, .revsh, .rbit, .qdadd, .qdsub, .ssat, .ssat16, .usat,
            .usat16, .pkhtb, .rrx:
            return reads
        case .bfi:
            return RegisterSet(Int(encoding >> 16 & 0xF)).intersection(reads)
        case .pkhbt, .sxtab, .sxtab16, .sxtah, .uxtab, .uxtab16, .uxtah:
            return RegisterSet(Int(encoding & 0xF)).intersection(reads)
        case .sxtb, .sxtb16, .sxth, .uxtb, .uxtb16, .uxth:
            // The late ALU extends, also rotated ones (m7 does not list them; LLVM M7: ReadALU, no shifter).
            return []
        default:
            // A plain shift chooses its stage; only shifted operands must be there early.
            return instructionClass == .shift ? [] : shiftedReads
        }
    }
}
