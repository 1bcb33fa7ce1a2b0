// SPDX-License-Identifier: GPL-2.0-or-later

/// Decodes consecutive instructions, carrying the IT state from one to the next.
///
/// Ends before an instruction of which only the first half is there; `remainingBytes` tells.
package struct InstructionSequence: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var offset = 0
    private let address: UInt32
    /// The IT state before the next instruction.
    package private(set) var itState: ITState

    package init(bytes: [UInt8], address: UInt32, itState: ITState = .none) {
        self.bytes = bytes
        self.address = address & ~1
        self.itState = itState
    }

    /// Bytes not decoded yet; after the end 0, or 1…3 of a truncated instruction.
    package var remainingBytes: Int { bytes.count - offset }

    package mutating func next() -> Instruction? {
        guard remainingBytes >= 2 else { return nil }
        let first = halfword(at: offset)
        let width = ThumbDecoder.width(ofFirstHalfword: first)
        guard remainingBytes >= width else { return nil }
        let instruction = ThumbDecoder.decode(
            first: first, second: width == 4 ? halfword(at: offset + 2) : 0,
            address: address &+ UInt32(truncatingIfNeeded: offset), itState: itState)
        offset += width
        if instruction.mnemonic == .it {
            itState = ITState(itInstruction: instruction.encoding)
        } else {
            itState.advance()
        }
        return instruction
    }

    private func halfword(at offset: Int) -> UInt16 {
        UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
    }
}
