// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA

/// The instruction of a block's passage at which an access was last found.
struct LocatedAccess: Equatable {
    /// Ticks at the block's entry: no two passages of blocks share them.
    var entryTicks: UInt64 = .max
    var index = -1
    /// What the instruction has yet to access: the words behind the one found, if it moves several.
    var remaining: Range<UInt32> = 0..<0
}

extension Processor {
    /// The instruction of the running block that makes the access under way.
    ///
    /// In a callback the core's PC is the block's start, but its registers are current. So it is the
    /// first load or store, after the last one found in this passage, that has the right address with
    /// these registers, and before which no instruction set a register to a constant that it does not
    /// hold. When a base is overwritten with something unknown between two such places, the later one
    /// is taken: the registers are those of its moment.
    func locateAccess(_ address: UInt32, isWrite: Bool) -> (run: BlockRun, index: Int)? {
        guard let run = engine.currentBlock, let block = code[run.block] else { return nil }
        let entry = engine.countersAtBlockEntry.ticks
        let isSamePassage = lastAccess.entryTicks == entry
        if isSamePassage, lastAccess.remaining.contains(address) {
            // Its base may be overwritten by now: `ldrd r0, r1, [r0]`.
            lastAccess.remaining = address &+ 1..<lastAccess.remaining.upperBound
            return (run, lastAccess.index)
        }
        let first = isSamePassage ? lastAccess.index + 1 : 0
        var best: Int?
        var overwritten: RegisterSet = []
        var constants = ConstantRegisters()
        for (index, instruction) in block.instructions.enumerated() {
            if index >= first, matches(instruction, address, isWrite: isWrite),
                constants.agree(with: engine)
            {
                let isNext =
                    best.map {
                        !block.instructions[$0].addressReads.isDisjoint(with: overwritten)
                    } ?? true
                if isNext {
                    best = index
                    overwritten = []
                }
            }
            constants.step(instruction, literal: word(at:))
            overwritten.formUnion(instruction.writes.subtracting(constants.registers))
        }
        guard let best else { return nil }
        lastAccess = LocatedAccess(
            entryTicks: entry, index: best,
            remaining: bytesBehind(address, of: block.instructions[best]))
        return (run, best)
    }

    private func bytesBehind(_ address: UInt32, of instruction: Instruction) -> Range<UInt32> {
        guard let memory = instruction.memory, memory.transferCount > 1 else { return 0..<0 }
        let end =
            UInt64(effectiveAddress(of: instruction, memory))
            + UInt64(memory.bytesPerTransfer * memory.transferCount)
        guard end <= UInt64(UInt32.max), address < UInt32(end) else { return 0..<0 }
        return address + 1..<UInt32(end)
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

    /// Totals at the access under way, exact to the instruction. One that cannot be found counts as
    /// made where the last one was: time does not run backwards within a block.
    func countersAtAccess(_ address: UInt32, isWrite: Bool) -> Counters {
        var counters = uncharged(address, isWrite: isWrite)
        counters.cycles &+= flash?.stallCycles ?? 0
        return counters
    }

    /// Total ticks at the access that was located last, with what the core waited for flash.
    var ticksAtLastAccess: UInt64 {
        let entry = engine.countersAtBlockEntry
        var ticks = entry.ticks
        if let run = engine.currentBlock, lastAccess.entryTicks == ticks, lastAccess.index >= 0 {
            ticks = exactCounters(before: lastAccess.index, in: run).ticks
        }
        return ticks &+ (flash?.stallCycles ?? 0) &* EdgeCost.ticksPerCycle
    }

    /// Without what the core waited for flash within the running block.
    private func uncharged(_ address: UInt32, isWrite: Bool) -> Counters {
        if let (run, index) = locateAccess(address, isWrite: isWrite) {
            return counters(before: index, in: run)
        }
        let entry = engine.countersAtBlockEntry
        guard let run = engine.currentBlock, lastAccess.entryTicks == entry.ticks else {
            return Counters(entry)
        }
        return counters(before: lastAccess.index, in: run)
    }

    /// When and by whom the access under way is made.
    func accessContext(_ address: UInt32, isWrite: Bool) -> AccessContext {
        let now = countersAtAccess(address, isWrite: isWrite)
        return AccessContext(
            activeCycles: now.cycles, elapsedCycles: now.cycles &+ sleepCycles,
            instructions: now.instructions, activeException: activeException)
    }
}

/// Registers that straight-line code has set to values which the code itself tells.
struct ConstantRegisters {
    private var values: [Int: UInt32] = [:]

    var registers: RegisterSet {
        values.keys.reduce(into: []) { $0.formUnion(RegisterSet($1)) }
    }

    func agree(with engine: Engine) -> Bool {
        values.allSatisfy { engine.coreRegister($0.key) == $0.value }
    }

    mutating func step(_ instruction: Instruction, literal: (UInt32) -> UInt32?) {
        let result = instruction.isSkippable ? nil : value(of: instruction, literal)
        for number in 0..<15 where instruction.writes.contains(number: number) {
            values[number] = result
        }
    }

    private func value(of instruction: Instruction, _ literal: (UInt32) -> UInt32?) -> UInt32? {
        if let memory = instruction.memory {
            guard instruction.mnemonic == .ldr, memory.base == 15, memory.index == nil else {
                return nil
            }
            return literal(((instruction.address &+ 4) & ~3) &+ UInt32(bitPattern: memory.offset))
        }
        let sources = (0..<15).filter { instruction.reads.contains(number: $0) }
        let immediate = instruction.immediate.map { UInt32(bitPattern: $0) }
        switch (instruction.mnemonic, sources.count) {
        case (.mov, 0), (.movw, 0): return immediate
        case (.movt, 1):
            guard let low = values[sources[0]], let immediate else { return nil }
            return low & 0xFFFF | immediate << 16
        case (.mov, 1): return instruction.hasShiftedOperand ? nil : values[sources[0]]
        case (.add, 1), (.sub, 1):
            guard let base = values[sources[0]], let immediate,
                !instruction.reads.contains(.pc)
            else { return nil }
            return instruction.mnemonic == .add ? base &+ immediate : base &- immediate
        default: return nil
        }
    }
}
