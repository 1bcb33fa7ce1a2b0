// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

extension Engine {
    /// Entry of a block that the hook's one look could not settle.
    func enterSlowly(_ address: UInt32, size: Int) {
        slowEntries += 1
        // After a stop Unicorn may enter one more block, which leaves again before its first instruction.
        guard pendingStop == nil else { return }
        if state.pointee.previous & UInt32(KL_SETTLE) != 0 {
            state.pointee.previous &= ~UInt32(KL_SETTLE)
            refreshActiveStack()
        }
        if mustStop {
            programCounter = address
            stop(stopIsRequested ? .requested : .event)
            return
        }
        if hasTooManyTranslations {
            stop(.dropTranslations(address))
            return
        }
        let previous = state.pointee.previous
        guard
            let edge = kl_find_edge(state, address, previous)
                ?? makeEdge(address, size: size)
        else { return }
        if edge.pointee.traits != 0, !mayEnter(edge) { return }
        kl_charge(state, edge)
        if edge.pointee.has(KL_SWITCHES_STACK) { state.pointee.previous |= UInt32(KL_SETTLE) }
        if coreRegisters != nil || edge.pointee.has(KL_READS_STACK) {
            let floor = state.pointee.stack_floor
            let descent = edge.pointee.stack_descent
            noteStack(descent: descent)
            checkStackLimit(descent: descent, floorBefore: floor, at: address)
        }
    }

    /// Checks that are made at every entry of the few blocks that ask for them.
    private func mayEnter(_ edge: UnsafeMutablePointer<kl_edge>) -> Bool {
        let number = edge.pointee.block
        let address = edge.pointee.address
        programCounter = address
        if edge.pointee.has(KL_VERIFIED), !isUnchanged(number) {
            discardBlock(number)
            stop(.translateAgain(address))
            return false
        }
        if edge.pointee.has(KL_ALIGNMENT | KL_ALIGNMENT_LISTED), !isAligned(number) {
            blocks.update(number) { $0.supervisesAlignment = true }
            watch(number)
            removeEdges(of: number, at: address)
            stop(.translateAgain(address))
            return false
        }
        guard edge.pointee.has(KL_WATCHED) else { return true }
        guard blocks.isArmed(number) else {
            stop(.translateAgain(address))
            return false
        }
        codeHooks.attempts = 0
        kl_watch_block(state, number)
        return true
    }

    func isUnchanged(_ number: UInt32) -> Bool {
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
    private func makeEdge(_ address: UInt32, size: Int) -> UnsafeMutablePointer<kl_edge>? {
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
        if detail != nil {
            blocks.predict(cost.branch, from: previous, into: number, branches)
        }
        let conditionals = record.facts.conditionalOffsets.count
        if !blocks.hasRoom(forSavings: conditionals) { forgetEdges() }
        let savings = (0..<conditionals).map {
            $0 < cost.skipSavingTicks.count ? cost.skipSavingTicks[$0] : 0
        }
        if edges.isFull { edgesWillMove() }
        let edge = edges.insert(
            kl_edge(
                address: address, predecessor: previous,
                ticks: cost.ticks &- savings.reduce(0, &+),
                instructions: UInt32(record.facts.instructionCount - conditionals),
                stack_descent: record.facts.stackDescentBytes, traits: traits(of: record),
                block: number, savings: blocks.append(savings: savings)))
        tablesMoved()
        return edge
    }

    private func makeBlock(_ address: UInt32, size: Int) -> UInt32 {
        // In case Unicorn did not announce the translation; nothing of it has executed yet.
        kl_mark_code(fastPath, UInt64(address), UInt32(size))
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
        if detail != nil { blocks.setDetail(facts.detail, of: code.id.rawValue) }
        watch(code.id.rawValue)
        if let record = blocks.records[Int(code.id.rawValue)] { callProfile?.note(record) }
        tablesMoved()
        return code.id.rawValue
    }

    private func traits(of record: BlockRecord) -> UInt32 {
        var traits = record.facts.conditionalOffsets.count << 16
        if !record.watchedRanges.isEmpty { traits |= KL_WATCHED }
        if !record.facts.alignment.isEmpty, !record.supervisesAlignment {
            let isListed =
                coreRegisters != nil
                && blocks.setAlignment(record.facts.alignment, of: record.id.rawValue)
            traits |= isListed ? KL_ALIGNMENT_LISTED : KL_ALIGNMENT
        }
        if record.isVerified { traits |= KL_VERIFIED }
        if record.facts.switchesStack { traits |= KL_SWITCHES_STACK }
        if coreRegisters == nil, record.facts.stackDescentBytes > 0 { traits |= KL_READS_STACK }
        return UInt32(truncatingIfNeeded: traits)
    }

    /// Unicorn translated the block at `address`: for the first time, or because its code changed.
    func translated(_ address: UInt32, size: Int) {
        kl_mark_code(fastPath, UInt64(address), UInt32(size))
        if let siteWord {
            sites.claim(address: address)
            siteWord.pointee = UnsafeMutableRawPointer(sites.pending)
        }
        countTranslation()
        guard let number = blocks.number(at: address) else { return }
        let ranges = blocks.records[Int(number)]?.watchedRanges ?? []
        blocks.setArmed(ranges.allSatisfy(isCoveredByCodeHooks), number)
        if blocks.records[Int(number)]?.bytes.count != size || !isUnchanged(number) {
            discardBlock(number)
        }
    }

    /// Forgets a block and every edge from and to it.
    func discardBlock(_ number: UInt32) {
        guard let record = blocks.records[Int(number)] else { return }
        removeEdges(of: number, at: record.address)
        if state.pointee.previous & ~UInt32(KL_SETTLE) == record.address {
            state.pointee.previous = Self.nowhere | UInt32(KL_SETTLE)
        }
        blocks.remove(number: number)
        marksMoved(number)
        delegate?.discarded(record.id)
    }

    /// Before the table changes: nothing may point into it.
    private func edgesWillMove() {
        callProfile?.foldPassages()
        detachCurrentEdge()
        sites.forgetEdges()
    }

    /// Moves the current edge out of the table, before the table changes.
    func detachCurrentEdge() {
        guard currentEdge != detachedEdge else { return }
        detachedEdge.pointee = currentEdge.pointee
        setCurrentEdge(detachedEdge)
    }

    private func removeEdges(of number: UInt32, at address: UInt32) {
        edgesWillMove()
        edges.removeEdges(of: number, at: address)
    }

    func forgetEdges() {
        edgesWillMove()
        edges.removeAll()
        blocks.removeSavings()
    }
}
