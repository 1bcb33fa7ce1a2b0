// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

extension CortexM7Scoreboard {
    /// The first cycle in which every operand is there.
    func operandCycle(_ instruction: Instruction) -> Int {
        var cycle = 0
        let early = instruction.cortexM7ShifterReads
        let factors = instruction.cortexM7FactorReads
        let isPredicted = instruction.isCortexM7PredictedBranch
        // What does not see the fast path of a word load.
        let isUnbypassed = instruction.isCortexM7Unbypassed || !early.isEmpty
        for number in instruction.reads.numbers where number < 15 {
            let ready = core[number]
            let register = RegisterSet(number)
            var needed = Int.min / 2
            if instruction.addressReads.contains(register) {
                let isIndex = instruction.memory?.index == number
                needed = isIndex ? ready.index : ready.address
                if instruction.memory?.base == number { needed = max(needed, ready.address) }
            }
            if early.contains(register) { needed = max(needed, ready.shifter) }
            if instruction.accumulatorReads.contains(register) {
                needed = max(needed, ready.unbypassed - 1)
                if factors.contains(register) { needed = max(needed, ready.unbypassed) }
            } else if instruction.storeDataReads.contains(register) {
                needed = max(needed, ready.late - 2)
            } else if needed < 0, !isPredicted {
                needed = isUnbypassed ? ready.unbypassed : ready.late
                if instruction.instructionClass == .floatMove { needed = ready.transfer }
            }
            let isBesideShifted = !early.isEmpty && !early.contains(register)
            cycle = max(
                cycle, ready.seen(needed, by: instruction, besideShifted: isBesideShifted))
        }
        if instruction.waitsForFlags { cycle = max(cycle, flagsReady) }
        return max(cycle, floatOperandCycle(instruction))
    }

    private func floatOperandCycle(_ instruction: Instruction) -> Int {
        guard instruction.floatReads != 0 else { return 0 }
        var cycle = 0
        let isStore = instruction.memory != nil
        let movesToCore = !instruction.writes.isEmpty
        let factors = instruction.cortexM7FloatFactorReads
        let addendLead = instruction.instructionClass == .floatMultiplyAccumulate ? 1 : 0
        for number in RegisterNumbers(bits: instruction.floatReads) {
            let ready = float[number]
            if isStore {
                cycle = max(cycle, ready.storeData)
            } else if movesToCore {
                cycle = max(cycle, ready.transfer)
            } else if instruction.floatAccumulatorReads >> UInt32(number) & 1 != 0 {
                cycle = max(cycle, ready.addend - addendLead)
                if factors >> UInt32(number) & 1 != 0 { cycle = max(cycle, ready.operand) }
            } else {
                cycle = max(cycle, ready.operand)
            }
        }
        return cycle
    }
}
