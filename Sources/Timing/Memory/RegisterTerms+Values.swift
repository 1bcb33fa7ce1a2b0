// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// Following code with what its registers and memory hold, as far as addresses need it.
extension RegisterTerms {
    /// Steps over an instruction; also over loads of words, from memory as it is (what the block itself stores before is not
    /// seen), and over arithmetic on one pointer, whose result is taken to stay in the pointer's memory.
    ///
    /// - Parameter memory: which memory an address lies in; nil for none.
    mutating func step(
        _ instruction: Instruction, word: (UInt32) -> UInt32?, memory: (UInt32) -> Int?
    ) {
        let loaded = loads(of: instruction, word)
        let pointer = pointer(in: instruction, memory)
        step(instruction)
        guard !instruction.isSkippable else { return }
        for (register, value) in loaded { self[register] = value }
        guard let pointer else { return }
        for number in 0..<15
        where instruction.writes.contains(number: number) && self[number] == nil {
            self[number] = pointer
        }
    }

    /// Registers that words are loaded into, in the order of the words' addresses.
    private func loads(
        of instruction: Instruction, _ word: (UInt32) -> UInt32?
    ) -> [(register: Int, value: UInt32)] {
        guard let memory = instruction.memory, memory.direction == .load,
            memory.bytesPerTransfer == 4,
            let address = address(of: instruction, memory)?.constant
        else { return [] }
        let writesBack = memory.indexing != .offset
        let registers = (0..<15).filter {
            instruction.writes.contains(number: $0) && !(writesBack && $0 == memory.base)
        }
        return registers.enumerated().compactMap { place, register in
            word(address &+ 4 * UInt32(place)).map { (register, $0) }
        }
    }

    /// The only value in a memory among what arithmetic reads.
    private func pointer(
        in instruction: Instruction, _ memory: (UInt32) -> Int?
    ) -> UInt32? {
        guard instruction.memory == nil else { return nil }
        let values = (0..<15).filter { instruction.reads.contains(number: $0) }.compactMap {
            self[$0]
        }
        let pointers = values.filter { memory($0) != nil }
        return pointers.count == 1 ? pointers.first : nil
    }
}
