// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import ThumbISA
import Timing

/// Turns what the engine's call profile counts into functions, phases and instructions.
final class Profiler: ProfileDelegate {
    private let calls: CallProfile
    private unowned let processor: Processor
    var functions: FunctionTable
    private var instructionTicks: [UInt32: Int64] = [:]

    private var phases: [String] = []
    /// Cycles by phase, then by node.
    private var phaseCycles: [[Int64]] = []
    /// Index of the phase that runs.
    private var phase = 0
    /// Cycles of the step that is open, by phase and node.
    private var openStep: [StepKey: Int64] = [:]
    private var steps: [ProfileMeasurement.Step] = []
    private var completedSteps = 0
    private var begunSteps = 0
    private var hasOpenStep = false
    private var shareCount = 0
    /// Ticks at the start of the interval that is open.
    private var intervalStart: UInt64 = 0

    private struct StepKey: Hashable {
        var phase: Int
        var node: Int
    }

    /// More figures of single steps than fit a record; later steps count in the sums alone.
    static let mostShares = 1 << 21

    init(_ processor: Processor, _ calls: CallProfile) {
        self.processor = processor
        self.calls = calls
        functions = FunctionTable(symbols: processor.symbols, board: processor.board)
        calls.delegate = self
        phase = index(of: ProfileMeasurement.outsideSteps)
    }

    // MARK: What the processor tells

    func restarted(stack: UInt32) { calls.restart(stack: stack) }
    func suspending(pc: UInt32) { calls.suspend(pc: pc) }
    func charge(exceptionCycles: UInt32) {
        calls.chargeException(cycles: UInt64(exceptionCycles))
    }
    func entered(exception: Int) { calls.enterHandler(root: functions.exception(exception)) }
    func leftHandler() { calls.leaveHandler() }
    func resumed(pc: UInt32, inHandler: Bool, usesProcessStack: Bool) {
        calls.resume(pc: pc, inHandler: inHandler, usesProcessStack: usesProcessStack)
    }

    /// The step or the phase may have changed, at a total of `ticks`.
    func marked(_ markers: MarkerRecorder, at ticks: UInt64) {
        closeInterval(at: ticks)
        if markers.steps.count > completedSteps {
            completedSteps = markers.steps.count
            keepStep(index: markers.steps[completedSteps - 1].index)
        }
        if markers.begunSteps != begunSteps || markers.currentStep == nil {
            // One that did not come to its end is dropped, as in the record.
            begunSteps = markers.begunSteps
            openStep = [:]
        }
        hasOpenStep = markers.currentStep != nil
        let name =
            markers.currentPhase
            ?? (hasOpenStep
                ? ProfileMeasurement.outsidePhases : ProfileMeasurement.outsideSteps)
        phase = index(of: name)
    }

    private func index(of phase: String) -> Int {
        if let known = phases.firstIndex(of: phase) { return known }
        phases.append(phase)
        phaseCycles.append([])
        return phases.count - 1
    }

    /// Whole cycles, such that every interval's sum is the difference of the totals in whole cycles.
    private func closeInterval(at ticks: UInt64) {
        var sum = Int64(bitPattern: intervalStart)
        let unit = Int64(EdgeCost.ticksPerCycle)
        for (node, spent) in calls.takeInterval(at: ticks) {
            let cycles = (sum &+ spent) / unit &- sum / unit
            sum &+= spent
            let missing = node + 1 - phaseCycles[phase].count
            if missing > 0 {
                phaseCycles[phase] += [Int64](repeating: 0, count: missing)
            }
            phaseCycles[phase][node] &+= cycles
            if hasOpenStep { openStep[StepKey(phase: phase, node: node), default: 0] &+= cycles }
        }
        intervalStart = ticks
    }

    private func keepStep(index: Int) {
        guard shareCount + openStep.count <= Self.mostShares else { return }
        shareCount += openStep.count
        let shares = openStep.filter { $0.value != 0 }.map {
            ProfileMeasurement.Step.Share(
                phase: $0.key.phase, node: $0.key.node, cycles: UInt64(clamping: $0.value))
        }
        steps.append(
            ProfileMeasurement.Step(
                index: index, shares: shares.sorted { ($0.phase, $0.node) < ($1.phase, $1.node) }))
    }

    // MARK: What the engine tells

    func ticksBefore(offset: UInt16) -> UInt64 {
        guard let run = processor.engine.currentBlock, let block = processor.code[run.block],
            let index = block.instructions.firstIndex(where: {
                $0.address == block.address &+ UInt32(offset)
            })
        else { return 0 }
        return processor.ticksBefore(index, in: run)
    }

    func passed(_ passages: EdgePassages) {
        guard let block = processor.code[passages.block], block.address == passages.address,
            !block.instructions.isEmpty
        else {
            instructionTicks[passages.address, default: 0] &+= passages.ticks
            return
        }
        let cost = processor.blockCost(of: block, after: passages.predecessor)
        let shares = InstructionShares(of: passages, block: block, cost: cost).ticks
        for (instruction, ticks) in zip(block.instructions, shares) where ticks != 0 {
            instructionTicks[instruction.address, default: 0] &+= ticks
        }
    }

    // MARK: Result

    /// Everything, once the run has ended.
    func measurement() -> ProfileMeasurement {
        let total = processor.engine.counters.ticks
        closeInterval(at: total)
        calls.finish()
        var result = ProfileMeasurement()
        let overflow = functions.other("[too many ways of calls]")
        result.phases = phases
        result.steps = steps
        // Node 0 is the root of roots, which never runs, so that indices move by one.
        for (index, node) in calls.nodes.enumerated().dropFirst() {
            let function = node.function == CallProfile.overflowFunction ? overflow : node.function
            result.nodes.append(
                ProfileMeasurement.Node(
                    parent: node.parent == 0 ? nil : node.parent - 1, function: Int(function),
                    calls: node.calls,
                    cycles: phaseCycles.map { UInt64(clamping: $0[safe: index] ?? 0) }))
        }
        for step in result.steps.indices {
            for share in result.steps[step].shares.indices {
                result.steps[step].shares[share].node -= 1
            }
        }
        let exceptions = UInt64(clamping: calls.exceptionTicks)
        result.exceptionCycles = exceptions / EdgeCost.ticksPerCycle
        result.instructions = wholeCycles(from: exceptions)
        result.functions = functions.functions
        if calls.isTruncated {
            result.warnings.append(
                "the profile's call tree is incomplete: calls went more than 1000 deep, or took "
                    + "more ways than are kept")
        }
        if steps.count < completedSteps {
            result.warnings.append(
                "the profile keeps only its first \(steps.count) steps apart; the others are in "
                    + "its sums")
        }
        return result
    }

    /// Rounded so that the sum, from `start` on, is the run's.
    private func wholeCycles(from start: UInt64) -> [ProfileMeasurement.Instruction] {
        var sum = Int64(bitPattern: start)
        let unit = Int64(EdgeCost.ticksPerCycle)
        return instructionTicks.sorted { $0.key < $1.key }.map { address, ticks in
            let cycles = (sum &+ ticks) / unit &- sum / unit
            sum &+= ticks
            return ProfileMeasurement.Instruction(
                address: address, function: Int(functions.function(at: address).number),
                cycles: UInt64(clamping: cycles))
        }
    }
}
