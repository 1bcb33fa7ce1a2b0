// SPDX-License-Identifier: GPL-2.0-or-later

extension Instruction: CustomStringConvertible {
    /// Unified assembly: `ldr.w r3, [r0, #4]`, `bne 0x1234`; `udf #0xdeadbeef` style for UNDEFINED.
    package var description: String {
        guard instructionClass != .undefined, let row = ThumbDecoder.row(encoding, width: width)
        else {
            return "undefined 0x" + String(encoding, radix: 16)
        }
        let operands = operandTexts.joined(separator: ", ")
        return operands.isEmpty ? spelling(row) : "\(spelling(row)) \(operands)"
    }

    /// The operands as assembly text, in their order.
    package var operandTexts: [String] {
        guard instructionClass != .undefined, let row = ThumbDecoder.row(encoding, width: width)
        else {
            return []
        }
        if mnemonic == .it { return [ITState(itInstruction: encoding).conditionName] }
        return row.operands.compactMap { $0.text(of: self) }
    }

    /// Mnemonic with `s`, condition, data types and width.
    private func spelling(_ row: Encoding) -> String {
        var name = row.spelling ?? mnemonic.rawValue
        switch mnemonic {
        case .it: return "i" + ITState(itInstruction: encoding).pattern
        case .vsel: name += ["eq", "vs", "ge", "gt"][Int(encoding.field(20, 2))]
        default: break
        }
        if setsFlags, row.flags == .setBit || row.flags == .outsideITBlock { name += "s" }
        if condition != .al { name += "\(condition)" }
        name += row.suffix.replacing("#", with: encoding.field(8, 1) == 1 ? "64" : "32")
        if width == 4, row.spelling == nil, ThumbDecoder.mnemonicsOfTwoWidths.contains(mnemonic) {
            name += ".w"
        }
        return name
    }
}
