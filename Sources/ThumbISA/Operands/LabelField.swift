// SPDX-License-Identifier: GPL-2.0-or-later

/// Where the offset of a direct branch stands.
enum LabelField: Sendable {
    /// 16-bit `bcc`: imm8.
    case narrowConditional
    /// 16-bit `b`: imm11.
    case narrow
    /// `cbz`, `cbnz`: i:imm5, forward only.
    case compare
    /// 32-bit `bcc`: S:J2:J1:imm6:imm11.
    case wideConditional
    /// 32-bit `b`, `bl`: S:I1:I2:imm10:imm11 with I = NOT(J XOR S).
    case wide

    /// The branch target of the instruction at `address`; the PC reads as `address + 4`.
    func target(_ encoding: UInt32, address: UInt32) -> UInt32 {
        address &+ 4 &+ UInt32(bitPattern: offset(encoding))
    }

    private func offset(_ encoding: UInt32) -> Int32 {
        let s = encoding.field(26, 1)
        let j1 = encoding.field(13, 1)
        let j2 = encoding.field(11, 1)
        switch self {
        case .narrowConditional: return (encoding.field(0, 8) << 1).signExtended(9)
        case .narrow: return (encoding.field(0, 11) << 1).signExtended(12)
        case .compare: return Int32(encoding.field(9, 1) << 6 | encoding.field(3, 5) << 1)
        case .wideConditional:
            let high = s << 19 | j2 << 18 | j1 << 17 | encoding.field(16, 6) << 11
            return ((high | encoding.field(0, 11)) << 1).signExtended(21)
        case .wide:
            let high = s << 23 | (1 ^ j1 ^ s) << 22 | (1 ^ j2 ^ s) << 21
            let low = encoding.field(16, 10) << 11 | encoding.field(0, 11)
            return ((high | low) << 1).signExtended(25)
        }
    }
}
