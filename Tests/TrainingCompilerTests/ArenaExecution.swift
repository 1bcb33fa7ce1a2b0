// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TrainingCompiler

/// Runs a plan on an arena of stamps: every write stamps its buffer's bytes, every read expects the
/// reader's own stamps. Knows nothing of lifetimes or sharing rules.
enum ArenaExecution {
    /// What is read after something else was written there, a sentence each.
    static func violations(_ plan: TrainingPlan) -> [String] {
        let schedule = plan.schedule
        var offsets: [String: (offset: Int, size: Int)] = [:]
        for (buffer, offset) in zip(plan.arena.problem.buffers, plan.arena.offsets) {
            offsets[buffer.name] = (offset, buffer.sizeBytes)
        }
        var stamps = Array(repeating: -1, count: plan.arena.arenaBytes)
        var numbers: [TrainingBuffer: Int] = [:]
        var found: [String] = []
        func range(_ buffer: TrainingBuffer) -> Range<Int> {
            guard let place = offsets[schedule.name(buffer)] else { return 0..<0 }
            return place.offset..<place.offset + place.size
        }
        for (step, operation) in schedule.operations.enumerated() {
            // Scratch is written before anything is read to the end, so it must not meet operands.
            if operation.scratchBytes > 0 {
                for index in range(.scratch(step)) { stamps[index] = -2 }
            }
            for buffer in operation.reads {
                let number = numbers[buffer] ?? -3
                if range(buffer).isEmpty || range(buffer).contains(where: { stamps[$0] != number })
                {
                    found.append("step \(step) reads '\(schedule.name(buffer))', overwritten")
                }
            }
            for buffer in operation.writes {
                numbers[buffer] = numbers[buffer] ?? numbers.count
                let number = numbers[buffer] ?? -4
                for index in range(buffer) { stamps[index] = number }
            }
            if operation.scratchBytes > 0,
                range(.scratch(step)).contains(where: { stamps[$0] != -2 })
            {
                found.append("step \(step) writes into its own scratch")
            }
        }
        return found
    }
}
