// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// An instruction's text in the one spelling that both sides are brought to: no width suffix, no alias.
struct Spelling: Hashable, CustomStringConvertible {
    /// With `s`, condition and data types: `addeq`, `vcvt.f32.s32`.
    var mnemonic: String
    var operands: String
    var description: String { "\(mnemonic) \(operands)" }

    init(mnemonic: String, operands: String) {
        self.mnemonic = mnemonic
        self.operands = operands
    }

    /// Our text, from `Instruction.description`.
    init(kinglet description: String) {
        let parts = description.split(separator: " ", maxSplits: 1)
        mnemonic = Self.withoutWidth(String(parts.first ?? ""))
        operands = parts.count > 1 ? String(parts[1]) : ""
    }

    static func withoutWidth(_ mnemonic: String) -> String {
        mnemonic.hasSuffix(".w") || mnemonic.hasSuffix(".n")
            ? String(mnemonic.dropLast(2)) : mnemonic
    }
}

extension Spelling {
    /// objdump's text with its aliases resolved.
    init(objdump line: ObjdumpLine) {
        mnemonic = Self.withoutWidth(line.mnemonic)
        operands = line.operands
        replaceRegisterNames()
        for (alias, name) in Self.aliases where mnemonic.hasPrefix(alias) {
            mnemonic = name + mnemonic.dropFirst(alias.count)
            break
        }
        resolveOperands(line)
    }

    /// Prefixes of objdump's mnemonics and what ARMv7-M calls them. Longer prefixes first.
    private static let aliases: [(String, String)] = [
        ("fldmiax", "vldm"), ("fstmiax", "vstm"), ("fldmdbx", "vldmdb"), ("fstmdbx", "vstmdb"),
        ("vldmia", "vldm"), ("vstmia", "vstm"), ("ldmia", "ldm"), ("stmia", "stm"),
        // The floating-point accelerator (FPA) that coprocessors 1 and 2 once were.
        ("ldfp", "ldc"), ("ldfe", "ldc"), ("ldfd", "ldc"), ("ldfs", "ldc"), ("stfp", "stc"),
        ("stfe", "stc"), ("stfd", "stc"), ("stfs", "stc"),
    ]

    private mutating func replaceRegisterNames() {
        guard operands.contains(where: { "sif".contains($0) }) else { return }
        operands = Self.words(of: operands).map { Self.registerNames[$0] ?? $0 }.joined()
    }

    private static let registerNames = ["sb": "r9", "sl": "r10", "fp": "r11", "ip": "r12"]

    /// Runs of letters and digits, and single other characters.
    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for character in text {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else {
                if !word.isEmpty { words.append(word) }
                word = ""
                words.append(String(character))
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    private mutating func resolveOperands(_ line: ObjdumpLine) {
        if line.width == 2, line.encoding == 0x46c0 {
            mnemonic = "mov" + mnemonic.dropFirst(3)
            operands = "r8, r8"
        }
        if mnemonic.hasPrefix("bkpt"), let number = UInt32(operands.dropFirst(2), radix: 16) {
            operands = "#\(number)"
        }
        if mnemonic.hasPrefix("svc") { operands = "#" + operands }
        if mnemonic.hasPrefix("neg") {
            mnemonic = "rsb" + mnemonic.dropFirst(3)
            operands += ", #0"
        }
        if line.width == 2, operands.hasSuffix(", #0]"), !operands.hasSuffix("[pc, #0]") {
            operands = operands.dropLast(5) + "]"
        }
        resolveShiftedMove()
        for (multiple, stack) in [
            ("ldm", "pop"), ("stmdb", "push"), ("vldm", "vpop"), ("vstmdb", "vpush"),
        ]
        where BaseMnemonic.strip(mnemonic) == multiple && operands.hasPrefix("sp!, ") {
            mnemonic = stack + mnemonic.dropFirst(multiple.count)
            operands = String(operands.dropFirst(5))
        }
        // `add r0, pc, #8` with the target in the comment `(adr r0, c <f+0xc>)` or nothing.
        if let base = operands.range(of: ", pc, #"),
            mnemonic.hasPrefix("addw") || mnemonic.hasPrefix("subw") || line.width == 2,
            let offset = Int32(operands[base.upperBound...].prefix { "-0123456789".contains($0) })
        {
            let isAddition = mnemonic.hasPrefix("add")
            let pc = (line.address &+ 4) & ~3
            let target = pc &+ UInt32(bitPattern: isAddition ? offset : -offset)
            let tail = mnemonic.dropFirst(line.width == 4 ? 4 : 3)
            mnemonic = "adr" + tail
            operands = operands[..<base.lowerBound] + ", 0x" + String(target, radix: 16)
        }
        if ["b", "bl", "cbz", "cbnz"].contains(BaseMnemonic.strip(mnemonic)),
            let last = operands.last, last.isHexDigit
        {
            let digits = operands.reversed().prefix { $0.isHexDigit }.reversed()
            if !operands.hasSuffix("0x" + digits) {
                operands = operands.dropLast(digits.count) + "0x" + digits
            }
        }
        if mnemonic.hasPrefix("vmov"), operands.contains("#"),
            let value = line.comment.split(
                separator: " "
            ).last, let number = Float(String(value)), let hash = operands.firstIndex(of: "#")
        {
            operands = operands[...hash] + "\(number)"
        }
        if mnemonic.hasPrefix("vcmp"), operands.hasSuffix("#0.0") { operands.removeLast(2) }
        if mnemonic.hasPrefix("vmrs") || mnemonic.hasPrefix("mrs") || mnemonic.hasPrefix("msr") {
            operands = operands.lowercased()
        }
    }

    /// `movs r7, r10, lsr #2` is `lsrs r7, r10, #2`.
    private mutating func resolveShiftedMove() {
        guard mnemonic.hasPrefix("mov") else { return }
        let parts = operands.components(separatedBy: ", ")
        guard parts.count == 3,
            let kind = ["lsl", "lsr", "asr", "ror", "rrx"].first(where: {
                parts[2].hasPrefix($0)
            })
        else { return }
        mnemonic = kind + mnemonic.dropFirst(3)
        let amount = parts[2].dropFirst(kind.count).trimmingCharacters(in: .whitespaces)
        operands =
            amount.isEmpty ? "\(parts[0]), \(parts[1])" : "\(parts[0]), \(parts[1]), \(amount)"
    }
}
