// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// 32-bit single stores (ARMv7-M ARM A5.3.10); a base of PC is UNDEFINED.
    static let storeSingle: [Encoding] =
        [Encoding("1111 1000 xxx0 1111 xxxxxxxxxxxxxxxx", .udf, .undefined)]
        + stores("00", .strb, .strbt, 1) + stores("01", .strh, .strht, 2)
        + stores("10", .str, .strt, 4)

    /// 32-bit single loads and memory hints (ARMv7-M ARM A5.3.7…A5.3.9).
    static let loadSingle: [Encoding] =
        memoryHints
        + loads(sign: "0", "00", .ldrb, .ldrbt, 1) + loads(sign: "0", "01", .ldrh, .ldrht, 2)
        + loads(sign: "0", "10", .ldr, .ldrt, 4) + loads(sign: "1", "00", .ldrsb, .ldrsbt, 1)
        + loads(sign: "1", "01", .ldrsh, .ldrsht, 2)

    /// Rt = PC makes a byte load a preload and a halfword load an unallocated hint, which is a NOP.
    /// Not so for the write-back and unprivileged forms, which are UNPREDICTABLE.
    private static let memoryHints: [Encoding] =
        hints("1111 1000 u00", .pld, .preload) + hints("1111 1001 u00", .pli, .preload)
        + hints("1111 1000 u01", .nop, .nop) + hints("1111 1001 u01", .nop, .nop)

    private static func hints(
        _ pattern: String, _ mnemonic: Mnemonic, _ instructionClass: InstructionClass
    ) -> [Encoding] {
        let positive = pattern.replacing("u", with: "1")
        let other = pattern.replacing("u", with: "0")
        let rows: [(String, AddressForm)] = [
            ("\(pattern)1 1111 1111 iiiiiiiiiiii", .literal12),
            ("\(positive)1 nnnn 1111 iiiiiiiiiiii", .immediate12),
            ("\(other)1 nnnn 1111 1100 iiiiiiii", .immediate8),
            ("\(other)1 nnnn 1111 000000 ii mmmm", .index),
        ]
        return rows.map { pattern, form in
            let operands: [Operand] = mnemonic == .nop ? [] : [.addressOnly(form)]
            return Encoding(pattern, mnemonic, instructionClass, operands)
        }
    }

    private static func stores(
        _ size: String, _ mnemonic: Mnemonic, _ unprivileged: Mnemonic, _ bytes: Int
    ) -> [Encoding] {
        let rows: [(String, Mnemonic, AddressForm)] = [
            ("1111 1000 1\(size)0 nnnn tttt iiiiiiiiiiii", mnemonic, .immediate12),
            ("1111 1000 0\(size)0 nnnn tttt 1110 iiiiiiii", unprivileged, .unprivileged),
            ("1111 1000 0\(size)0 nnnn tttt 10u1 iiiiiiii", mnemonic, .immediate8),
            ("1111 1000 0\(size)0 nnnn tttt 11uw iiiiiiii", mnemonic, .immediate8),
            ("1111 1000 0\(size)0 nnnn tttt 000000 ii mmmm", mnemonic, .index),
        ]
        return rows.map { pattern, mnemonic, form in
            Encoding(pattern, mnemonic, .store, [.data(12), .store(form, bytes)])
        }
    }

    private static func loads(
        sign: String, _ size: String, _ mnemonic: Mnemonic, _ unprivileged: Mnemonic, _ bytes: Int
    ) -> [Encoding] {
        let lead = "1111 100\(sign)"
        let rows: [(String, Mnemonic, AddressForm)] = [
            ("\(lead) u\(size)1 1111 tttt iiiiiiiiiiii", mnemonic, .literal12),
            ("\(lead) 1\(size)1 nnnn tttt iiiiiiiiiiii", mnemonic, .immediate12),
            ("\(lead) 0\(size)1 nnnn tttt 1110 iiiiiiii", unprivileged, .unprivileged),
            ("\(lead) 0\(size)1 nnnn tttt 10u1 iiiiiiii", mnemonic, .immediate8),
            ("\(lead) 0\(size)1 nnnn tttt 11uw iiiiiiii", mnemonic, .immediate8),
            ("\(lead) 0\(size)1 nnnn tttt 000000 ii mmmm", mnemonic, .index),
        ]
        return rows.map { pattern, mnemonic, form in
            Encoding(pattern, mnemonic, .load, [.write(12), .load(form, bytes)])
        }
    }
}
