// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// Where accesses go, as far as straight-line code tells: registers as an origin and a distance from it.
///
/// Two registers of one origin differ by a known distance. At a block's entry the registers modulo 8 are those of its first
/// passage; where these are not known, and when pointers are loaded or made from constants, they are taken as 8-byte
/// aligned (estimated).
struct CortexM7Addresses {
    /// A register's value: an unknown number, and what was added to it.
    private struct Value {
        var origin: Int
        var offset: UInt32 = 0
        /// The value modulo 8, which may be a guess; nil for numbers that are no pointers.
        var bits: UInt32? = 0

        mutating func add(_ distance: UInt32) {
            offset &+= distance
            bits = bits.map { ($0 &+ distance) & 7 }
        }
    }

    /// An access's address in the same terms.
    struct Place {
        fileprivate var origin: Int
        fileprivate var indexOrigin: Int?
        fileprivate var indexShift = 0
        fileprivate var offset: UInt32
        /// Of the address without the index, modulo 8.
        fileprivate var bits: UInt32?
        /// The index changes nothing modulo 8, or there is none.
        fileprivate var hasKnownBank: Bool
        /// A literal in the address range of the instruction TCM, which has one bank of its own.
        fileprivate var isInstructionSide = false
        var bytes: UInt32

        /// Both differ from the same unknown number by known distances.
        fileprivate func isComparable(to other: Place) -> Bool {
            origin == other.origin && indexOrigin == other.indexOrigin
                && indexShift == other.indexShift
        }

        /// Some byte belongs to both, for certain.
        func overlaps(_ other: Place) -> Bool {
            guard isComparable(to: other) else { return false }
            let distance = other.offset &- offset
            return distance < bytes || 0 &- distance < other.bytes
        }

        /// The first byte is in an odd word, as far as it is known.
        var startsInOddWord: Bool { hasKnownBank && (bits ?? 0) & 4 != 0 }
    }

    enum Banks { case differ, same, unknown }

    private static let literals = -1
    private var values: [Value]
    private var nextOrigin = 16

    init() {
        values = (0..<16).map { Value(origin: $0) }
    }

    func place(of instruction: Instruction) -> Place? {
        guard let memory = instruction.memory else { return nil }
        let bytes = UInt32(memory.bytesPerTransfer * memory.transferCount)
        let moved = memory.indexing == .postIndexed ? 0 : UInt32(bitPattern: memory.offset)
        if memory.base == 15 {
            let address = ((instruction.address &+ 4) & ~3) &+ moved
            return Place(
                origin: Self.literals, offset: address, bits: address & 7, hasKnownBank: true,
                isInstructionSide: address < Self.instructionTCMEnd, bytes: bytes)
        }
        let base = values[memory.base]
        var place = Place(
            origin: base.origin, offset: base.offset &+ moved,
            bits: base.bits.map { ($0 &+ moved) & 7 }, hasKnownBank: base.bits != nil,
            bytes: bytes)
        if let number = memory.index {
            let index = values[number]
            place.indexOrigin = index.origin
            place.indexShift = memory.indexShift
            let distance = index.offset << UInt32(memory.indexShift)
            place.offset &+= distance
            place.bits = place.bits.map { ($0 &+ distance) & 7 }
            place.hasKnownBank = base.bits != nil && memory.indexShift >= 3
        }
        return place
    }

    /// The instruction TCM's interface serves this range at most (Cortex-M7 TRM, "TCM interfaces": up to 16 MB at 0).
    private static let instructionTCMEnd: UInt32 = 0x0100_0000

    /// The data TCM and the data cache have two banks each, even and odd words (bit 2 of the address).
    static func banks(_ first: Place, _ second: Place) -> Banks {
        if first.isInstructionSide != second.isInstructionSide { return .differ }
        if first.isInstructionSide { return .same }
        if first.isComparable(to: second) {
            return (first.offset ^ second.offset) & 4 != 0 ? .differ : .same
        }
        guard let one = first.bits, let other = second.bits else { return .unknown }
        let isSameIndex =
            first.indexOrigin == second.indexOrigin && first.indexShift == second.indexShift
        guard first.hasKnownBank && second.hasKnownBank || isSameIndex else { return .unknown }
        return (one ^ other) & 4 != 0 ? .differ : .same
    }

    /// A block is entered with its registers so aligned.
    mutating func enter(_ alignment: RegisterAlignment) {
        for number in 0..<15 { values[number].bits = alignment[number] }
    }

    /// Registers as the instruction leaves them.
    mutating func follow(_ instruction: Instruction) {
        let base = instruction.writtenBackBase
        for number in instruction.writes.numbers where number < 15 {
            if base.contains(number: number), let memory = instruction.memory {
                values[number].add(UInt32(bitPattern: memory.offset))
            } else {
                values[number] = result(of: instruction)
            }
        }
    }

    private mutating func result(of instruction: Instruction) -> Value {
        let reads = instruction.reads
        if !instruction.hasShiftedOperand, !reads.contains(.pc) {
            if instruction.mnemonic == .mov, reads.count == 1, let source = reads.numbers.first {
                return values[source]
            }
            if reads.count == 1, let source = reads.numbers.first,
                let added = added(by: instruction)
            {
                var value = values[source]
                value.add(added)
                return value
            }
        }
        nextOrigin += 1
        return Value(origin: nextOrigin, bits: mayPoint(instruction) ? 0 : nil)
    }

    private func added(by instruction: Instruction) -> UInt32? {
        guard let immediate = instruction.immediate else { return nil }
        switch instruction.mnemonic {
        case .add: return UInt32(bitPattern: immediate)
        case .sub: return 0 &- UInt32(bitPattern: immediate)
        default: return nil
        }
    }

    /// Loads, constants and sums of registers make pointers; anything else makes numbers.
    private func mayPoint(_ instruction: Instruction) -> Bool {
        if instruction.isAnyLoad { return (instruction.memory?.bytesPerTransfer ?? 0) >= 4 }
        switch instruction.mnemonic {
        case .mov, .movw, .movt, .adr: return true
        case .add, .sub: return !instruction.hasShiftedOperand
        default: return false
        }
    }
}

extension RegisterSet {
    /// The registers' numbers, ascending.
    var numbers: RegisterNumbers { RegisterNumbers(bits: UInt32(rawValue)) }
}

/// The positions of the bits that are set, from the lowest.
struct RegisterNumbers: Sequence, IteratorProtocol {
    fileprivate var bits: UInt32

    init(bits: UInt32) { self.bits = bits }

    var first: Int? { bits == 0 ? nil : bits.trailingZeroBitCount }

    mutating func next() -> Int? {
        guard bits != 0 else { return nil }
        defer { bits &= bits &- 1 }
        return bits.trailingZeroBitCount
    }
}
