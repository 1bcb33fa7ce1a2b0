// SPDX-License-Identifier: GPL-2.0-or-later

extension EncodingTables {
    /// Floating-point conversion and rounding (ARMv7-M ARM A6.4); bit 8 selects double.
    static let floatConversion: [Encoding] =
        [
            // Half precision: the top or bottom half of a single-precision register. Writing one half
            // keeps the other.
            halfToFloat("0", .vcvtb), halfToFloat("1", .vcvtt),
            floatToHalf("0", .vcvtb), floatToHalf("1", .vcvtt),

            rounding("1110 1110 1d11 0110", "01", .vrintr),
            rounding("1110 1110 1d11 0110", "11", .vrintz),
            rounding("1110 1110 1d11 0111", "01", .vrintx),
            Encoding(
                "1110 1110 1d11 0111 dddd 1010 11m0 mmmm", .vcvt, .floatConvert,
                suffix: ".f64.f32", [.float(.d, .double, .write), .float(.m, .single, .read)]),
            Encoding(
                "1110 1110 1d11 0111 dddd 1011 11m0 mmmm", .vcvt, .floatConvert,
                suffix: ".f32.f64", [.float(.d, .single, .write), .float(.m, .double, .read)]),

            Encoding(
                "1110 1110 1d11 1000 dddd 101z 01m0 mmmm", .vcvt, .floatConvert,
                suffix: ".f#.u32", fromInteger),
            Encoding(
                "1110 1110 1d11 1000 dddd 101z 11m0 mmmm", .vcvt, .floatConvert,
                suffix: ".f#.s32", fromInteger),
            toInteger("1110 1110 1d11 1100", "01", .vcvtr, ".u32.f#"),
            toInteger("1110 1110 1d11 1100", "11", .vcvt, ".u32.f#"),
            toInteger("1110 1110 1d11 1101", "01", .vcvtr, ".s32.f#"),
            toInteger("1110 1110 1d11 1101", "11", .vcvt, ".s32.f#"),

            fixed("1010", "0", ".f#.s16"), fixed("1010", "1", ".f#.s32"),
            fixed("1011", "0", ".f#.u16"), fixed("1011", "1", ".f#.u32"),
            fixed("1110", "0", ".s16.f#"), fixed("1110", "1", ".s32.f#"),
            fixed("1111", "0", ".u16.f#"), fixed("1111", "1", ".u32.f#"),
        ]
        // FPv5 only: the rounding mode in bits 17:16.
        + zip(["00", "01", "10", "11"], [Mnemonic.vrinta, .vrintn, .vrintp, .vrintm]).map {
            rounding("1111 1110 1d11 10\($0)", "01", $1)
        }
        + zip(["00", "01", "10", "11"], [Mnemonic.vcvta, .vcvtn, .vcvtp, .vcvtm]).flatMap {
            [
                toInteger("1111 1110 1d11 11\($0)", "01", $1, ".u32.f#"),
                toInteger("1111 1110 1d11 11\($0)", "11", $1, ".s32.f#"),
            ]
        }

    private static let fromInteger: [Operand] = [
        .float(.d, .bySize, .write), .float(.m, .single, .read),
    ]

    private static func halfToFloat(_ top: String, _ mnemonic: Mnemonic) -> Encoding {
        Encoding(
            "1110 1110 1d11 0010 dddd 101z \(top)1m0 mmmm", mnemonic, .floatConvert,
            suffix: ".f#.f16", [.float(.d, .bySize, .write), .float(.m, .single, .read)])
    }

    private static func floatToHalf(_ top: String, _ mnemonic: Mnemonic) -> Encoding {
        Encoding(
            "1110 1110 1d11 0011 dddd 101z \(top)1m0 mmmm", mnemonic, .floatConvert,
            suffix: ".f16.f#", [.float(.d, .single, .update), .float(.m, .bySize, .read)])
    }

    private static func rounding(
        _ lead: String, _ bits76: String, _ mnemonic: Mnemonic
    ) -> Encoding {
        Encoding(
            "\(lead) dddd 101z \(bits76)m0 mmmm", mnemonic, .floatConvert, suffix: ".f#",
            [.float(.d, .bySize, .write), .float(.m, .bySize, .read)])
    }

    private static func toInteger(
        _ lead: String, _ bits76: String, _ mnemonic: Mnemonic, _ suffix: String
    ) -> Encoding {
        Encoding(
            "\(lead) dddd 101z \(bits76)m0 mmmm", mnemonic, .floatConvert, suffix: suffix,
            [.float(.d, .single, .write), .float(.m, .bySize, .read)])
    }

    /// Fixed point, in place: source and destination are one register.
    private static func fixed(_ operation: String, _ isWord: String, _ suffix: String) -> Encoding {
        Encoding(
            "1110 1110 1d11 \(operation) dddd 101z \(isWord)1i0 iiii", .vcvt, .floatConvert,
            suffix: suffix,
            [.float(.d, .bySize, .write), .float(.d, .bySize, .read), .immediate(.fractionBits)])
    }
}
