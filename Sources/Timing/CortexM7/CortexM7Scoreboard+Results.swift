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
        for number in 0..<15 where instruction.writes.contains(number: number) {
            if base.contains(number: number) {
                core[number] = .init(late: cycle, early: cycle + 1, unbypassed: cycle)
            } else if instruction.isAnyLoad, instruction.transferWords > 1 {
                let arrival = cycle + transfer / 2
                transfer += 1
                core[number] = .init(
                    late: arrival + 1, early: arrival + 2, unbypassed: arrival + 2)
            } else {
                core[number] = result
            }
        }
        if instruction.setsFlags { flagsReady = cycle + 1 }
        recordFloatResults(of: instruction, cycle: cycle)
    }

    private func integerResult(
        of instruction: Instruction, cycle: Int, older: Instruction?
    ) -> CortexM7RegisterReady {
        func after(_ latency: Int) -> CortexM7RegisterReady {
            .init(
                late: cycle + latency, early: cycle + latency + 1, unbypassed: cycle + latency)
        }
        switch instruction.instructionClass {
        case .load:
            return instruction.memory?.bytesPerTransfer == 4
                ? .init(late: cycle + 1, early: cycle + 2, unbypassed: cycle + 2) : after(2)
        case .exclusive: return after(2)
        case .multiply, .multiplyLong: return after(2)
        case .divide: return after(instruction.cortexM7Occupancy)
        case .system: return after(3)
        case .dsp: return after(instruction.isCortexM7SlowDSP ? 2 : 1)
        case .bitField:
            return instruction.isCortexM7Reversal
                ? .init(late: cycle, early: cycle + 2, unbypassed: cycle) : after(1)
        case .alu, .moveImmediate, .shift:
            return executesEarly(instruction, cycle: cycle, older: older)
                ? .init(late: cycle, early: cycle + 1, unbypassed: cycle) : after(1)
        default: return after(1)
        }
    }

    /// Add, subtract and move go through the early ALU from the older slot; plain shifts from either, when the
    /// other instruction does not need the early shifter.
    private func executesEarly(
        _ instruction: Instruction, cycle: Int, older: Instruction?
    ) -> Bool {
        guard instruction.isCortexM7EarlyCapable else { return false }
        if let older {
            guard instruction.instructionClass == .shift, !older.usesCortexM7EarlyShifter else {
                return false
            }
        }
        for number in 0..<15 where instruction.reads.contains(number: number) {
            if core[number].early > cycle { return false }
        }
        return true
    }

    private mutating func recordFloatResults(of instruction: Instruction, cycle: Int) {
        guard instruction.floatWrites != 0 else { return }
        let extra = instruction.cortexM7Occupancy - 1
        let ready: CortexM7FloatReady
        switch instruction.instructionClass {
        case .floatFusedMultiplyAccumulate:
            ready = .init(operand: cycle + 5, addend: cycle + 3, storeData: cycle + 3)
        case .floatMultiplyAccumulate:
            ready = .init(operand: cycle + 6, addend: cycle + 4, storeData: cycle + 4)
        case .floatLoad, .floatLoadMultiple:
            ready = .init(operand: cycle + 1, addend: cycle + 3, storeData: cycle)
        case .floatDivide, .floatSquareRoot:
            ready = .init(operand: cycle + 1, addend: cycle + 1, storeData: cycle + 1)
        default:
            ready = .init(operand: cycle + 3, addend: cycle + 3, storeData: cycle + 1)
        }
        for number in 0..<32 where instruction.floatWrites >> UInt32(number) & 1 != 0 {
            float[number] = .init(
                operand: ready.operand + extra, addend: ready.addend + extra,
                storeData: ready.storeData + extra)
        }
    }
}
