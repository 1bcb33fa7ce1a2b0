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

    package init(address: UInt32, instructions: [Instruction]) {
        self.address = address
        self.instructions = instructions
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
