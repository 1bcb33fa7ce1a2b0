// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// When a core register's value is there, as the first cycle in which a reader of each kind can issue.
struct CortexM7RegisterReady {
    /// Readers in EX2, the ordinary ALU.
    var late = Int.min / 2
    /// Readers in EX1: addresses, shifted operands, the early ALU.
    var early = Int.min / 2
    /// Readers in EX2 that do not see the load's fast bypass: multiplies, operands beside a shifted one.
    var unbypassed = Int.min / 2
}

/// The same for a single-precision register.
struct CortexM7FloatReady {
    var operand = Int.min / 2
    /// The addend of a fused multiply-accumulate; a chained one reads a cycle later.
    var addend = Int.min / 2
    var storeData = Int.min / 2
}

/// The in-order, dual-issue core: which cycle each instruction issues in.
///
/// Cycles count from 0 at the first instruction. A group is one or two instructions that issue together.
struct CortexM7Scoreboard {
    var core = [CortexM7RegisterReady](repeating: CortexM7RegisterReady(), count: 16)
    var float = [CortexM7FloatReady](repeating: CortexM7FloatReady(), count: 32)
    var flagsReady = Int.min / 2
    private var fetch = CortexM7FetchQueue(startingAt: 0)
    private var groupCycle = -1
    /// Cycles until the next group can issue.
    private var groupOccupancy = 1
    /// Where the last single-precision multiply-accumulate issued.
    private var accumulateCycle = Int.min / 2
    /// The group's first instruction while its second slot is free.
    private var olderInstruction: Instruction?

    /// The last cycle that the instructions so far occupy; differences between positions are costs.
    var position: Int { groupCycle + groupOccupancy - 1 }

    /// Issues the instruction and returns its cycle.
    mutating func issue(_ instruction: Instruction) -> Int {
        var ready = max(operandCycle(instruction), fetch.cycle(of: instruction))
        if instruction.waitsBehindCortexM7Accumulate { ready = max(ready, accumulateCycle + 4) }
        let cycle: Int
        let isYounger: Bool
        if let older = olderInstruction, ready <= groupCycle, !isHeldBack(instruction),
            CortexM7Pairing.canPair(older: older, younger: instruction)
        {
            cycle = groupCycle
            isYounger = true
            recordResults(of: instruction, cycle: cycle, older: older)
            olderInstruction = nil
            groupOccupancy = max(groupOccupancy, instruction.cortexM7Occupancy)
        } else {
            cycle = max(groupCycle + groupOccupancy, ready)
            isYounger = false
            recordResults(of: instruction, cycle: cycle, older: nil)
            groupCycle = cycle
            groupOccupancy = instruction.cortexM7Occupancy
        }
        if !isYounger {
            olderInstruction = CortexM7Pairing.issuesAlone(instruction) ? nil : instruction
        }
        if instruction.isCortexM7FloatAccumulate, !instruction.isDoublePrecision {
            accumulateCycle = cycle
        }
        fetch.didIssue(at: cycle)
        return cycle
    }

    /// Kept out of the younger slot in the three cycles behind a multiply-accumulate.
    private func isHeldBack(_ instruction: Instruction) -> Bool {
        instruction.sharesCortexM7FloatPort && groupCycle <= accumulateCycle + 3
    }

    /// A predicted taken branch was issued: fetch goes on at its target.
    mutating func jump() {
        fetch.jump()
    }

    /// The pipeline restarts: the next instruction issues `penalty` cycles later than it could have.
    mutating func restart(penalty: Int) {
        groupCycle = position + penalty
        groupOccupancy = 1
        olderInstruction = nil
        fetch = CortexM7FetchQueue(startingAt: groupCycle + 1)
    }

    /// The first cycle in which every operand is there.
    private func operandCycle(_ instruction: Instruction) -> Int {
        var cycle = 0
        let early = instruction.cortexM7EarlyReads
        let isUnbypassed = instruction.isCortexM7Multiply || !early.isEmpty
        for number in 0..<15 where instruction.reads.contains(number: number) {
            let ready = core[number]
            let register = RegisterSet(number)
            if early.contains(register) { cycle = max(cycle, ready.early) }
            if instruction.accumulatorReads.contains(register) {
                cycle = max(cycle, ready.late - 1)
            } else if instruction.storeDataReads.contains(register) {
                cycle = max(cycle, ready.late - 2)
            } else if !early.contains(register), !instruction.isCortexM7PredictedBranch {
                let isAddressOnly = instruction.memory != nil
                cycle = max(
                    cycle, isUnbypassed && !isAddressOnly ? ready.unbypassed : ready.late)
            }
        }
        if instruction.waitsForFlags { cycle = max(cycle, flagsReady) }
        return max(cycle, floatOperandCycle(instruction))
    }

    private func floatOperandCycle(_ instruction: Instruction) -> Int {
        guard instruction.floatReads != 0 else { return 0 }
        var cycle = 0
        let isStore = instruction.memory != nil
        let addendLead = instruction.instructionClass == .floatMultiplyAccumulate ? 1 : 0
        for number in 0..<32 where instruction.floatReads >> UInt32(number) & 1 != 0 {
            let ready = float[number]
            if isStore {
                cycle = max(cycle, ready.storeData)
            } else if instruction.floatAccumulatorReads >> UInt32(number) & 1 != 0 {
                cycle = max(cycle, ready.addend - addendLead)
            } else {
                cycle = max(cycle, ready.operand)
            }
        }
        return cycle
    }
}
