// SPDX-License-Identifier: GPL-2.0-or-later

/// How an encoding forms a data address.
enum AddressForm: Sendable {
    /// 16-bit `[Rn, #imm5 · scale]`.
    case lowImmediate(scale: UInt32)
    /// 16-bit `[Rn, Rm]`.
    case lowIndex
    /// 16-bit `[sp, #imm8 · 4]`.
    case stackImmediate
    /// 16-bit `[pc, #imm8 · 4]`.
    case narrowLiteral
    /// `[Rn, #imm12]`.
    case immediate12
    /// `[pc, #±imm12]`, bit 23 adds.
    case literal12
    /// `[Rn, #±imm8]`, with P, U, W in bits 10, 9, 8.
    case immediate8
    /// `[Rn, #imm8]` of the unprivileged forms.
    case unprivileged
    /// `[Rn, Rm, lsl #imm2]`.
    case index
    /// `[Rn, #±imm8 · 4]` with P, U, W in bits 24, 23, 21 (`ldrd`, `vldr`, `ldc`).
    case scaledImmediate8
    /// `[Rn, #imm8 · 4]` (`ldrex`).
    case exclusive
    /// `[Rn]`.
    case base
    /// `[Rn, Rm, lsl #shift]` of `tbb` and `tbh`.
    case table(shift: Int)

    func resolve(_ encoding: UInt32) -> ResolvedAddress {
        let wideBase = Int(encoding.field(16, 4))
        switch self {
        case .lowImmediate(let scale):
            return ResolvedAddress(
                base: Int(encoding.field(3, 3)), magnitude: encoding.field(6, 5) * scale)
        case .lowIndex:
            return ResolvedAddress(
                base: Int(encoding.field(3, 3)), index: Int(encoding.field(6, 3)))
        case .stackImmediate:
            return ResolvedAddress(base: 13, magnitude: encoding.field(0, 8) * 4)
        case .narrowLiteral:
            return ResolvedAddress(base: 15, magnitude: encoding.field(0, 8) * 4)
        case .immediate12:
            return ResolvedAddress(base: wideBase, magnitude: encoding.field(0, 12))
        case .literal12:
            return ResolvedAddress(
                base: 15, magnitude: encoding.field(0, 12), subtracts: encoding.field(23, 1) == 0)
        case .immediate8:
            return ResolvedAddress(
                base: wideBase, magnitude: encoding.field(0, 8),
                subtracts: encoding.field(9, 1) == 0,
                indexing: indexing(pre: encoding.field(10, 1), writeBack: encoding.field(8, 1)))
        case .unprivileged:
            return ResolvedAddress(base: wideBase, magnitude: encoding.field(0, 8))
        case .index:
            return ResolvedAddress(
                base: wideBase, index: Int(encoding.field(0, 4)),
                indexShift: Int(encoding.field(4, 2)))
        case .scaledImmediate8:
            return ResolvedAddress(
                base: wideBase, magnitude: encoding.field(0, 8) * 4,
                subtracts: encoding.field(23, 1) == 0,
                indexing: indexing(pre: encoding.field(24, 1), writeBack: encoding.field(21, 1)))
        case .exclusive:
            return ResolvedAddress(base: wideBase, magnitude: encoding.field(0, 8) * 4)
        case .base:
            return ResolvedAddress(base: wideBase)
        case .table(let shift):
            return ResolvedAddress(
                base: wideBase, index: Int(encoding.field(0, 4)), indexShift: shift)
        }
    }

    private func indexing(pre: UInt32, writeBack: UInt32) -> MemoryAccess.Indexing {
        if pre == 0 { return .postIndexed }
        return writeBack == 1 ? .preIndexed : .offset
    }
}

/// An address as an encoding spells it.
struct ResolvedAddress {
    let base: Int
    var index: Int?
    var indexShift = 0
    var magnitude: UInt32 = 0
    /// The U bit is 0: the magnitude is subtracted (and a zero prints as `#-0`).
    var subtracts = false
    var indexing = MemoryAccess.Indexing.offset

    var offset: Int32 { subtracts ? -Int32(magnitude) : Int32(magnitude) }
    var writesBase: Bool { indexing != .offset }

    var text: String {
        let base = CoreName.all[self.base]
        let constant = "#\(subtracts ? "-" : "")\(magnitude)"
        switch indexing {
        case .preIndexed: return "[\(base), \(constant)]!"
        case .postIndexed: return "[\(base)], \(constant)"
        case .offset:
            if let index {
                let shift = indexShift == 0 ? "" : ", lsl #\(indexShift)"
                return "[\(base), \(CoreName.all[index])\(shift)]"
            }
            let isPlain = magnitude == 0 && !subtracts && self.base != 15
            return isPlain ? "[\(base)]" : "[\(base), \(constant)]"
        }
    }
}
