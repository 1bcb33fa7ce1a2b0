// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// What has been executed and charged.
package struct ExecutionCounters: Equatable, Sendable {
    /// In 1/256 cycle; `cycles` is the whole part.
    package var ticks: UInt64
    /// Instructions that took effect.
    package var instructions: UInt64
    /// Instructions that an IT block skipped; not in `instructions`.
    package var skippedInstructions: UInt64

    package var cycles: UInt64 { ticks / EdgeCost.ticksPerCycle }

    package init(ticks: UInt64 = 0, instructions: UInt64 = 0, skippedInstructions: UInt64 = 0) {
        self.ticks = ticks
        self.instructions = instructions
        self.skippedInstructions = skippedInstructions
    }
}

/// The running (or last) block and how it was entered.
package struct BlockRun: Equatable, Sendable {
    package var block: BlockID
    package var address: UInt32
    /// The block before it that its cost was asked with.
    package var predecessor: BlockID?
}

extension Engine {
    /// Totals, the running block included as a whole (its conditional instructions as far as they got).
    package var counters: ExecutionCounters {
        ExecutionCounters(
            ticks: totalTicks,
            instructions: kl_instructions(state) &+ state.pointee.conditionals_executed,
            skippedInstructions: state.pointee.conditionals
                &- state.pointee.conditionals_executed)
    }

    /// The block that was entered last; nil before the first and after `forgetPredecessor()`.
    package var currentBlock: BlockRun? {
        let edge = currentEdge.pointee
        guard edge.isUsed, edge.block != 0 else { return nil }
        return BlockRun(
            block: BlockID(rawValue: edge.block), address: edge.address,
            predecessor: blocks.number(at: edge.predecessor).map(BlockID.init(rawValue:)))
    }

    var currentRecord: BlockRecord? {
        let number = currentEdge.pointee.block
        return number == 0 ? nil : blocks.records[Int(number)]
    }

    /// Totals when the current block was entered, before it was charged.
    package var countersAtBlockEntry: ExecutionCounters {
        var result = counters
        let edge = currentEdge.pointee
        guard edge.isUsed, edge.block != 0 else { return result }
        result.ticks &-= UInt64(edge.ticks) &+ UInt64(bitPattern: delayTicks)
        result.instructions &-= UInt64(edge.instructions)
        for position in 0..<edge.conditionals {
            if executedConditionals[position] != 0 {
                result.ticks &-= saving(position, of: edge)
                result.instructions &-= 1
            } else {
                result.skippedInstructions &-= 1
            }
        }
        return result
    }

    /// Totals at the moment before instruction `index` of the current block.
    ///
    /// - Parameter ticksBefore: what the delegate's timing says lies between the block's entry and that
    ///   instruction, as if nothing before it had been skipped.
    package func counters(
        beforeInstruction index: Int, at address: UInt32, ticksBefore: UInt64
    ) -> ExecutionCounters {
        var result = countersAtBlockEntry
        result.ticks &+= ticksBefore &+ UInt64(bitPattern: delayTicks(before: address))
        result.instructions &+= UInt64(index)
        let edge = currentEdge.pointee
        guard let record = currentRecord, edge.conditionals > 0 else { return result }
        for (position, offset) in record.facts.conditionalOffsets.enumerated()
        where record.address &+ UInt32(offset) < address && executedConditionals[position] == 0 {
            result.ticks &-= saving(position, of: edge)
            result.instructions &-= 1
            result.skippedInstructions &+= 1
        }
        return result
    }

    /// Takes back what was charged for the current block from instruction `index` on, after a stop in the
    /// middle of it. The next block has no predecessor.
    package func truncateCurrentBlock(
        beforeInstruction index: Int, at address: UInt32, ticksBefore: UInt64
    ) {
        setCounters(
            counters(beforeInstruction: index, at: address, ticksBefore: ticksBefore))
        forgetPredecessor()
    }

    /// Replaces the totals; the current block counts as finished.
    package func setCounters(_ new: ExecutionCounters) {
        state.pointee.instructions = new.instructions
        // What the budget has counted is not to come on top.
        state.pointee.budget &= ~0xFFFF_FFFF
        state.pointee.conditionals = new.skippedInstructions
        state.pointee.conditionals_executed = 0
        setTicks(new.ticks)
        detachedEdge.pointee = .vacant
        setCurrentEdge(detachedEdge)
    }

    /// Host memory of the accounting tables: grows with the code executed, never with time.
    package var accountingBytes: Int {
        edges.byteCount + blocks.byteCount + sites.byteCount + branches.byteCount
            + Int(kl_code_bytes(state))
    }

    /// Calls that translations made at a block's entry or before a watched instruction: none from code that
    /// does itself what they would do (Sources/CUnicorn/README.md).
    package var calls: UInt64 { state.pointee.calls }

    /// Adds cycles that no block accounts for: exception entry and return. Between runs only.
    package func addCycles(_ cycles: UInt64) {
        setTicks(totalTicks &+ cycles &* EdgeCost.ticksPerCycle)
        detachedEdge.pointee = .vacant
        setCurrentEdge(detachedEdge)
    }

    /// The run stops with `.event` before the first block that would start at or after this cycle.
    package var nextEventCycle: UInt64? {
        get { eventTicks == .max ? nil : eventTicks / EdgeCost.ticksPerCycle }
        set {
            let (ticks, overflow) = (newValue ?? .max)
                .multipliedReportingOverflow(by: EdgeCost.ticksPerCycle)
            let now = totalTicks
            eventTicks = newValue == nil || overflow ? .max : ticks
            setTicks(now)
        }
    }

    /// The next block is charged as one without predecessor: after exceptions, resets, interruptions.
    package func forgetPredecessor() {
        state.pointee.previous = Self.nowhere | UInt32(KL_SETTLE)
        detachedEdge.pointee = .vacant
        setCurrentEdge(detachedEdge)
        callProfile?.blockWasInterrupted()
    }

    private func saving(_ position: Int, of edge: kl_edge) -> UInt64 {
        UInt64(blocks.savings[Int(edge.savings) + position])
    }

    /// The edge through which the running block was entered.
    var currentEdge: UnsafeMutablePointer<kl_edge> {
        kl_current_edge(state)
    }

    func setCurrentEdge(_ edge: UnsafeMutablePointer<kl_edge>) {
        kl_set_edge(state, edge)
    }

    var totalTicks: UInt64 { state.pointee.horizon &- UInt64(bitPattern: kl_ticks_left(state)) }

    /// Sets the total, and the budget that lies between it and the next event.
    func setTicks(_ ticks: UInt64) {
        let unsettled = (state.pointee.profile?.pointee.budget ?? 0) &- kl_ticks_left(state)
        let added = Int64(bitPattern: ticks &- totalTicks)
        // A budget is 8 million cycles at most; `mustStop` renews it.
        let horizon = min(eventTicks, ticks &+ UInt64(KL_MOST_TICKS))
        kl_set_budget(state, horizon > ticks ? Int64(bitPattern: horizon - ticks) : 0)
        state.pointee.horizon = max(horizon, ticks)
        state.pointee.profile?.pointee.budget = kl_ticks_left(state) &+ unsettled &+ added
        if state.pointee.budget < 0 { state.pointee.previous |= UInt32(KL_SETTLE) }
    }

    /// Whether the run ends before the block that is about to be entered.
    var mustStop: Bool {
        if stopIsRequested { return true }
        guard state.pointee.budget < 0 else { return false }
        if totalTicks >= eventTicks { return true }
        budgetRenewals += 1
        setTicks(totalTicks)
        return false
    }
}
