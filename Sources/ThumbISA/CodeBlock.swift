// SPDX-License-Identifier: GPL-2.0-or-later

/// Straight-line code as the emulator runs it: one entry, executed to its end.
package struct CodeBlock: Sendable, Equatable {
    /// How the bytes of a block ended.
    package enum Ending: Sendable, Equatable {
        /// After the last byte of an instruction.
        case complete
        /// Inside an instruction, of which this many bytes (1…3) were there.
        case truncated(bytes: Int)
    }

    package var address: UInt32
    package var instructions: [Instruction]
    package var ending = Ending.complete
    /// The IT state after the last instruction.
    package var finalITState = ITState.none
    /// How the registers were aligned when the block was first entered; nil when that is not known.
    package var entryAlignment: RegisterAlignment?

    package init(
        address: UInt32, instructions: [Instruction], entryAlignment: RegisterAlignment? = nil
    ) {
        self.address = address
        self.instructions = instructions
        self.entryAlignment = entryAlignment
    }

    /// Decodes all of `bytes`, which stand at `address`; `itState` is the state on entry.
    package static func decode(
        bytes: [UInt8], address: UInt32, itState: ITState = .none
    ) -> CodeBlock {
        var sequence = InstructionSequence(bytes: bytes, address: address, itState: itState)
        var instructions: [Instruction] = []
        instructions.reserveCapacity(bytes.count / 2)
        while let instruction = sequence.next() { instructions.append(instruction) }
        var block = CodeBlock(address: address & ~1, instructions: instructions)
        let left = sequence.remainingBytes
        block.ending = left == 0 ? .complete : .truncated(bytes: left)
        block.finalITState = sequence.itState
        return block
    }

    package var endAddress: UInt32 { instructions.last?.endAddress ?? address }
}

/// The core registers modulo 8: what of an address decides on banks and on how many accesses it takes.
package struct RegisterAlignment: Sendable, Equatable {
    /// Three bits for each register, R0 lowest.
    private var packed: UInt64 = 0

    /// - Parameter value: of a register by its number, 0 to 14.
    package init(_ value: (Int) -> UInt32) {
        for number in 0..<15 { packed |= UInt64(value(number) & 7) << (3 * UInt64(number)) }
    }

    package subscript(number: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: packed >> (3 * UInt64(number))) & 7
    }
}
