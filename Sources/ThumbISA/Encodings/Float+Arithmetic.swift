// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// Floating-point arithmetic (ARMv7-M ARM A6.4), FPv4-SP and FPv5 in one table; bit 8 selects double.
    static let floatArithmetic: [Encoding] = [
        ternary("0d00", "0", .vmla, .floatMultiplyAccumulate),
        ternary("0d00", "1", .vmls, .floatMultiplyAccumulate),
        ternary("0d01", "0", .vnmls, .floatMultiplyAccumulate),
        ternary("0d01", "1", .vnmla, .floatMultiplyAccumulate),
        binary("1110 1110", "0d10", "0", .vmul, .floatMultiply),
        binary("1110 1110", "0d10", "1", .vnmul, .floatMultiply),
        binary("1110 1110", "0d11", "0", .vadd, .floatArithmetic),
        binary("1110 1110", "0d11", "1", .vsub, .floatArithmetic),
        binary("1110 1110", "1d00", "0", .vdiv, .floatDivide),
        ternary("1d01", "0", .vfnms, .floatFusedMultiplyAccumulate),
        ternary("1d01", "1", .vfnma, .floatFusedMultiplyAccumulate),
        ternary("1d10", "0", .vfma, .floatFusedMultiplyAccumulate),
        ternary("1d10", "1", .vfms, .floatFusedMultiplyAccumulate),

        Encoding(
            "1110 1110 1d11 iiii dddd 101z x0x0 iiii", .vmov, .floatMove, suffix: ".f#",
            [.float(.d, .bySize, .write), .immediate(.floatConstant)]),
        unary("0000", "01", .vmov, .floatMove),
        unary("0000", "11", .vabs, .floatArithmetic),
        unary("0001", "01", .vneg, .floatArithmetic),
        unary("0001", "11", .vsqrt, .floatSquareRoot),
        comparison("0100", "01", .vcmp, [.float(.m, .bySize, .read)]),
        comparison("0100", "11", .vcmpe, [.float(.m, .bySize, .read)]),
        comparison("0101", "01", .vcmp, [.immediate(.zero)]),
        comparison("0101", "11", .vcmpe, [.immediate(.zero)]),

        // FPv5 only.
        Encoding(
            "1111 1110 0dcc nnnn dddd 101z n0m0 mmmm", .vsel, .floatArithmetic, readsFlags: true,
            suffix: ".f#", threeRegisters),
        binary("1111 1110", "1d00", "0", .vmaxnm, .floatArithmetic),
        binary("1111 1110", "1d00", "1", .vminnm, .floatArithmetic),
    ]

    private static let threeRegisters: [Operand] = [
        .float(.d, .bySize, .write), .float(.n, .bySize, .read), .float(.m, .bySize, .read),
    ]

    private static func binary(
        _ lead: String, _ operation: String, _ bit6: String, _ mnemonic: Mnemonic,
        _ instructionClass: InstructionClass
    ) -> Encoding {
        Encoding(
            "\(lead) \(operation) nnnn dddd 101z n\(bit6)m0 mmmm", mnemonic, instructionClass,
            suffix: ".f#", threeRegisters)
    }

    /// The destination is also the addend.
    private static func ternary(
        _ operation: String, _ bit6: String, _ mnemonic: Mnemonic,
        _ instructionClass: InstructionClass
    ) -> Encoding {
        Encoding(
            "1110 1110 \(operation) nnnn dddd 101z n\(bit6)m0 mmmm", mnemonic, instructionClass,
            suffix: ".f#",
            [
                .float(.d, .bySize, .accumulate), .float(.n, .bySize, .read),
                .float(.m, .bySize, .read),
            ])
    }

    private static func unary(
        _ operation: String, _ bits76: String, _ mnemonic: Mnemonic,
        _ instructionClass: InstructionClass
    ) -> Encoding {
        Encoding(
            "1110 1110 1d11 \(operation) dddd 101z \(bits76)m0 mmmm", mnemonic, instructionClass,
            suffix: ".f#", [.float(.d, .bySize, .write), .float(.m, .bySize, .read)])
    }

    /// Compares write the flags of the FPSCR, not those of the APSR.
    private static func comparison(
        _ operation: String, _ bits76: String, _ mnemonic: Mnemonic, _ right: [Operand]
    ) -> Encoding {
        Encoding(
            "1110 1110 1d11 \(operation) dddd 101z \(bits76)m0 mmmm", mnemonic, .floatArithmetic,
            suffix: ".f#", [.float(.d, .bySize, .read)] + right)
    }
}
