// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA

/// The instruction of a block's passage at which an access was last found.
struct LocatedAccess: Equatable {
    /// Ticks at the block's entry: no two passages of blocks share them.
    var entryTicks: UInt64 = .max
    var index = -1
}

extension Processor {
    /// The instruction of the running block that makes the access under way.
    ///
    /// In a callback the core's PC is the block's start, but its registers are current: the access is
    /// made by the first load or store, after the last one found in this passage, whose address is
    /// right with these registers. When an instruction in between overwrites that one's base, a
    /// later match is preferred: the registers are those of the later one.
    func locateAccess(_ address: UInt32, isWrite: Bool) -> (run: BlockRun, index: Int)? {
        guard let run = engine.currentBlock, let block = code[run.block] else { return nil }
        let entry = engine.countersAtBlockEntry.ticks
        let first = lastAccess.entryTicks == entry ? lastAccess.index + 1 : 0
        var best: Int?
        var overwritten: RegisterSet = []
        for index in block.instructions.indices.dropFirst(first) {
            let instruction = block.instructions[index]
            if matches(instruction, address, isWrite: isWrite) {
                guard let candidate = best else {
                    best = index
                    overwritten = instruction.writes
                    continue
                }
                let bases = block.instructions[candidate].addressReads
                if !bases.isDisjoint(with: overwritten) {
                    best = index
                    overwritten = []
                }
            }
            overwritten.formUnion(instruction.writes)
        }
        guard let best else { return nil }
        lastAccess = LocatedAccess(entryTicks: entry, index: best)
        return (run, best)
    }

    private func matches(_ instruction: Instruction, _ address: UInt32, isWrite: Bool) -> Bool {
        guard let memory = instruction.memory else { return false }
        switch memory.direction {
        case .load where isWrite, .store where !isWrite: return false
        default: break
        }
        let start = effectiveAddress(of: instruction, memory)
        return address &- start < UInt32(memory.bytesPerTransfer * memory.transferCount)
    }

    /// First byte that a load or store accesses, with the registers as they are now.
    func effectiveAddress(of instruction: Instruction, _ memory: MemoryAccess) -> UInt32 {
        var start =
            memory.base == 15
            ? (instruction.address &+ 4) & ~3 : engine.coreRegister(memory.base)
        if memory.indexing == .postIndexed { return start }
        start = start &+ UInt32(bitPattern: memory.offset)
        if let index = memory.index {
            start = start &+ engine.coreRegister(index) << UInt32(memory.indexShift)
        }
        return start
    }

    /// When and by whom the access under way is made, exact to the instruction.
    func accessContext(_ address: UInt32, isWrite: Bool) -> AccessContext {
        let now: Counters
        if let (run, index) = locateAccess(address, isWrite: isWrite) {
            now = counters(before: index, in: run)
        } else {
            now = Counters(engine.countersAtBlockEntry)
        }
        return AccessContext(
            activeCycles: now.cycles, elapsedCycles: now.cycles &+ sleepCycles,
            instructions: now.instructions, activeException: activeException)
    }
}
