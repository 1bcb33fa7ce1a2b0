// SPDX-License-Identifier: GPL-2.0-or-later

/// Where an immediate operand stands in an encoding and how it is extended.
enum ImmediateField: Sendable {
    /// Plain bits, times `scale`, plus `bias`.
    case bits(at: UInt32, count: UInt32, scale: UInt32, bias: UInt32)
    /// The shift amount of a 16-bit shift (10:6), where 0 means 32 for `lsr` and `asr`.
    case narrowShift(zeroMeans: UInt32)
    /// The shift amount of a 32-bit shift (14:12, 7:6), where 0 means 32 for `lsr` and `asr`.
    case wideShift(zeroMeans: UInt32)
    /// ThumbExpandImm of i:imm3:imm8 (ARMv7-M ARM A5.3.2).
    case expanded
    /// i:imm3:imm8.
    case twelveBits
    /// i:imm3:imm8, subtracted (`adr` backward).
    case negativeTwelveBits
    /// imm4:i:imm3:imm8.
    case sixteenBits
    /// imm4:imm12 of the 32-bit `udf`.
    case permanentlyUndefined
    /// msb − lsb + 1 of `bfi` and `bfc`.
    case insertWidth
    /// The lsb of a bit field (14:12, 7:6).
    case leastBit
    /// Fraction bits of a fixed-point `vcvt`: 16 or 32 by bit 7, less imm4:i.
    case fractionBits
    /// VFPExpandImm of imm4H:imm4L (ARMv7-M ARM A6.4.1).
    case floatConstant
    /// The `#0` of `vcmp`.
    case zero

    /// The operand, as the bits of the register-sized value; a `floatConstant` in single precision.
    func value(_ encoding: UInt32) -> UInt32 {
        switch self {
        case .bits(let at, let count, let scale, let bias):
            return encoding.field(at, count) &* scale &+ bias
        case .narrowShift(let zeroMeans):
            let amount = encoding.field(6, 5)
            return amount == 0 ? zeroMeans : amount
        case .wideShift(let zeroMeans):
            return encoding.shiftAmount == 0 ? zeroMeans : encoding.shiftAmount
        case .expanded: return Self.expand(encoding.twelveBitImmediate)
        case .twelveBits: return encoding.twelveBitImmediate
        case .negativeTwelveBits: return 0 &- encoding.twelveBitImmediate
        case .sixteenBits: return encoding.field(16, 4) << 12 | encoding.twelveBitImmediate
        case .permanentlyUndefined: return encoding.field(16, 4) << 12 | encoding.field(0, 12)
        case .insertWidth: return encoding.field(0, 5) &+ 1 &- encoding.shiftAmount
        case .leastBit: return encoding.shiftAmount
        case .fractionBits:
            let size: UInt32 = encoding.field(7, 1) == 1 ? 32 : 16
            return size &- (encoding.field(0, 4) << 1 | encoding.field(5, 1))
        case .floatConstant: return Self.expandFloat(encoding.floatConstantBits)
        case .zero: return 0
        }
    }

    /// Whether the value is an eight-bit constant rotated to another place.
    func isShiftedConstant(_ encoding: UInt32) -> Bool {
        guard case .expanded = self else { return false }
        return encoding.twelveBitImmediate >> 10 != 0
    }

    /// ThumbExpandImm: four replicated patterns, or `1bcdefgh` rotated right by 8…31.
    private static func expand(_ immediate: UInt32) -> UInt32 {
        let byte = immediate & 0xff
        guard immediate >> 10 == 0 else {
            let rotation = immediate >> 7
            let unrotated = 0x80 | byte
            return unrotated >> rotation | unrotated << (32 - rotation)
        }
        switch immediate >> 8 {
        case 0: return byte
        case 1: return byte << 16 | byte
        case 2: return byte << 24 | byte << 8
        default: return byte << 24 | byte << 16 | byte << 8 | byte
        }
    }

    /// `abcdefgh` → sign a, exponent NOT(b) bbbbb cd, fraction efgh 0….
    private static func expandFloat(_ bits: UInt32) -> UInt32 {
        let exponentHigh: UInt32 = bits & 0x40 == 0 ? 0x4000_0000 : 0x3e00_0000
        return (bits & 0x80) << 24 | exponentHigh | (bits & 0x3f) << 19
    }
}

extension UInt32 {
    /// i:imm3:imm8 of a 32-bit data-processing encoding.
    fileprivate var twelveBitImmediate: UInt32 {
        field(26, 1) << 11 | field(12, 3) << 8 | field(0, 8)
    }

    /// imm4H:imm4L of `vmov` immediate.
    fileprivate var floatConstantBits: UInt32 { field(16, 4) << 4 | field(0, 4) }
}
