// SPDX-License-Identifier: GPL-2.0-or-later

/// Where a constant shift of a register operand stands in a 32-bit encoding.
enum ShiftForm: Sendable {
    /// Rm in 3:0, type in 5:4, amount in 14:12 and 7:6 (data processing, `pkhbt`, `pkhtb`).
    case constant
    /// Rm in 3:0, rotation by 0, 8, 16 or 24 in 5:4 (`sxtb` and its family).
    case rotation
    /// Rn in 19:16, `asr` when bit 21 is set else `lsl` (`ssat`, `usat`).
    case saturation

    func resolve(_ encoding: UInt32) -> ShiftedRegister {
        let amount = encoding.shiftAmount
        switch self {
        case .constant:
            let number = Int(encoding.field(0, 4))
            switch encoding.field(4, 2) {
            case 0: return ShiftedRegister(number: number, kind: "lsl", amount: amount)
            case 1:
                return ShiftedRegister(
                    number: number, kind: "lsr", amount: amount == 0 ? 32 : amount)
            case 2:
                return ShiftedRegister(
                    number: number, kind: "asr", amount: amount == 0 ? 32 : amount)
            default:
                guard amount != 0 else {
                    return ShiftedRegister(number: number, kind: "rrx", amount: 1)
                }
                return ShiftedRegister(number: number, kind: "ror", amount: amount)
            }
        case .rotation:
            return ShiftedRegister(
                number: Int(encoding.field(0, 4)), kind: "ror", amount: encoding.field(4, 2) * 8)
        case .saturation:
            return ShiftedRegister(
                number: Int(encoding.field(16, 4)),
                kind: encoding.field(21, 1) == 1 ? "asr" : "lsl",
                amount: amount)
        }
    }
}

/// A register operand and its constant shift; `amount` 0 means none.
struct ShiftedRegister {
    let number: Int
    let kind: String
    let amount: UInt32

    var text: String {
        let name = CoreName.all[number]
        if amount == 0 { return name }
        return kind == "rrx" ? "\(name), rrx" : "\(name), \(kind) #\(amount)"
    }
}

extension UInt32 {
    /// imm3:imm2 of a 32-bit data-processing encoding.
    var shiftAmount: UInt32 { field(12, 3) << 2 | field(6, 2) }
}
