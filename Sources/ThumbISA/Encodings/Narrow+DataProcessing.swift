// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 16-bit shifts, arithmetic, logic, extension (ARMv7-M ARM A5.2.1…A5.2.3, A5.2.5).
    static let narrowDataProcessing: [Encoding] = [
        Encoding("00000 00000 mmm ddd", .mov, .alu, flags: .outsideITBlock, unary),
        Encoding("00000 iiiii mmm ddd", .lsl, .shift, flags: .outsideITBlock, shift(0)),
        Encoding("00001 iiiii mmm ddd", .lsr, .shift, flags: .outsideITBlock, shift(32)),
        Encoding("00010 iiiii mmm ddd", .asr, .shift, flags: .outsideITBlock, shift(32)),
        Encoding("0001100 mmm nnn ddd", .add, .alu, flags: .outsideITBlock, threeRegisters),
        Encoding("0001101 mmm nnn ddd", .sub, .alu, flags: .outsideITBlock, threeRegisters),
        Encoding("0001110 iii nnn ddd", .add, .alu, flags: .outsideITBlock, unary + [.bits(6, 3)]),
        Encoding("0001111 iii nnn ddd", .sub, .alu, flags: .outsideITBlock, unary + [.bits(6, 3)]),
        Encoding(
            "00100 ddd iiiiiiii", .mov, .alu, flags: .outsideITBlock, [.lowWrite(8), .bits(0, 8)]),
        Encoding("00101 nnn iiiiiiii", .cmp, .alu, flags: .always, [.lowRead(8), .bits(0, 8)]),
        Encoding(
            "00110 ddd iiiiiiii", .add, .alu, flags: .outsideITBlock, [.lowUpdate(8), .bits(0, 8)]),
        Encoding(
            "00111 ddd iiiiiiii", .sub, .alu, flags: .outsideITBlock, [.lowUpdate(8), .bits(0, 8)]),

        Encoding("010000 0000 mmm ddd", .and, .alu, flags: .outsideITBlock, binary),
        Encoding("010000 0001 mmm ddd", .eor, .alu, flags: .outsideITBlock, binary),
        Encoding("010000 0010 mmm ddd", .lsl, .shift, flags: .outsideITBlock, binary),
        Encoding("010000 0011 mmm ddd", .lsr, .shift, flags: .outsideITBlock, binary),
        Encoding("010000 0100 mmm ddd", .asr, .shift, flags: .outsideITBlock, binary),
        Encoding(
            "010000 0101 mmm ddd", .adc, .alu, flags: .outsideITBlock, readsFlags: true, binary),
        Encoding(
            "010000 0110 mmm ddd", .sbc, .alu, flags: .outsideITBlock, readsFlags: true, binary),
        Encoding("010000 0111 mmm ddd", .ror, .shift, flags: .outsideITBlock, binary),
        Encoding("010000 1000 mmm nnn", .tst, .alu, flags: .always, comparison),
        Encoding(
            "010000 1001 nnn ddd", .rsb, .alu, flags: .outsideITBlock, unary + [.immediate(.zero)]),
        Encoding("010000 1010 mmm nnn", .cmp, .alu, flags: .always, comparison),
        Encoding("010000 1011 mmm nnn", .cmn, .alu, flags: .always, comparison),
        Encoding("010000 1100 mmm ddd", .orr, .alu, flags: .outsideITBlock, binary),
        Encoding("010000 1101 nnn ddd", .mul, .multiply, flags: .outsideITBlock, binary),
        Encoding("010000 1110 mmm ddd", .bic, .alu, flags: .outsideITBlock, binary),
        Encoding("010000 1111 mmm ddd", .mvn, .alu, flags: .outsideITBlock, unary),

        Encoding("010001 00 d mmmm ddd", .add, .alu, [.core(.split, .update), .read(3)]),
        Encoding(
            "010001 01 n mmmm nnn", .cmp, .alu, flags: .always, [.core(.split, .read), .read(3)]),
        Encoding("010001 10 d mmmm ddd", .mov, .alu, [.core(.split, .write), .read(3)]),

        Encoding(
            "10100 ddd iiiiiiii", .adr, .moveImmediate,
            [.lowWrite(8), .pcRelative(.bits(at: 0, count: 8, scale: 4, bias: 0))]),
        Encoding("10101 ddd iiiiiiii", .add, .alu, [.lowWrite(8), .readSP, words8]),
        Encoding("1011 0000 0 iiiiiii", .add, .alu, [.updateSP, .bits(0, 7, times: 4)]),
        Encoding("1011 0000 1 iiiiiii", .sub, .alu, [.updateSP, .bits(0, 7, times: 4)]),

        Encoding("1011 0010 00 mmm ddd", .sxth, .bitField, unary),
        Encoding("1011 0010 01 mmm ddd", .sxtb, .bitField, unary),
        Encoding("1011 0010 10 mmm ddd", .uxth, .bitField, unary),
        Encoding("1011 0010 11 mmm ddd", .uxtb, .bitField, unary),
        Encoding("1011 1010 00 mmm ddd", .rev, .bitField, unary),
        Encoding("1011 1010 01 mmm ddd", .rev16, .bitField, unary),
        Encoding("1011 1010 11 mmm ddd", .revsh, .bitField, unary),
    ]

    private static let unary: [Operand] = [.lowWrite(0), .lowRead(3)]
    private static let binary: [Operand] = [.lowUpdate(0), .lowRead(3)]
    private static let comparison: [Operand] = [.lowRead(0), .lowRead(3)]
    private static let threeRegisters: [Operand] = [.lowWrite(0), .lowRead(3), .lowRead(6)]
    private static let words8 = Operand.bits(0, 8, times: 4)

    private static func shift(_ zeroMeans: UInt32) -> [Operand] {
        unary + [.immediate(.narrowShift(zeroMeans: zeroMeans))]
    }
}
