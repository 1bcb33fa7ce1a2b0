// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// What the instructions just executed do to the next one.
struct CortexM4Hazards {
    private let memory: MemoryTiming
    /// The instruction directly before, folded ITs left out; nil after a refill.
    private var previous: Instruction?
    private var queue: CortexM4PrefetchQueue

    /// Until the floating-point unit has finished a division or square root, in 1/256 cycle.
    private var floatBusy = 0

    /// How `first` was come to is not known: nothing in front of it counts.
    init(memory: MemoryTiming, at first: Instruction?) {
        self.memory = memory
        queue = CortexM4PrefetchQueue(at: first, isBehindBranch: false)
    }

    /// The pipeline was refilled from `target` on, which took `cycles` (in 1/256).
    mutating func refill(from target: Instruction?, after cycles: Int) {
        previous = nil
        queue = CortexM4PrefetchQueue(at: target, isBehindBranch: true)
        floatBusy = max(0, floatBusy - cycles)
    }

    /// Executes one instruction.
    ///
    /// - Parameter isBranchNotTaken: it is a conditional branch, and the next instruction follows it in memory.
    /// - Returns: cycles in 1/256 between the end of the one before and its start (negative when they overlap), those
    ///   after them in which it waits for its own words, and those in which it occupies the execute stage.
    mutating func issue(
        _ instruction: Instruction, isBranchNotTaken: Bool = false
    ) -> (delay: Int, wait: Int, duration: Int) {
        if instruction.instructionClass == .it, folds(instruction) {
            queue.fold()
            return (0, 0, 0)
        }
        if previous?.mnemonic == .isb {
            queue = CortexM4PrefetchQueue(at: instruction, isBehindBranch: true)
        }
        let duration = instruction.cortexM4Cycles * FixedCycles.one
        var delay = pipelineDelay(before: instruction)
        if floatBusy > 0, instruction.usesFloatUnit {
            delay = max(delay, floatBusy + resultDelay(instruction))
        }
        let wait =
            FixedCycles.one
            * fetchWaits(for: instruction, delay: delay, isBranchNotTaken: isBranchNotTaken)
        floatBusy = max(0, floatBusy - delay - wait - duration)
        if instruction.occupiesFloatUnit {
            floatBusy = Instruction.cortexM4FloatDivideCycles * FixedCycles.one - duration
        }
        previous = instruction
        return (delay, wait, duration)
    }

    private mutating func fetchWaits(
        for instruction: Instruction, delay: Int, isBranchNotTaken: Bool
    ) -> Int {
        let executing = previous?.cortexM4Cycles ?? 1
        return queue.waits(
            for: instruction, after: max(1, executing + delay / FixedCycles.one),
            executing: executing, isOpenEnded: previous?.isOpenEnded ?? false,
            asksForTarget: isBranchNotTaken && instruction.isDirectConditionalBranch)
    }

    private func pipelineDelay(before instruction: Instruction) -> Int {
        var delay = resultDelay(instruction)
        if previous?.holdsWhenNotTaken == true { delay += FixedCycles.one }
        if addressWaits(for: instruction) { delay += FixedCycles.one }
        if instruction.isAnyLoad, previous?.isSingleStore == true {
            delay += FixedCycles.from(memory.storeToLoadCycles)
        }
        if overlaps(instruction) {
            delay -= FixedCycles.one
        } else if instruction.isAnyLoad {
            delay += FixedCycles.from(memory.firstLoadCycles)
        }
        return delay
    }

    /// An IT is free behind a 16-bit instruction that does not touch memory (TRM 3.3.1, IT folding), is no branch, does
    /// not write SP and is not itself under a condition (cmemu, `decode.rs`).
    private func folds(_ instruction: Instruction) -> Bool {
        guard let previous else { return false }
        return !previous.isWide && previous.memory == nil && previous.instructionClass != .it
            && !previous.isBranch && !previous.isInITBlock && !previous.writes.contains(.sp)
    }

    /// The address phase of this hides behind the data phase of the load or register-offset store before.
    private func overlaps(_ instruction: Instruction) -> Bool {
        guard let previous else { return false }
        if instruction.instructionClass == .nop {
            return previous.isSingleLoad || previous.isRegisterOffsetStore
        }
        return instruction.pipelines(behind: previous)
    }

    /// There is no forwarding path from the ALU, or from a base update, to the address generator (TRM 3.3.2).
    private func addressWaits(for instruction: Instruction) -> Bool {
        guard let previous else { return false }
        let isSingleAccess = previous.isSingleLoad || previous.isSingleStore
        let late =
            isSingleAccess
            ? previous.writtenBackBase : previous.isDataProcessing ? previous.writes : []
        return !late.isDisjoint(with: instruction.addressReads)
    }

    /// A floating-point result costs a cycle when the next instruction uses it, except as the addend of a
    /// multiply-accumulate, which is read a cycle later (TRM 7.2.3).
    private func resultDelay(_ instruction: Instruction) -> Int {
        guard let previous, previous.isFloatDataProcessing else { return 0 }
        let used = instruction.floatReads & ~instruction.floatAccumulatorReads
        return previous.floatWrites & used != 0 ? FixedCycles.one : 0
    }
}
