// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// What an instruction reads and writes, told from its assembly text alone: an opinion independent of the
/// decoder's tables.
struct OperandRoles: Equatable {
    var reads: RegisterSet = []
    var writes: RegisterSet = []
    var floatReads: UInt32 = 0
    var floatWrites: UInt32 = 0
    var setsFlags = false

    init(of instruction: Instruction) {
        reads = instruction.reads
        writes = instruction.writes
        floatReads = instruction.floatReads
        floatWrites = instruction.floatWrites
        setsFlags = instruction.setsFlags
    }

    /// - Parameter spelling: objdump's text with its aliases resolved.
    init(spelling: Spelling, width: Int) {
        let base = BaseMnemonic.strip(spelling.mnemonic)
        let operands = Self.operands(of: spelling.operands)
        setsFlags =
            Self.comparisons.contains(base) || BaseMnemonic.hasS(spelling.mnemonic)
            || operands.first == "apsr_nzcv"
        switch base {
        case "cmp", "cmn", "tst", "teq", "vcmp", "vcmpe", "cbz", "cbnz", "pld":
            use(operands, destinations: 0)
        case "b", "bl": break
        case "bx", "blx", "tbb", "tbh": use(operands, destinations: 0)
        case "adr":
            use(operands, destinations: 1)
            reads.formUnion(.pc)
        case "mrs":
            use(operands, destinations: 1)
            if ["msp", "psp"].contains(operands.last) { reads.formUnion(.sp) }
        case "msr", "vmsr":
            use(Array(operands.dropFirst()), destinations: 0)
            if ["msp", "psp", "control"].contains(operands.first) { writes.formUnion(.sp) }
        case "ldm", "ldmdb", "pop", "vldm", "vldmdb", "vpop":
            use(operands, destinations: 1, last: true)
        case "stm", "stmdb", "push", "vstm", "vstmdb", "vpush": use(operands, destinations: 0)
        case "smlal", "umlal", "umaal", "smlald", "smlaldx", "smlsld", "smlsldx", "smlalbb",
            "smlalbt", "smlaltb", "smlaltt":
            use(operands, destinations: 2, alsoRead: 2)
        case "smull", "umull", "ldrd": use(operands, destinations: 2)
        case "strex", "strexb", "strexh": use(operands, destinations: 1)
        case "movt", "bfi", "bfc", "vmla", "vmls", "vnmla", "vnmls", "vfma", "vfms", "vfnma",
            "vfnms":
            use(operands, destinations: 1, alsoRead: 1)
        case "vmov": use(operands, destinations: Self.destinationsOfMove(operands))
        case _ where base.hasPrefix("str") || base.hasPrefix("vstr"):
            use(operands, destinations: 0)
        default:
            let isTwoAddress = width == 2 && operands.count == 2 && Self.binary.contains(base)
            use(operands, destinations: 1, alsoRead: isTwoAddress ? 1 : 0)
        }
        if ["push", "pop", "vpush", "vpop"].contains(base) {
            reads.formUnion(.sp)
            writes.formUnion(.sp)
        }
        if ["b", "bl", "bx", "blx", "cbz", "cbnz", "tbb", "tbh"].contains(base) {
            writes.formUnion(.pc)
        }
        if base == "bl" || base == "blx" { writes.formUnion(.lr) }
    }

    private static let comparisons: Set = ["cmp", "cmn", "tst", "teq"]
    private static let binary: Set = [
        "add", "sub", "and", "eor", "lsl", "lsr", "asr", "adc", "sbc", "ror", "orr", "mul", "bic",
    ]

    private static func destinationsOfMove(_ operands: [String]) -> Int {
        switch operands.count {
        case 3: operands[0].hasPrefix("r") || operands[0] == "lr" ? 2 : 1
        case 4: 2
        default: 1
        }
    }

    /// Adds the registers of each operand: the first `destinations` written, the others read.
    ///
    /// - Parameter last: the destination is the last operand instead (`ldm r0!, {r1}`).
    private mutating func use(
        _ operands: [String], destinations: Int, alsoRead: Int = 0, last: Bool = false
    ) {
        for (position, operand) in operands.enumerated() {
            let isDestination =
                last ? position == operands.count - 1 : position < destinations
            let (core, float) = Self.registers(in: operand)
            if isDestination, !operand.hasPrefix("[") {
                writes.formUnion(core)
                floatWrites |= float
            }
            if !isDestination || position < alsoRead {
                reads.formUnion(core)
                floatReads |= float
            }
            let isPostIndexed = operand.hasPrefix("[") && position == operands.count - 2
            guard operand.hasSuffix("!") || isPostIndexed else { continue }
            let baseName = operand.drop { $0 == "[" }.prefix { $0.isLetter || $0.isNumber }
            writes.formUnion(Self.registers(in: String(baseName)).core)
        }
    }

    /// Splits at the commas outside brackets and braces.
    private static func operands(of text: String) -> [String] {
        var operands: [String] = []
        var operand = ""
        var depth = 0
        for character in text {
            if "[{".contains(character) { depth += 1 }
            if "]}".contains(character) { depth -= 1 }
            if character == ",", depth == 0 {
                operands.append(operand)
                operand = ""
            } else if character != " " || !operand.isEmpty {
                operand.append(character)
            }
        }
        return operand.isEmpty ? operands : operands + [operand]
    }

    /// The registers named in one operand; `-` between two of them is a range.
    private static func registers(in operand: String) -> (core: RegisterSet, float: UInt32) {
        var core: RegisterSet = []
        var float: UInt32 = 0
        var rangeStart: Int?
        for word in operand.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "-") }) {
            for (position, name) in word.split(separator: "-").enumerated() {
                if let number = coreNumber(name) {
                    core.formUnion(RegisterSet(number))
                } else if let number = Int(name.dropFirst()),
                    name.hasPrefix("s") || name.hasPrefix("d")
                {
                    let first = position == 1 ? rangeStart ?? number : number
                    for register in first...max(first, number) {
                        float |= name.hasPrefix("s") ? 1 << register : 3 << (register * 2)
                    }
                    rangeStart = number
                }
            }
        }
        return (core, float)
    }

    private static func coreNumber(_ name: Substring) -> Int? {
        switch name {
        case "sp": return 13
        case "lr": return 14
        case "pc": return 15
        default:
            guard name.first == "r", let number = Int(name.dropFirst()), number < 13 else {
                return nil
            }
            return number
        }
    }
}
