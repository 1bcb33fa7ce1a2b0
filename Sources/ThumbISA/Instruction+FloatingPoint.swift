// SPDX-License-Identifier: GPL-2.0-or-later

extension Instruction {
    /// Executes in the floating-point unit: a UsageFault (NOCP) while CPACR keeps it off.
    package var usesFloatingPoint: Bool {
        switch instructionClass {
        case .floatArithmetic, .floatMultiply, .floatMultiplyAccumulate,
            .floatFusedMultiplyAccumulate, .floatDivide, .floatSquareRoot, .floatConvert,
            .floatMove, .floatLoad, .floatStore, .floatLoadMultiple, .floatStoreMultiple:
            true
        default: false
        }
    }

    /// Calculates in double precision: UNDEFINED on a single-precision unit (Cortex-M4).
    ///
    /// Loads, stores and transfers of D registers are single-precision instructions.
    package var requiresDoublePrecision: Bool {
        guard usesFloatingPoint, isFloatDataProcessing else { return false }
        return encoding.field(8, 1) == 1 || encoding & 0xffbf_0ed0 == 0xeeb7_0ac0
    }

    /// Not in FPv4-SP: UNDEFINED on Cortex-M4.
    package var requiresFPv5: Bool {
        switch mnemonic {
        case .vsel, .vmaxnm, .vminnm, .vcvta, .vcvtn, .vcvtp, .vcvtm, .vrinta, .vrintn, .vrintp,
            .vrintm, .vrintr, .vrintx, .vrintz:
            true
        default: false
        }
    }

    /// CDP space of the floating-point coprocessor: bits 27:24 are 0b1110, bit 4 is 0.
    private var isFloatDataProcessing: Bool { encoding & 0x0f00_0010 == 0x0e00_0000 }
}
