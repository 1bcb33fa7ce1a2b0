// SPDX-License-Identifier: GPL-2.0-or-later

/// How an encoding names the base and the list of a multiple transfer.
enum MultipleForm: Sendable {
    /// 16-bit `ldm`, `stm`: base in 10:8, list in 7:0.
    case low
    /// 16-bit `push` (bit 8: lr) and `pop` (bit 8: pc).
    case narrowStack
    /// 32-bit: base in 19:16, list in 15:0, write-back in 21, decrement in 24.
    case wide
    /// `vldm`, `vstm`: first register in D and Vd, words in 7:0, double precision in bit 8.
    case float

    func resolve(_ encoding: UInt32, _ direction: MemoryAccess.Direction) -> MultipleTransfer? {
        switch self {
        case .low:
            let list = RegisterSet(rawValue: UInt16(encoding.field(0, 8)))
            let base = Int(encoding.field(8, 3))
            let writesBase = direction == .store || !list.contains(number: base)
            return MultipleTransfer(base: base, writesBase: writesBase, core: list)
        case .narrowStack:
            let extra: RegisterSet = direction == .store ? .lr : .pc
            var list = RegisterSet(rawValue: UInt16(encoding.field(0, 8)))
            if encoding.field(8, 1) == 1 { list.formUnion(extra) }
            return MultipleTransfer(
                base: 13, writesBase: true, decrements: direction == .store, core: list)
        case .wide:
            return MultipleTransfer(
                base: Int(encoding.field(16, 4)), writesBase: encoding.field(21, 1) == 1,
                decrements: encoding.field(24, 1) == 1,
                core: RegisterSet(rawValue: UInt16(encoding.field(0, 16))))
        case .float:
            let isDouble = encoding.field(8, 1) == 1
            let words = encoding.field(0, 8)
            let registers = FloatRegisters.run(
                first: FloatField.d.number(encoding, isDouble: isDouble),
                count: isDouble ? words / 2 : words, isDouble: isDouble)
            guard let registers else { return nil }
            return MultipleTransfer(
                base: Int(encoding.field(16, 4)), writesBase: encoding.field(21, 1) == 1,
                decrements: encoding.field(24, 1) == 1, float: registers, words: words)
        }
    }
}

/// A decoded multiple transfer: either core registers or a run of floating-point registers.
struct MultipleTransfer {
    let base: Int
    let writesBase: Bool
    var decrements = false
    var core: RegisterSet = []
    var float: FloatRegisters?
    /// Words of a floating-point transfer.
    var words: UInt32 = 0

    /// Bytes moved, which is also how far the base moves.
    var bytes: Int32 { Int32(float == nil ? UInt32(core.count) : words) * 4 }

    var access: (bytesPerTransfer: Int, count: Int) {
        guard let float else { return (4, core.count) }
        return (float.isDouble ? 8 : 4, Int(float.count))
    }

    /// `{r0, r1}`, with the base before it unless the mnemonic implies the stack.
    func text(impliesStack: Bool) -> String {
        let list: String
        if let float {
            list = float.text
        } else {
            let names = (0..<16).filter { core.contains(number: $0) }.map { CoreName.all[$0] }
            list = "{\(names.joined(separator: ", "))}"
        }
        if impliesStack { return list }
        return "\(CoreName.all[base])\(writesBase ? "!" : ""), \(list)"
    }
}
