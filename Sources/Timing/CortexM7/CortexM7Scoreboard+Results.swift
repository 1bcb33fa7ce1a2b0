// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

extension CortexM7Scoreboard {
    /// Notes when the results of an instruction that issues in `cycle` are there.
    ///
    /// - Parameter older: the group's first instruction when this is its second.
    mutating func recordResults(of instruction: Instruction, cycle: Int, older: Instruction?) {
        let result = integerResult(of: instruction, cycle: cycle, older: older)
        let base = instruction.writtenBackBase
        var transfer = 0
        for number in instruction.writes.numbers where number < 15 {
            var ready = result
            if base.contains(number: number) {
                ready = .baseUpdate(cycle)
            } else if instruction.isAnyLoad, instruction.transferWords > 1 {
                ready = .wordLoad(arrival: cycle + transfer / 2, issued: cycle)
                transfer += 1
            }
            ready.condition = instruction.itCondition
            core[number] = ready
        }
        if instruction.setsFlags { flagsReady = cycle + 1 }
        recordFloatResults(of: instruction, cycle: cycle)
    }

    private mutating func integerResult(
        of instruction: Instruction, cycle: Int, older: Instruction?
    ) -> CortexM7RegisterReady {
        switch instruction.instructionClass {
        case .load:
            return instruction.memory?.bytesPerTransfer == 4
                ? .wordLoad(arrival: cycle, issued: cycle) : .narrowLoad(cycle)
        case .exclusive: return .narrowLoad(cycle)
        case .multiply, .multiplyLong: return .multiply(cycle)
        case .divide: return .after(instruction.cortexM7Occupancy, issued: cycle)
        case .system: return .after(3, issued: cycle)
        case .dsp: return .after(instruction.isCortexM7SlowDSP ? 2 : 1, issued: cycle)
        case .bitField:
            return instruction.isCortexM7Reversal ? .reversal(cycle) : .after(1, issued: cycle)
        case .alu, .moveImmediate, .shift:
            return executesEarly(instruction, cycle: cycle, older: older)
                ? .early(cycle) : .after(1, issued: cycle)
        default: return .after(1, issued: cycle)
        }
    }

    /// Add, subtract and move go through the early ALU from the older slot; plain shifts through the early shifter from
    /// either, unless the other instruction has it (m7).
    private mutating func executesEarly(
        _ instruction: Instruction, cycle: Int, older: Instruction?
    ) -> Bool {
        guard instruction.isCortexM7EarlyCapable else { return false }
        let isShift = instruction.instructionClass == .shift
        if let older {
            guard isShift, !older.usesCortexM7EarlyShifter, !hasEarlyShift else { return false }
        }
        for number in instruction.reads.numbers where number < 15 {
            let ready = core[number]
            let needed = isShift ? ready.shifter : ready.earlyALU
            if ready.seen(needed, by: instruction) > cycle { return false }
        }
        if isShift { hasEarlyShift = true }
        return true
    }

    private mutating func recordFloatResults(of instruction: Instruction, cycle: Int) {
        guard instruction.floatWrites != 0 else { return }
        let end = cycle + instruction.cortexM7Occupancy - 1
        var transfer = 0
        for number in RegisterNumbers(bits: instruction.floatWrites) {
            switch instruction.instructionClass {
            case .floatFusedMultiplyAccumulate:
                float[number] = .after(end, operand: 5, addend: 3, storeData: 3)
            case .floatMultiplyAccumulate:
                float[number] = .after(end, operand: 6, addend: 4, storeData: 4)
            case .floatLoad, .floatLoadMultiple:
                let arrival = cycle + transfer / 2
                transfer += 1
                float[number] = .after(arrival, operand: 1, addend: 3, storeData: 0, transfer: 2)
            case .floatDivide, .floatSquareRoot:
                float[number] = .after(end, operand: 1, addend: 1, storeData: 1)
            default:
                float[number] = .after(end, operand: 3, addend: 3, storeData: 1)
            }
        }
    }
}
