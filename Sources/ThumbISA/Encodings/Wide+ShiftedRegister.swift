// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 32-bit data processing with a shifted register (ARMv7-M ARM A5.3.11).
    static let shiftedRegister: [Encoding] = [
        Encoding("1110101 0000 1 nnnn xiii 1111 iitt mmmm", .tst, .alu, flags: .always, comparison),
        Encoding("1110101 0000 s nnnn xiii dddd iitt mmmm", .and, .alu, flags: .setBit, binary),
        Encoding("1110101 0001 s nnnn xiii dddd iitt mmmm", .bic, .alu, flags: .setBit, binary),
        Encoding("1110101 0010 s 1111 x000 dddd 0000 mmmm", .mov, .alu, flags: .setBit, move),
        Encoding("1110101 0010 s 1111 xiii dddd ii00 mmmm", .lsl, .shift, flags: .setBit, shift(0)),
        Encoding(
            "1110101 0010 s 1111 xiii dddd ii01 mmmm", .lsr, .shift, flags: .setBit, shift(32)),
        Encoding(
            "1110101 0010 s 1111 xiii dddd ii10 mmmm", .asr, .shift, flags: .setBit, shift(32)),
        Encoding(
            "1110101 0010 s 1111 x000 dddd 0011 mmmm", .rrx, .shift, flags: .setBit,
            readsFlags: true, move),
        Encoding("1110101 0010 s 1111 xiii dddd ii11 mmmm", .ror, .shift, flags: .setBit, shift(0)),
        Encoding("1110101 0010 s nnnn xiii dddd iitt mmmm", .orr, .alu, flags: .setBit, binary),
        Encoding("1110101 0011 s 1111 xiii dddd iitt mmmm", .mvn, .alu, flags: .setBit, unary),
        Encoding("1110101 0011 s nnnn xiii dddd iitt mmmm", .orn, .alu, flags: .setBit, binary),
        Encoding("1110101 0100 1 nnnn xiii 1111 iitt mmmm", .teq, .alu, flags: .always, comparison),
        Encoding("1110101 0100 s nnnn xiii dddd iitt mmmm", .eor, .alu, flags: .setBit, binary),
        Encoding("1110101 0110 0 nnnn xiii dddd ii00 mmmm", .pkhbt, .bitField, binary),
        Encoding("1110101 0110 0 nnnn xiii dddd ii10 mmmm", .pkhtb, .bitField, binary),
        Encoding("1110101 1000 1 nnnn xiii 1111 iitt mmmm", .cmn, .alu, flags: .always, comparison),
        Encoding("1110101 1000 s nnnn xiii dddd iitt mmmm", .add, .alu, flags: .setBit, binary),
        Encoding(
            "1110101 1010 s nnnn xiii dddd iitt mmmm", .adc, .alu, flags: .setBit,
            readsFlags: true, binary),
        Encoding(
            "1110101 1011 s nnnn xiii dddd iitt mmmm", .sbc, .alu, flags: .setBit,
            readsFlags: true, binary),
        Encoding("1110101 1101 1 nnnn xiii 1111 iitt mmmm", .cmp, .alu, flags: .always, comparison),
        Encoding("1110101 1101 s nnnn xiii dddd iitt mmmm", .sub, .alu, flags: .setBit, binary),
        Encoding("1110101 1110 s nnnn xiii dddd iitt mmmm", .rsb, .alu, flags: .setBit, binary),
    ]

    private static let binary: [Operand] = [.write(8), .read(16), .shifted(.constant)]
    private static let unary: [Operand] = [.write(8), .shifted(.constant)]
    private static let comparison: [Operand] = [.read(16), .shifted(.constant)]
    private static let move: [Operand] = [.write(8), .read(0)]

    private static func shift(_ zeroMeans: UInt32) -> [Operand] {
        [.write(8), .read(0), .immediate(.wideShift(zeroMeans: zeroMeans))]
    }
}
