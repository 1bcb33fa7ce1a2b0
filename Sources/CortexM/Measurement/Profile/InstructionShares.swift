// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA
import Timing

/// How the ticks of an edge's passages divide among the block's instructions.
///
/// Each instruction has what lies between its start and the next one's. What a run charged beyond that
/// goes to conditional instructions that executed, as far as there are any, else to all in proportion; what
/// it took back, because a passage ended early, is taken from the block's end.
struct InstructionShares {
    private(set) var ticks: [Int64]

    init(of passages: EdgePassages, block: CodeBlock, cost: BlockCost) {
        let instructions = block.instructions
        let unit = Int64(EdgeCost.ticksPerCycle)
        let whole = Int64(cost.totalFixedPoint)
        // The first instruction has what the predecessor left as well.
        var starts = cost.cyclesBefore.map { min(Int64($0) * unit, whole) }
        if !starts.isEmpty { starts[0] = 0 }
        let ends = starts.dropFirst() + [whole]
        let savings = instructions.indices.map { index -> Int64 in
            guard instructions[index].isSkippable else { return 0 }
            return Int64(cost.skipSavings[safe: index] ?? 0) * unit
        }
        let once = zip(zip(starts, ends), savings).map { $0.1 - $0.0 - $1 }
        ticks = once.map { $0 &* Int64(clamping: passages.count) }
        let rest = passages.ticks &- ticks.reduce(0, &+)
        if rest < 0 {
            takeBack(-rest)
        } else if rest > 0 {
            var executions = passages.executions[...]
            let weights = instructions.indices.map { index -> Double in
                guard instructions[index].isSkippable else { return 0 }
                return Double(savings[index]) * Double(executions.popFirst() ?? 0)
            }
            let isConditional = weights.contains { $0 > 0 }
            spread(rest, by: isConditional ? weights : once.map { Double(max(0, $0)) })
        }
    }

    private mutating func takeBack(_ amount: Int64) {
        var left = amount
        for index in ticks.indices.reversed() {
            let taken = min(left, max(0, ticks[index]))
            ticks[index] -= taken
            left -= taken
        }
        if !ticks.isEmpty { ticks[0] -= left }
    }

    private mutating func spread(_ amount: Int64, by weights: [Double]) {
        let sum = weights.reduce(0, +)
        var left = amount
        if sum > 0 {
            for (index, weight) in weights.enumerated() where index < ticks.count {
                let share = min(left, Int64(Double(amount) * (weight / sum)))
                ticks[index] += share
                left -= share
            }
        }
        // What rounding leaves.
        let heaviest = weights.indices.max { weights[$0] < weights[$1] } ?? 0
        if ticks.indices.contains(heaviest) { ticks[heaviest] += left }
    }
}

extension CodeBlock {
    /// How control can leave the block's end.
    var profileExit: BlockProfile.Exit {
        guard let last = instructions.last else { return .through }
        switch last.instructionClass {
        case .branchLink: return .call
        case .branchRegister: return last.writes.contains(.lr) ? .call : .indirect
        case .branch, .tableBranch, .trap: return .through
        default: return last.writes.contains(.pc) ? .indirect : .through
        }
    }
}

extension Profiler {
    /// What the engine's profile must know of a new block.
    func facts(of block: CodeBlock) -> BlockProfile {
        let (function, isStart) = functions.function(at: block.address)
        var result = BlockProfile(
            function: function, startsFunction: isStart, exit: block.profileExit,
            mayFallThrough: block.instructions.last.map { $0.condition != .al } ?? true)
        var previous = function
        for instruction in block.instructions.dropFirst() {
            let number = functions.function(at: instruction.address).number
            guard number != previous else { continue }
            previous = number
            result.laterFunctions.append(
                (UInt16(truncatingIfNeeded: instruction.address &- block.address), number))
        }
        return result
    }
}
