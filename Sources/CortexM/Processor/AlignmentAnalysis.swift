// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA

/// Which accesses of a block must be aligned whatever CCR says, and where that can be decided.
///
/// Follows every register modulo 4 through the block: known, or the value that one register had at
/// entry plus a constant, or unknown. SP is always a multiple of 4 (ARMv7-M ARM B1.4.1).
struct AlignmentAnalysis {
    private(set) var requirements: [AlignmentRequirement] = []
    /// For each instruction, `.alignment` or `.alignmentUndecided` where it applies.
    private(set) var kinds: [SupervisedKinds] = []

    private enum Residue: Equatable {
        case known(Int32)
        case entry(register: Int, offset: Int32)
        case unknown
    }
    private var registers: [Residue]

    init(of instructions: [Instruction]) {
        registers = (0..<16).map { .entry(register: $0, offset: 0) }
        registers[13] = .known(0)
        kinds = Array(repeating: [], count: instructions.count)
        for (index, instruction) in instructions.enumerated() {
            if let memory = instruction.memory, memory.requiresAlignment, memory.base != 15 {
                kinds[index] = require(memory)
            }
            step(instruction)
        }
    }

    private mutating func require(_ memory: MemoryAccess) -> SupervisedKinds {
        guard memory.index == nil else { return .alignmentUndecided }
        let offset = memory.indexing == .postIndexed ? 0 : memory.offset
        switch registers[memory.base] {
        case .known(let value): return (value &+ offset) & 3 == 0 ? [] : .alignmentUndecided
        case .entry(let register, let before):
            // What matters is the sum modulo 4.
            let requirement = AlignmentRequirement(
                register: register, offset: (before &+ offset) & 3)
            if !requirements.contains(requirement) { requirements.append(requirement) }
            return .alignment
        case .unknown: return .alignmentUndecided
        }
    }

    private mutating func step(_ instruction: Instruction) {
        let result = instruction.isSkippable ? .unknown : value(of: instruction)
        let writesBack = instruction.memory.map { $0.indexing != .offset } ?? false
        for number in 0..<15 where instruction.writes.contains(number: number) {
            if let memory = instruction.memory {
                let isBase = writesBack && number == memory.base
                registers[number] = isBase ? writtenBack(memory, instruction) : .unknown
            } else {
                registers[number] = result
            }
        }
        registers[13] = .known(0)
    }

    private func writtenBack(_ memory: MemoryAccess, _ instruction: Instruction) -> Residue {
        guard !instruction.isSkippable, memory.index == nil else { return .unknown }
        // Lists move their base by whole words.
        let isList = memory.transferCount > 1 || memory.bytesPerTransfer >= 4
        let offset = isList && memory.offset & 3 == 0 ? 0 : memory.offset
        return adding(registers[memory.base], offset)
    }

    private func adding(_ residue: Residue, _ offset: Int32) -> Residue {
        switch residue {
        case .known(let value): .known((value &+ offset) & 3)
        case .entry(let register, let before):
            .entry(register: register, offset: (before &+ offset) & 3)
        case .unknown: .unknown
        }
    }

    private func value(of instruction: Instruction) -> Residue {
        let sources = (0..<15).filter { instruction.reads.contains(number: $0) }
        switch instruction.mnemonic {
        case .mov where sources.count == 1 && !instruction.hasShiftedOperand:
            return registers[sources[0]]
        case .mov, .movw:
            if sources.isEmpty, let immediate = instruction.immediate {
                return .known(immediate & 3)
            }
        case .movt: return registers[sources.first ?? 0]
        case .lsl where (instruction.immediate ?? 0) >= 2: return .known(0)
        case .add, .sub: return sum(instruction, sources)
        default: break
        }
        return .unknown
    }

    private func sum(_ instruction: Instruction, _ sources: [Int]) -> Residue {
        let sign: Int32 = instruction.mnemonic == .sub ? -1 : 1
        if let immediate = instruction.immediate, sources.count == 1 {
            return adding(registers[sources[0]], sign &* immediate)
        }
        if instruction.hasShiftedOperand {
            // `add rd, rn, rm, lsl #2` and more: rm does not count modulo 4.
            guard instruction.width == 4, instruction.shiftAmountLeft >= 2 else { return .unknown }
            return registers[Int(instruction.encoding >> 16 & 0xF)]
        }
        guard sources.count == 2, sign == 1 else { return .unknown }
        switch (registers[sources[0]], registers[sources[1]]) {
        case (.known(let value), let other), (let other, .known(let value)):
            return adding(other, value)
        default: return .unknown
        }
    }
}

extension Instruction {
    /// The amount of an `lsl` in a 32-bit shifted-register encoding, 0 for other shifts
    /// (ARMv7-M ARM A5.3.11).
    fileprivate var shiftAmountLeft: UInt32 {
        encoding >> 4 & 3 == 0 ? (encoding >> 12 & 7) << 2 | encoding >> 6 & 3 : 0
    }
}
