// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 32-bit register shifts, extension, saturation, bit counting (ARMv7-M ARM A5.3.12, A5.3.15).
    static let registerProcessing: [Encoding] = [
        Encoding("1111 1010 000s nnnn 1111 dddd 0000 mmmm", .lsl, .shift, flags: .setBit, binary),
        Encoding("1111 1010 001s nnnn 1111 dddd 0000 mmmm", .lsr, .shift, flags: .setBit, binary),
        Encoding("1111 1010 010s nnnn 1111 dddd 0000 mmmm", .asr, .shift, flags: .setBit, binary),
        Encoding("1111 1010 011s nnnn 1111 dddd 0000 mmmm", .ror, .shift, flags: .setBit, binary),

        Encoding("1111 1010 0000 1111 1111 dddd 1xrr mmmm", .sxth, .bitField, extend),
        Encoding("1111 1010 0000 nnnn 1111 dddd 1xrr mmmm", .sxtah, .bitField, extendAdd),
        Encoding("1111 1010 0001 1111 1111 dddd 1xrr mmmm", .uxth, .bitField, extend),
        Encoding("1111 1010 0001 nnnn 1111 dddd 1xrr mmmm", .uxtah, .bitField, extendAdd),
        Encoding("1111 1010 0010 1111 1111 dddd 1xrr mmmm", .sxtb16, .bitField, extend),
        Encoding("1111 1010 0010 nnnn 1111 dddd 1xrr mmmm", .sxtab16, .bitField, extendAdd),
        Encoding("1111 1010 0011 1111 1111 dddd 1xrr mmmm", .uxtb16, .bitField, extend),
        Encoding("1111 1010 0011 nnnn 1111 dddd 1xrr mmmm", .uxtab16, .bitField, extendAdd),
        Encoding("1111 1010 0100 1111 1111 dddd 1xrr mmmm", .sxtb, .bitField, extend),
        Encoding("1111 1010 0100 nnnn 1111 dddd 1xrr mmmm", .sxtab, .bitField, extendAdd),
        Encoding("1111 1010 0101 1111 1111 dddd 1xrr mmmm", .uxtb, .bitField, extend),
        Encoding("1111 1010 0101 nnnn 1111 dddd 1xrr mmmm", .uxtab, .bitField, extendAdd),

        // The assembly order is Rd, Rm, Rn.
        Encoding("1111 1010 1000 nnnn 1111 dddd 1000 mmmm", .qadd, .dsp, saturating),
        Encoding("1111 1010 1000 nnnn 1111 dddd 1001 mmmm", .qdadd, .dsp, saturating),
        Encoding("1111 1010 1000 nnnn 1111 dddd 1010 mmmm", .qsub, .dsp, saturating),
        Encoding("1111 1010 1000 nnnn 1111 dddd 1011 mmmm", .qdsub, .dsp, saturating),
        Encoding("1111 1010 1001 mmmm 1111 dddd 1000 mmmm", .rev, .bitField, unary),
        Encoding("1111 1010 1001 mmmm 1111 dddd 1001 mmmm", .rev16, .bitField, unary),
        Encoding("1111 1010 1001 mmmm 1111 dddd 1010 mmmm", .rbit, .bitField, unary),
        Encoding("1111 1010 1001 mmmm 1111 dddd 1011 mmmm", .revsh, .bitField, unary),
        Encoding("1111 1010 1010 nnnn 1111 dddd 1000 mmmm", .sel, .dsp, readsFlags: true, binary),
        Encoding("1111 1010 1011 mmmm 1111 dddd 1000 mmmm", .clz, .bitField, unary),
    ]

    /// Parallel addition and subtraction (ARMv7-M ARM A5.3.13, A5.3.14): six operations, six prefixes.
    static let parallelArithmetic: [Encoding] =
        parallel("001", [.sadd16, .qadd16, .shadd16, .uadd16, .uqadd16, .uhadd16])
        + parallel("010", [.sasx, .qasx, .shasx, .uasx, .uqasx, .uhasx])
        + parallel("110", [.ssax, .qsax, .shsax, .usax, .uqsax, .uhsax])
        + parallel("101", [.ssub16, .qsub16, .shsub16, .usub16, .uqsub16, .uhsub16])
        + parallel("000", [.sadd8, .qadd8, .shadd8, .uadd8, .uqadd8, .uhadd8])
        + parallel("100", [.ssub8, .qsub8, .shsub8, .usub8, .uqsub8, .uhsub8])

    /// - Parameter mnemonics: signed, signed saturating, signed halving, then the unsigned three.
    private static func parallel(_ operation: String, _ mnemonics: [Mnemonic]) -> [Encoding] {
        zip(["0000", "0001", "0010", "0100", "0101", "0110"], mnemonics).map { prefix, mnemonic in
            Encoding(
                "1111 1010 1\(operation) nnnn 1111 dddd \(prefix) mmmm", mnemonic, .dsp, binary)
        }
    }

    private static let binary: [Operand] = [.write(8), .read(16), .read(0)]
    private static let unary: [Operand] = [.write(8), .read(0)]
    private static let extend: [Operand] = [.write(8), .shifted(.rotation)]
    private static let extendAdd: [Operand] = [.write(8), .read(16), .shifted(.rotation)]
    private static let saturating: [Operand] = [.write(8), .read(0), .read(16)]
}
