// SPDX-License-Identifier: GPL-2.0-or-later

/// One row of the encoding tables: a bit pattern and what the instructions that match it do.
///
/// The pattern is written as in the ARMv7-M Architecture Reference Manual (chapter A7): `0` and `1` must
/// match, any other letter is an operand or a should-be bit, spaces are ignored. Rows are tried in table
/// order and the first match wins, so a special case stands before the general one.
struct Encoding: Sendable {
    let pattern: String
    let mask: UInt32
    let value: UInt32
    /// Bits in the pattern: 16 or 32.
    let bitCount: Int
    let mnemonic: Mnemonic
    let instructionClass: InstructionClass
    let flags: FlagEffect
    /// The operation uses a flag as an operand (`adc`, `rrx`, `sel`, `vsel`).
    let readsFlags: Bool
    /// Data types in the printed mnemonic; `#` stands for 32 or 64 by the size bit 8.
    let suffix: String
    /// The printed mnemonic where it differs from `mnemonic` (`addw`).
    let spelling: String?
    let operands: [Operand]

    init(
        _ pattern: String, _ mnemonic: Mnemonic, _ instructionClass: InstructionClass,
        flags: FlagEffect = .none, readsFlags: Bool = false, suffix: String = "",
        spelling: String? = nil, _ operands: [Operand] = []
    ) {
        var mask: UInt32 = 0
        var value: UInt32 = 0
        var bitCount = 0
        for character in pattern.utf8 where character != UInt8(ascii: " ") {
            mask = mask << 1
            value = value << 1
            bitCount += 1
            guard character == UInt8(ascii: "0") || character == UInt8(ascii: "1") else { continue }
            mask |= 1
            value |= UInt32(character & 1)
        }
        self.pattern = pattern
        self.mask = mask
        self.value = value
        self.bitCount = bitCount
        self.mnemonic = mnemonic
        self.instructionClass = instructionClass
        self.flags = flags
        self.readsFlags = readsFlags
        self.suffix = suffix
        self.spelling = spelling
        self.operands = operands
    }

    func matches(_ encoding: UInt32) -> Bool { encoding & mask == value }

    /// Whether an instruction of this row sets N and Z (and possibly C and V).
    func setsFlags(_ encoding: UInt32, isInITBlock: Bool) -> Bool {
        switch flags {
        case .none: false
        case .always: true
        case .outsideITBlock: !isInITBlock
        case .setBit: encoding >> 20 & 1 != 0
        }
    }
}

/// When the instructions of a row write the condition flags.
enum FlagEffect: Sendable {
    case none
    case always
    /// 16-bit data processing: `adds` outside an IT block, `addeq` inside.
    case outsideITBlock
    /// 32-bit data processing: the S bit, bit 20.
    case setBit
}

/// The rows of one width, found by the leading bits of an encoding.
struct EncodingIndex: Sendable {
    private let rows: [Encoding]
    private let buckets: [[Int]]
    private let shift: UInt32

    /// - Parameter keyBits: how many leading bits of the `bitCount` select a bucket.
    init(_ rows: [Encoding], bitCount: Int, keyBits: Int) {
        self.rows = rows
        let shift = UInt32(bitCount - keyBits)
        self.shift = shift
        buckets = (0..<UInt32(1 << keyBits)).map { key in
            rows.indices.filter { key & (rows[$0].mask >> shift) == rows[$0].value >> shift }
        }
    }

    /// The first row that matches, or nil: no such instruction in ARMv7E-M.
    func firstMatch(_ encoding: UInt32) -> Encoding? {
        for row in buckets[Int(encoding >> shift)] where rows[row].matches(encoding) {
            return rows[row]
        }
        return nil
    }

    static let narrow = EncodingIndex(EncodingTables.narrow, bitCount: 16, keyBits: 6)
    static let wide = EncodingIndex(EncodingTables.wide, bitCount: 32, keyBits: 8)
}

/// The encoding tables, one file a group.
enum EncodingTables {
    /// All 16-bit instructions.
    static let narrow = narrowDataProcessing + narrowLoadStore + narrowControl

    /// All 32-bit instructions.
    static let wide =
        loadStoreMultiple + loadStoreDualExclusive + shiftedRegister + modifiedImmediate
        + plainImmediate + branchAndSystem + storeSingle + loadSingle + registerProcessing
        + parallelArithmetic + multiply + floatLoadStore + floatTransfer + floatArithmetic
        + floatConversion + coprocessor
}
