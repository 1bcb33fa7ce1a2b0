// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 32-bit data processing with a modified immediate (ARMv7-M ARM A5.3.1).
    static let modifiedImmediate: [Encoding] = [
        Encoding(
            "11110 i 0 0000 1 nnnn 0iii 1111 iiiiiiii", .tst, .alu, flags: .always, comparison),
        Encoding("11110 i 0 0000 s nnnn 0iii dddd iiiiiiii", .and, .alu, flags: .setBit, binary),
        Encoding("11110 i 0 0001 s nnnn 0iii dddd iiiiiiii", .bic, .alu, flags: .setBit, binary),
        Encoding("11110 i 0 0010 s 1111 0iii dddd iiiiiiii", .mov, .alu, flags: .setBit, unary),
        Encoding("11110 i 0 0010 s nnnn 0iii dddd iiiiiiii", .orr, .alu, flags: .setBit, binary),
        Encoding("11110 i 0 0011 s 1111 0iii dddd iiiiiiii", .mvn, .alu, flags: .setBit, unary),
        Encoding("11110 i 0 0011 s nnnn 0iii dddd iiiiiiii", .orn, .alu, flags: .setBit, binary),
        Encoding(
            "11110 i 0 0100 1 nnnn 0iii 1111 iiiiiiii", .teq, .alu, flags: .always, comparison),
        Encoding("11110 i 0 0100 s nnnn 0iii dddd iiiiiiii", .eor, .alu, flags: .setBit, binary),
        Encoding(
            "11110 i 0 1000 1 nnnn 0iii 1111 iiiiiiii", .cmn, .alu, flags: .always, comparison),
        Encoding("11110 i 0 1000 s nnnn 0iii dddd iiiiiiii", .add, .alu, flags: .setBit, binary),
        Encoding(
            "11110 i 0 1010 s nnnn 0iii dddd iiiiiiii", .adc, .alu, flags: .setBit,
            readsFlags: true, binary),
        Encoding(
            "11110 i 0 1011 s nnnn 0iii dddd iiiiiiii", .sbc, .alu, flags: .setBit,
            readsFlags: true, binary),
        Encoding(
            "11110 i 0 1101 1 nnnn 0iii 1111 iiiiiiii", .cmp, .alu, flags: .always, comparison),
        Encoding("11110 i 0 1101 s nnnn 0iii dddd iiiiiiii", .sub, .alu, flags: .setBit, binary),
        Encoding("11110 i 0 1110 s nnnn 0iii dddd iiiiiiii", .rsb, .alu, flags: .setBit, binary),
    ]

    /// 32-bit data processing with a plain immediate (ARMv7-M ARM A5.3.3).
    static let plainImmediate: [Encoding] = [
        Encoding("11110 i 1 00000 1111 0iii dddd iiiiiiii", .adr, .moveImmediate, address),
        Encoding(
            "11110 i 1 00000 nnnn 0iii dddd iiiiiiii", .add, .alu, spelling: "addw", twelveBits),
        Encoding(
            "11110 i 1 00100 iiii 0iii dddd iiiiiiii", .movw, .moveImmediate,
            [.write(8), .immediate(.sixteenBits)]),
        Encoding("11110 i 1 01010 1111 0iii dddd iiiiiiii", .adr, .moveImmediate, negativeAddress),
        Encoding(
            "11110 i 1 01010 nnnn 0iii dddd iiiiiiii", .sub, .alu, spelling: "subw", twelveBits),
        Encoding(
            "11110 i 1 01100 iiii 0iii dddd iiiiiiii", .movt, .moveImmediate,
            [.update(8), .immediate(.sixteenBits)]),
        Encoding(
            "11110 x 1 10010 nnnn 0000 dddd 00xx iiii", .ssat16, .dsp,
            [.write(8), .bits(0, 4, plus: 1), .read(16)]),
        Encoding(
            "11110 x 1 100h0 nnnn 0iii dddd iixi iiii", .ssat, .dsp,
            [.write(8), .bits(0, 5, plus: 1), .shifted(.saturation)]),
        Encoding(
            "11110 x 1 11010 nnnn 0000 dddd 00xx iiii", .usat16, .dsp,
            [.write(8), .bits(0, 4), .read(16)]),
        Encoding(
            "11110 x 1 110h0 nnnn 0iii dddd iixi iiii", .usat, .dsp,
            [.write(8), .bits(0, 5), .shifted(.saturation)]),
        Encoding("11110 x 1 10100 nnnn 0iii dddd iixw wwww", .sbfx, .bitField, extract),
        Encoding("11110 x 1 11100 nnnn 0iii dddd iixw wwww", .ubfx, .bitField, extract),
        Encoding(
            "11110 x 1 10110 1111 0iii dddd iixm mmmm", .bfc, .bitField,
            [.update(8), .immediate(.leastBit), .immediate(.insertWidth)]),
        Encoding(
            "11110 x 1 10110 nnnn 0iii dddd iixm mmmm", .bfi, .bitField,
            [.update(8), .read(16), .immediate(.leastBit), .immediate(.insertWidth)]),
    ]

    private static let binary: [Operand] = [.write(8), .read(16), .immediate(.expanded)]
    private static let unary: [Operand] = [.write(8), .immediate(.expanded)]
    private static let comparison: [Operand] = [.read(16), .immediate(.expanded)]
    private static let twelveBits: [Operand] = [.write(8), .read(16), .immediate(.twelveBits)]
    private static let address: [Operand] = [.write(8), .pcRelative(.twelveBits)]
    private static let negativeAddress: [Operand] = [.write(8), .pcRelative(.negativeTwelveBits)]
    private static let extract: [Operand] = [
        .write(8), .read(16), .immediate(.leastBit), .bits(0, 5, plus: 1),
    ]
}
