// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

extension Engine {
    /// Entry of a block that the hook's one look could not settle.
    func enterSlowly(_ address: UInt32, size: Int) {
        // After a stop Unicorn may enter one more block, which leaves again before its first instruction.
        guard pendingStop == nil else { return }
        if state.pointee.previous & HookState.settleMark != 0 {
            state.pointee.previous &= ~HookState.settleMark
            refreshActiveStack()
        }
        guard state.pointee.ticks < state.pointee.limitTicks else {
            programCounter = address
            stop(stopIsRequested ? .requested : .event)
            return
        }
        let edge: UnsafeMutablePointer<Edge>
        if let known = edges.find(address: address, previous: state.pointee.previous) {
            edge = known
        } else {
            guard let made = makeEdge(address, size: size) else { return }
            edge = made
        }
        let traits = edge.pointee.traits
        if traits.rawValue != 0, !mayEnter(edge, traits) { return }
        charge(edge, traits)
    }

    private func charge(_ edge: UnsafeMutablePointer<Edge>, _ traits: Edge.Traits) {
        state.pointee.ticks &+= UInt64(edge.pointee.ticks)
        state.pointee.instructions &+= UInt64(edge.pointee.instructions)
        state.pointee.previous = edge.pointee.address
        state.pointee.current = edge
        let count = traits.conditionals
        if count > 0 {
            conditionalCounts.skipped &+= UInt64(count)
            conditionalCounts.startBlock()
            executedConditionals.update(repeating: false, count: count)
        }
        if traits.has(Edge.Traits.switchesStack) { state.pointee.previous |= HookState.settleMark }
        if coreRegisters != nil || traits.has(Edge.Traits.readsStack) {
            let floor = state.pointee.stackFloor
            let descent = edge.pointee.stackDescent
            noteStack(descent: descent)
            checkStackLimit(descent: descent, floorBefore: floor, at: edge.pointee.address)
        }
    }

    /// Checks that are made at every entry of the few blocks that ask for them.
    private func mayEnter(_ edge: UnsafeMutablePointer<Edge>, _ traits: Edge.Traits) -> Bool {
        let number = edge.pointee.block
        let address = edge.pointee.address
        if traits.has(Edge.Traits.isVerified), !isUnchanged(number) {
            discardBlock(number)
            programCounter = address
            stop(.translateAgain(address))
            return false
        }
        if traits.has(Edge.Traits.hasAlignment), !isAligned(number) {
            blocks.update(number) { $0.supervisesAlignment = true }
            watch(number)
            detachCurrentEdge()
            edges.removeEdges(of: number, at: address)
            programCounter = address
            stop(.translateAgain(address))
            return false
        }
        guard traits.has(Edge.Traits.isWatched) else { return true }
        guard let range = blocks.armedRange(number) else {
            programCounter = address
            stop(.translateAgain(address))
            return false
        }
        codeHook.attempts = 0
        coverByCodeHook(range)
        return true
    }

    private func isUnchanged(_ number: UInt32) -> Bool {
        guard let record = blocks.records[Int(number)],
            let memory = memory(at: record.address, length: record.bytes.count)
        else { return false }
        let now = UnsafeBufferPointer(
            start: memory.bytes + Int(record.address - memory.origin), count: record.bytes.count)
        return record.bytes.elementsEqual(now)
    }

    private func isAligned(_ number: UInt32) -> Bool {
        guard let record = blocks.records[Int(number)] else { return true }
        return record.facts.alignment.allSatisfy {
            (coreRegister($0.register) &+ UInt32(bitPattern: $0.offset)) & 3 == 0
        }
    }

    /// The block at `address`, asked of the delegate when it is new; nil when the engine stops instead.
    private func makeEdge(_ address: UInt32, size: Int) -> UnsafeMutablePointer<Edge>? {
        if let number = blocks.number(at: address),
            blocks.records[Int(number)]?.bytes.count != size
        {
            discardBlock(number)
        }
        let number = blocks.number(at: address) ?? makeBlock(address, size: size)
        guard let record = blocks.records[Int(number)] else { return nil }
        let previous = state.pointee.previous
        let cost =
            delegate?.cost(
                of: record.id, after: blocks.number(at: previous).map(BlockID.init(rawValue:)))
            ?? EdgeCost(ticks: 0)
        let conditionals = record.facts.conditionalOffsets.count
        if blocks.savings.count + conditionals > Self.mostSavings { forgetEdges() }
        let savings = (0..<conditionals).map {
            $0 < cost.skipSavingTicks.count ? cost.skipSavingTicks[$0] : 0
        }
        let offset = UInt32(blocks.savings.count)
        blocks.savings += savings
        let traits = traits(of: record)
        let key = UInt64(address) << 32 | UInt64(previous)
        detachCurrentEdge()
        let edge = edges.insert(
            Edge(
                key: traits.rawValue == 0 ? key : key | Edge.slowMark,
                ticks: cost.ticks &- savings.reduce(0, &+),
                instructions: UInt32(record.facts.instructionCount - conditionals),
                stackDescent: record.facts.stackDescentBytes, block: number, savings: offset,
                traits: traits))
        state.pointee.edges = edges.slots
        state.pointee.mask = edges.mask
        return edge
    }

    private static let mostSavings = 1 << 20

    private func makeBlock(_ address: UInt32, size: Int) -> UInt32 {
        let memory = memory(at: address, length: size)
        let bytes = memory.map {
            [UInt8](
                UnsafeBufferPointer(start: $0.bytes + Int(address - $0.origin), count: size))
        }
        let xpsr = readRaw(UC_ARM_REG_XPSR)
        let code = BlockCode(
            id: blocks.nextID(), address: address,
            bytes: bytes ?? [UInt8](repeating: 0, count: size),
            itState: UInt8(truncatingIfNeeded: xpsr >> 25 & 3 | xpsr >> 8 & 0xFC))
        let facts = delegate?.facts(of: code) ?? BlockFacts(instructionCount: 0)
        blocks.insert(
            BlockRecord(
                id: code.id, address: address, bytes: code.bytes, facts: facts,
                isVerified: memory.map { $0.isWritable && $0.origins.count > 1 } ?? false))
        watch(code.id.rawValue)
        return code.id.rawValue
    }

    private func traits(of record: BlockRecord) -> Edge.Traits {
        var raw = UInt32(record.facts.conditionalOffsets.count) << 16
        if record.watchedRange != nil { raw |= Edge.Traits.isWatched }
        if !record.facts.alignment.isEmpty, !record.supervisesAlignment {
            raw |= Edge.Traits.hasAlignment
        }
        if record.isVerified { raw |= Edge.Traits.isVerified }
        if record.facts.switchesStack { raw |= Edge.Traits.switchesStack }
        if coreRegisters == nil, record.facts.stackDescentBytes > 0 {
            raw |= Edge.Traits.readsStack
        }
        return Edge.Traits(rawValue: raw)
    }

    /// Unicorn translated the block at `address`: for the first time, or because its code changed.
    func translated(_ address: UInt32, size: Int) {
        kl_mark_code(fastPath, UInt64(address), UInt32(size))
        guard let number = blocks.number(at: address) else { return }
        blocks.update(number) {
            $0.isArmed = $0.watchedRange.map(isCoveredByCodeHook) ?? false
        }
        if blocks.records[Int(number)]?.bytes.count != size || !isUnchanged(number) {
            discardBlock(number)
        }
    }

    /// Forgets a block and every edge from and to it.
    func discardBlock(_ number: UInt32) {
        guard let record = blocks.records[Int(number)] else { return }
        detachCurrentEdge()
        edges.removeEdges(of: number, at: record.address)
        if state.pointee.previous & ~HookState.settleMark == record.address {
            state.pointee.previous =
                HookState.nowhere | state.pointee.previous & HookState.settleMark
        }
        blocks.remove(number: number)
        delegate?.discarded(record.id)
    }

    /// Moves the current edge out of the table, before the table changes.
    func detachCurrentEdge() {
        guard state.pointee.current != detachedEdge else { return }
        detachedEdge.pointee = state.pointee.current.pointee
        state.pointee.current = detachedEdge
    }

    func forgetEdges() {
        detachCurrentEdge()
        edges.removeAll()
        blocks.savings.removeAll(keepingCapacity: true)
    }
}
