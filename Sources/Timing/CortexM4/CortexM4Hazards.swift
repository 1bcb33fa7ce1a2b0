// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// What the instructions just executed do to the next one.
struct CortexM4Hazards {
    private let memory: MemoryTiming
    /// The instruction directly before, folded ITs left out; nil after a refill.
    private var previous: Instruction?
    private var straddlingRun = CortexM4StraddlingRun()

    /// Until the floating-point unit has finished a division or square root, in 1/256 cycle.
    private var floatBusy = 0

    init(memory: MemoryTiming) {
        self.memory = memory
    }

    /// The pipeline was refilled from `target` on, which took `cycles` (in 1/256).
    mutating func refill(from target: Instruction?, after cycles: Int) {
        previous = nil
        let straddles = target?.straddlesWords == true
        straddlingRun = straddles ? .behindStraddlingTarget : CortexM4StraddlingRun()
        floatBusy = max(0, floatBusy - cycles)
    }

    /// Executes one instruction.
    ///
    /// - Returns: cycles in 1/256 between the end of the one before and its start (negative when they overlap), and those
    ///   in which it occupies the execute stage.
    mutating func issue(_ instruction: Instruction) -> (delay: Int, duration: Int) {
        let isFoldedIT = instruction.instructionClass == .it && folds(instruction)
        let duration = isFoldedIT ? 0 : instruction.cortexM4Cycles * FixedCycles.one
        var delay = pipelineDelay(before: instruction)
        if floatBusy > 0, instruction.usesFloatUnit {
            delay = max(delay, floatBusy + resultDelay(instruction))
        }
        floatBusy = max(0, floatBusy - delay - duration)
        if instruction.occupiesFloatUnit {
            floatBusy = Instruction.cortexM4FloatDivideCycles * FixedCycles.one - duration
        }
        if !isFoldedIT { previous = instruction }
        return (delay, duration)
    }

    private mutating func pipelineDelay(before instruction: Instruction) -> Int {
        let isOverlapped = overlaps(instruction)
        var waits = resultDelay(instruction)
        if addressWaits(for: instruction) { waits += FixedCycles.one }
        if instruction.isAnyLoad, previous?.isSingleStore == true {
            waits += FixedCycles.from(memory.storeToLoadCycles)
        }
        let isBehindCycles = !isOverlapped && (previous?.cortexM4Cycles ?? 1) > 1
        let stalls = straddlingRun.stalls(
            instruction, isBehindLoad: isBehindCycles && previous?.isSingleLoad == true,
            isBehindGap: isBehindCycles || waits > 0)
        var delay = waits + (stalls ? FixedCycles.one : 0)
        if isOverlapped {
            delay -= FixedCycles.one
        } else if instruction.isAnyLoad {
            delay += FixedCycles.from(memory.firstLoadCycles)
        }
        return delay
    }

    /// An IT is free behind a 16-bit instruction that does not touch memory (TRM 3.3.1, IT folding).
    private func folds(_ instruction: Instruction) -> Bool {
        guard let previous else { return false }
        return !previous.isWide && previous.memory == nil && previous.instructionClass != .it
    }

    /// The address phase of this hides behind the data phase of the load or register-offset store before.
    private func overlaps(_ instruction: Instruction) -> Bool {
        guard let previous else { return false }
        if instruction.instructionClass == .nop {
            return previous.isSingleLoad || previous.isRegisterOffsetStore
        }
        guard previous.isSingleLoad, instruction.isSingleLoad || instruction.isSingleStore,
            previous.isLiteralLoad == instruction.isLiteralLoad
        else {
            return false
        }
        return previous.loadedRegisters.isDisjoint(with: instruction.addressReads)
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
