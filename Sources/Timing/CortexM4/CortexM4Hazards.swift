// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// What the instructions just executed do to the next one.
struct CortexM4Hazards {
    private let memory: MemoryTiming
    /// The instruction directly before, folded ITs left out; nil after a refill.
    private var previous: Instruction?
    /// Wide ALU instructions at addresses ≡ 2 mod 4 in a row, directly behind a load; nil when there is no such run.
    private var straddlingRun: Int?

    init(memory: MemoryTiming) {
        self.memory = memory
    }

    /// The pipeline was refilled: nothing is carried on.
    mutating func reset() {
        previous = nil
        straddlingRun = nil
    }

    mutating func advance(past instruction: Instruction) {
        if instruction.isSingleLoad {
            straddlingRun = 0
        } else if let run = straddlingRun, instruction.extendsStraddlingRun, run < 3 {
            straddlingRun = run + 1
        } else {
            straddlingRun = nil
        }
        if instruction.instructionClass == .it, folds(instruction) { return }
        previous = instruction
    }

    /// Cycles in 1/256 that the instruction occupies the execute stage.
    func duration(of instruction: Instruction) -> Int {
        if instruction.instructionClass == .it {
            return folds(instruction) ? 0 : FixedCycles.one
        }
        return instruction.cortexM4Cycles * FixedCycles.one
    }

    /// Cycles in 1/256 between the end of the one before and the start of this; negative when they overlap.
    func delay(before instruction: Instruction) -> Int {
        var cycles = 0
        var fixed = 0
        let isOverlapped = overlaps(instruction)
        if isOverlapped { cycles -= 1 }
        if addressWaits(for: instruction) { cycles += 1 }
        if waitsForFloatResult(instruction) { cycles += 1 }
        if straddlingRun == 2, instruction.extendsStraddlingRun { cycles += 1 }
        if instruction.isAnyLoad {
            if previous?.isSingleStore == true {
                fixed += FixedCycles.from(memory.storeToLoadCycles)
            }
            if !isOverlapped { fixed += FixedCycles.from(memory.firstLoadCycles) }
        }
        return cycles * FixedCycles.one + fixed
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
        guard previous.isSingleLoad, instruction.isSingleLoad || instruction.isSingleStore else {
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
    private func waitsForFloatResult(_ instruction: Instruction) -> Bool {
        guard let previous, previous.isFloatDataProcessing else { return false }
        let used = instruction.floatReads & ~instruction.floatAccumulatorReads
        return previous.floatWrites & used != 0
    }
}
