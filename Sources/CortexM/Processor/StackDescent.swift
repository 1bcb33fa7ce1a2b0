// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// How deep straight-line code takes the stack pointer, as far as its instructions tell.
struct StackDescent: Equatable {
    /// Most bytes below SP at entry.
    private(set) var bytes: UInt32 = 0
    /// SP is set from a register or another stack is selected.
    private(set) var isUnknown = false

    init(of instructions: [Instruction]) {
        var depth: Int64 = 0
        var deepest: Int64 = 0
        for instruction in instructions {
            if instruction.mnemonic == .msr { isUnknown = true }
            guard instruction.writes.contains(.sp) else { continue }
            switch Self.change(by: instruction) {
            case .some(let change):
                depth -= change
                deepest = max(deepest, depth)
            case .none:
                // From here on depths are counted from the new SP, which the next block notes.
                isUnknown = true
            }
        }
        bytes = UInt32(clamping: deepest)
    }

    /// Bytes that an instruction adds to SP; nil when only its operands could tell.
    private static func change(by instruction: Instruction) -> Int64? {
        if let memory = instruction.memory, memory.base == 13 {
            let length = Int64(memory.bytesPerTransfer * memory.transferCount)
            switch memory.indexing {
            case .offset: return nil
            case .preIndexed: return Int64(memory.offset)
            case .postIndexed:
                switch instruction.instructionClass {
                case .loadMultiple, .floatLoadMultiple, .storeMultiple, .floatStoreMultiple:
                    // A list that contains SP would load it.
                    return memory.offset < 0 ? Int64(memory.offset) : length
                default: return memory.index == nil ? Int64(memory.offset) : nil
                }
            }
        }
        guard instruction.reads.contains(.sp), let immediate = instruction.immediate,
            instruction.reads == .sp
        else { return nil }
        switch instruction.mnemonic {
        case .add: return Int64(immediate)
        case .sub: return -Int64(immediate)
        default: return nil
        }
    }
}
