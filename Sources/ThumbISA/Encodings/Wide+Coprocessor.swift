// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// Coprocessor space (ARMv7-M ARM A5.3.18). What the floating-point tables left of CP10 and CP11 is
    /// UNDEFINED; the other coprocessors do not exist on Cortex-M4 and Cortex-M7 and raise a UsageFault.
    static let coprocessor: [Encoding] =
        [
            Encoding("111x 11xx xxxx xxxx xxxx 101x xxxx xxxx", .udf, .undefined),
            Encoding("111x 1100 000x xxxx xxxx xxxx xxxx xxxx", .udf, .undefined),
        ]
        + space("1110", .mcrr, .mrrc, .stc, .ldc, .cdp, .mcr, .mrc)
        + space("1111", .mcrr2, .mrrc2, .stc2, .ldc2, .cdp2, .mcr2, .mrc2)

    private static func space(
        _ lead: String, _ mcrr: Mnemonic, _ mrrc: Mnemonic, _ stc: Mnemonic, _ ldc: Mnemonic,
        _ cdp: Mnemonic, _ mcr: Mnemonic, _ mrc: Mnemonic
    ) -> [Encoding] {
        let number = Operand.coprocessorField(.number)
        let memory: [Operand] = [
            number, .coprocessorField(.register(12)), .addressOnly(.scaledImmediate8),
        ]
        let opcodes: [Operand] = [
            .coprocessorField(.register(16)), .coprocessorField(.register(0)),
            .coprocessorField(.opcode(5, 3)),
        ]
        let narrowOpcode = Operand.coprocessorField(.opcode(21, 3))
        return [
            Encoding(
                "\(lead) 1100 0100 uuuu tttt pppp oooo mmmm", mcrr, .coprocessor,
                [
                    number, .coprocessorField(.opcode(4, 4)), .read(12), .read(16),
                    .coprocessorField(.register(0)),
                ]),
            Encoding(
                "\(lead) 1100 0101 uuuu tttt pppp oooo mmmm", mrrc, .coprocessor,
                [
                    number, .coprocessorField(.opcode(4, 4)), .write(12), .write(16),
                    .coprocessorField(.register(0)),
                ]),
            Encoding("\(lead) 110p udw0 nnnn dddd pppp iiiiiiii", stc, .coprocessor, memory),
            Encoding("\(lead) 110p udw1 nnnn dddd pppp iiiiiiii", ldc, .coprocessor, memory),
            Encoding(
                "\(lead) 1110 oooo nnnn dddd pppp ooo0 mmmm", cdp, .coprocessor,
                [number, .coprocessorField(.opcode(20, 4)), .coprocessorField(.register(12))]
                    + opcodes),
            Encoding(
                "\(lead) 1110 ooo0 nnnn tttt pppp ooo1 mmmm", mcr, .coprocessor,
                [number, narrowOpcode, .read(12)] + opcodes),
            Encoding(
                "\(lead) 1110 ooo1 nnnn 1111 pppp ooo1 mmmm", mrc, .coprocessor, flags: .always,
                [number, narrowOpcode, .text("apsr_nzcv")] + opcodes),
            Encoding(
                "\(lead) 1110 ooo1 nnnn tttt pppp ooo1 mmmm", mrc, .coprocessor,
                [number, narrowOpcode, .write(12)] + opcodes),
        ]
    }
}
