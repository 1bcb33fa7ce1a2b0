// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

extension CallProfile {
    func allocateTables() {
        profile.pointee.nodes = .allocate(capacity: nodeCapacity)
        profile.pointee.touched = .allocate(capacity: nodeCapacity)
        profile.pointee.children = .allocate(capacity: childCapacity)
        profile.pointee.children.initialize(repeating: 0, count: childCapacity)
        profile.pointee.children_mask = UInt32(childCapacity - 1)
        profile.pointee.blocks = .allocate(capacity: blockCapacity)
        profile.pointee.blocks.initialize(repeating: kl_profile_block(), count: blockCapacity)
        profile.pointee.executions = .allocate(capacity: executionCapacity)
        profile.pointee.tallies = .allocate(capacity: tallyCapacity)
        profile.pointee.tallies.initialize(repeating: kl_tally(), count: tallyCapacity)
    }

    func deallocateTables() {
        profile.pointee.nodes.deallocate()
        profile.pointee.touched.deallocate()
        profile.pointee.children.deallocate()
        profile.pointee.blocks.deallocate()
        profile.pointee.executions.deallocate()
        profile.pointee.tallies.deallocate()
    }

    // MARK: Nodes

    /// Nodes are kept in the order of their numbers, so a parent stands before its children.
    func addNode(parent: UInt32, function: UInt32) -> UInt32 {
        var parent = parent
        if Int(nodeCount) >= Self.mostNodes, parent != Self.overflowNode {
            profile.pointee.is_truncated = true
            parent = Self.overflowNode
            if let known = child(of: parent, function) { return known }
        }
        if Int(nodeCount) == nodeCapacity { growNodes() }
        let number = nodeCount
        nodeCount += 1
        let depth = number == 0 ? 0 : profile.pointee.nodes[Int(parent)].depth + 1
        (profile.pointee.nodes + Int(number)).initialize(
            to: kl_node(
                ticks: 0, calls: 0, parent: parent, function: function, depth: depth, epoch: 0))
        if Int(nodeCount) * 2 > childCapacity { growChildren() } else { list(number) }
        return number
    }

    static let overflowNode: UInt32 = 1

    private func child(of parent: UInt32, _ function: UInt32) -> UInt32? {
        let mask = profile.pointee.children_mask
        var slot = kl_child_slot(parent, function) & mask
        while case let number = profile.pointee.children[Int(slot)], number != 0 {
            let node = profile.pointee.nodes[Int(number)]
            if node.parent == parent, node.function == function { return number }
            slot = (slot &+ 1) & mask
        }
        return nil
    }

    /// The first node is nobody's child.
    private func list(_ number: UInt32) {
        guard number != 0 else { return }
        let node = profile.pointee.nodes[Int(number)]
        let mask = profile.pointee.children_mask
        var slot = kl_child_slot(node.parent, node.function) & mask
        while profile.pointee.children[Int(slot)] != 0 { slot = (slot &+ 1) & mask }
        profile.pointee.children[Int(slot)] = number
    }

    private func growNodes() {
        profile.pointee.nodes = grown(profile.pointee.nodes, nodeCapacity)
        profile.pointee.touched = grown(profile.pointee.touched, nodeCapacity)
        nodeCapacity *= 2
    }

    private func growChildren() {
        profile.pointee.children.deallocate()
        childCapacity *= 2
        profile.pointee.children = .allocate(capacity: childCapacity)
        profile.pointee.children.initialize(repeating: 0, count: childCapacity)
        profile.pointee.children_mask = UInt32(childCapacity - 1)
        for number in 1..<nodeCount { list(number) }
    }

    private func grown<Element>(
        _ old: UnsafeMutablePointer<Element>, _ count: Int
    ) -> UnsafeMutablePointer<Element> {
        let new = UnsafeMutablePointer<Element>.allocate(capacity: count * 2)
        new.moveInitialize(from: old, count: count)
        old.deallocate()
        return new
    }

    // MARK: Blocks

    /// A block is new under its number.
    func note(_ record: BlockRecord) {
        let number = Int(record.id.rawValue)
        while number >= blockCapacity {
            profile.pointee.blocks = grown(profile.pointee.blocks, blockCapacity)
            (profile.pointee.blocks + blockCapacity)
                .initialize(repeating: kl_profile_block(), count: blockCapacity)
            blockCapacity *= 2
        }
        let facts = record.facts.profile
        var traits = 0
        if facts?.startsFunction ?? false { traits |= KL_STARTS_FUNCTION }
        if !(facts?.laterFunctions.isEmpty ?? true) { traits |= KL_SPANS_FUNCTIONS }
        if record.facts.switchesStack { traits |= KL_MOVES_STACK }
        if facts?.mayFallThrough ?? true { traits |= KL_MAY_FALL_THROUGH }
        let exit =
            switch facts?.exit ?? .through {
            case .through: KL_EXIT_THROUGH
            case .call: KL_EXIT_CALL
            case .indirect: KL_EXIT_INDIRECT
            }
        profile.pointee.blocks[number] = kl_profile_block(
            function: facts?.function ?? 0,
            end: record.address &+ UInt32(record.bytes.count),
            conditionals: executions(
                for: record.id.rawValue, record.facts.conditionalOffsets.count),
            exit: UInt8(exit), traits: UInt8(traits))
    }

    /// Where a block's conditional instructions are counted, from 0.
    private func executions(for number: UInt32, _ count: Int) -> UInt32 {
        var start = Int(profile.pointee.blocks[Int(number)].conditionals)
        if count > executionRoom[number, default: 0] {
            while executionCount + count > executionCapacity {
                profile.pointee.executions = grown(
                    profile.pointee.executions, executionCapacity)
                executionCapacity *= 2
            }
            start = executionCount
            executionCount += count
            executionRoom[number] = count
        }
        (profile.pointee.executions + start).initialize(repeating: 0, count: count)
        return UInt32(start)
    }

    /// The run ended in a block: counts which of its conditional instructions executed.
    func countConditionals() {
        for index in 0..<Int(profile.pointee.conditional_count) {
            let place = Int(profile.pointee.conditionals) + index
            profile.pointee.executions[place] &+= UInt64(engine.executedConditionals[index])
        }
        profile.pointee.conditional_count = 0
    }

    func enterSpanningBlock() {
        let later = engine.currentRecord?.facts.profile?.laterFunctions ?? []
        spans = later.map {
            (Int64(clamping: delegate?.ticksBefore(offset: $0.offset) ?? 0), $0.function)
        }
        spannedTicks = 0
        profile.pointee.is_spanning = true
    }

    /// Each function of the running block gets what was charged up to where the next one begins.
    func settleSpanningBlock(_ ticks: Int64) {
        var left = ticks
        while let next = spans.first, spannedTicks &+ left >= next.start {
            let share = next.start &- spannedTicks
            give(share)
            left &-= share
            spannedTicks = next.start
            spans.removeFirst()
            kl_replace_top(profile, next.function, true)
            profile.pointee.function = next.function
        }
        give(left)
        spannedTicks &+= left
    }

    private func give(_ ticks: Int64) {
        profile.pointee.nodes[Int(profile.pointee.node)].ticks &+= ticks
    }

    // MARK: Passages

    /// Before the edge table changes: hands over what it counts.
    func foldPassages() {
        settle()
        let tallies = profile.pointee.tallies
        guard let tallies, let tally = profile.pointee.tally else { return }
        hand(looseTally.pointee, looseEdge)
        looseTally.pointee = kl_tally()
        if tally != looseTally {
            looseEdge = engine.edges.slots[tally - tallies]
            profile.pointee.tally = looseTally
        }
        for slot in 0..<tallyCapacity where tallies[slot].count != 0 || tallies[slot].ticks != 0 {
            hand(tallies[slot], engine.edges.slots[slot])
            tallies[slot] = kl_tally()
        }
    }

    private func hand(_ tally: kl_tally, _ edge: kl_edge) {
        guard tally.count != 0 || tally.ticks != 0, edge.isUsed else { return }
        // The number may be another block's by now.
        let record = engine.blocks.records[Int(edge.block)].flatMap {
            $0.address == edge.address ? $0 : nil
        }
        let count = record?.facts.conditionalOffsets.count ?? 0
        let start = Int(profile.pointee.blocks[Int(edge.block)].conditionals)
        delegate?.passed(
            EdgePassages(
                block: BlockID(rawValue: edge.block), address: edge.address,
                predecessor: engine.blocks.number(at: edge.predecessor)
                    .map(BlockID.init(rawValue:)),
                count: tally.count, ticks: tally.ticks,
                executions: (0..<count).map { profile.pointee.executions[start + $0] }))
    }

    /// The edge table has another size; its passages were handed over before.
    func edgesMoved() {
        guard tallyCapacity != engine.edges.capacity else { return }
        profile.pointee.tallies.deallocate()
        tallyCapacity = engine.edges.capacity
        profile.pointee.tallies = .allocate(capacity: tallyCapacity)
        profile.pointee.tallies.initialize(repeating: kl_tally(), count: tallyCapacity)
    }
}
