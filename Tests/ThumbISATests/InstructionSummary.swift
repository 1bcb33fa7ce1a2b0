// SPDX-License-Identifier: GPL-2.0-or-later
import TestSupport
import ThumbISA

extension Instruction {
    /// All decoded fields in one line, what is empty left out; the form in which the test tables state them.
    ///
    ///     r:  w:  registers read, written        a:  read for an address
    ///     sh: read through the shifter           acc: read and added to a product
    ///     st: read for storing                   f:  flags, r(ead) and w(ritten)
    ///     fr: fw: facc: the same for S registers [load 4x2 r1+8 pre aligned] memory
    ///     #: immediate   shifted: hasShiftedOperand   to: branch target, relative to the instruction
    var summary: String {
        var parts = ["\(mnemonic)", "\(instructionClass)"]
        if condition != .al { parts.append("if:\(condition)") }
        parts += [
            Self.list("r:", reads), Self.list("w:", writes), Self.list("a:", addressReads),
            Self.list("sh:", shiftedReads), Self.list("acc:", accumulatorReads),
            Self.list("st:", storeDataReads), Self.list("fr:", floatReads),
            Self.list("fw:", floatWrites), Self.list("facc:", floatAccumulatorReads),
        ].compactMap(\.self)
        let flags = (readsFlags ? "r" : "") + (setsFlags ? "w" : "")
        if !flags.isEmpty { parts.append("f:\(flags)") }
        if let memory { parts.append(memory.summary) }
        if let immediate { parts.append("#\(immediate)") }
        if hasShiftedOperand { parts.append("shifted") }
        if let branchTarget {
            let offset = Int32(bitPattern: branchTarget &- address)
            parts.append("to:\(offset)")
        }
        return parts.joined(separator: " ")
    }

    private static func list(_ label: String, _ registers: RegisterSet) -> String? {
        let names = (0..<16).filter { registers.contains(number: $0) }.map { "\($0)" }
        return names.isEmpty ? nil : label + names.joined(separator: ",")
    }

    private static func list(_ label: String, _ mask: UInt32) -> String? {
        let names = (0..<32).filter { mask >> UInt32($0) & 1 != 0 }
        guard let first = names.first, let last = names.last else { return nil }
        let isRun = names.count > 2 && last - first == names.count - 1
        let list = isRun ? "\(first)-\(last)" : names.map { "\($0)" }.joined(separator: ",")
        return label + list
    }

    /// Assembles `source` and decodes it all from address 0.
    static func assembled(_ source: String) throws -> [Instruction] {
        CodeBlock.decode(bytes: try Assembler.assemble(source), address: 0).instructions
    }
}

extension MemoryAccess {
    fileprivate var summary: String {
        var text = "[\(direction) \(bytesPerTransfer)x\(transferCount) r\(base)"
        if let index { text += "+r\(index)<<\(indexShift)" }
        if offset != 0 { text += offset < 0 ? "\(offset)" : "+\(offset)" }
        switch indexing {
        case .offset: break
        case .preIndexed: text += " pre"
        case .postIndexed: text += " post"
        }
        return text + (requiresAlignment ? " aligned]" : "]")
    }
}
