// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

extension Engine {
    /// Calls `ExecutionDelegate.reached` before every execution of the instruction at this address.
    package func addProbe(at address: UInt32) throws(EmulationError) {
        guard address & 1 == 0, isMapped(address, length: 2) else {
            throw .addressOutOfCode(address: address)
        }
        if probes.insert(address).inserted { watchedInstructionsChanged() }
    }

    package func removeProbe(at address: UInt32) {
        if probes.remove(address) != nil { watchedInstructionsChanged() }
    }

    func watchedInstructionsChanged() {
        blocks.allNumbers.forEach(watch)
        forgetEdges()
    }

    /// Works out which instructions of a block must be seen before they execute.
    func watch(_ number: UInt32) {
        guard let record = blocks.records[Int(number)] else { return }
        let halfwords = record.bytes.count / 2
        var marks = [UInt16](repeating: 0, count: halfwords)
        for (position, offset) in record.facts.conditionalOffsets.enumerated()
        where Int(offset) / 2 < halfwords {
            marks[Int(offset) / 2] = UInt16(position + 1)
        }
        let notices = notices(in: record)
        for (address, notice) in notices {
            let index = Int(address - record.address) / 2
            if let alignment = notice.alignment, coreRegisters != nil, marks[index] == 0 {
                marks[index] = UInt16(KL_WHEN_MISALIGNED) | alignment
            }
            marks[index] |= UInt16(KL_DELEGATED)
        }
        if detail != nil {
            for point in record.facts.detail.points where Int(point.offset) / 2 < halfwords {
                marks[Int(point.offset) / 2] |= UInt16(KL_OBSERVED)
            }
        }
        let old = record.watchedRanges
        let new = Self.runs(of: marks, at: record.address)
        // A translation may do itself what the old marks say.
        let wasArmed = blocks.isArmed(number) && blocks.hasMarks(marks, number)
        blocks.update(number) {
            $0.notices = notices
            $0.watchedRanges = new
        }
        blocks.setMarks(new.isEmpty ? [] : marks, of: number)
        marksMoved(number)
        let isCovered = new.allSatisfy { range in old.contains { $0.contains(range) } }
        blocks.setArmed(wasArmed && isCovered, number)
    }

    /// Runs of marked instructions; the nearest ones are joined until there is a hook for each.
    private static func runs(of marks: [UInt16], at address: UInt32) -> [ClosedRange<UInt32>] {
        var runs: [ClosedRange<UInt32>] = []
        for index in marks.indices where marks[index] != 0 {
            let place = address + UInt32(index) * 2
            // A 32-bit instruction has its mark on the first halfword.
            if let last = runs.last, place - last.upperBound <= 4 {
                runs[runs.count - 1] = last.lowerBound...place
            } else {
                runs.append(place...place)
            }
        }
        while runs.count > Int(KL_CODE_HOOKS) {
            let gaps = zip(runs, runs.dropFirst()).map { $1.lowerBound - $0.upperBound }
            let nearest = gaps.indices.min { gaps[$0] < gaps[$1] } ?? 0
            runs[nearest] = runs[nearest].lowerBound...runs[nearest + 1].upperBound
            runs.remove(at: nearest + 1)
        }
        return runs
    }

    /// Moves the bounds that lie on the block with its marks.
    func marksMoved(_ number: UInt32) {
        if state.pointee.bounds_block == number { kl_watch_block(state, number) }
    }

    /// What the delegate is to be told of a block's instructions, by address.
    private func notices(in record: BlockRecord) -> [UInt32: BlockRecord.Notice] {
        var notices: [UInt32: BlockRecord.Notice] = [:]
        let size = UInt32(record.bytes.count)
        var kinds = supervisedKinds.union(.alignmentUndecided)
        if record.supervisesAlignment { kinds.insert(.alignment) }
        for instruction in record.facts.supervised where UInt32(instruction.offset) < size {
            let address = record.address + UInt32(instruction.offset & ~1)
            let wanted = instruction.kinds.intersection(kinds)
            guard !wanted.isEmpty else { continue }
            let isOnlyAlignment = wanted.isSubset(of: [.alignment, .alignmentUndecided])
            notices[address] = BlockRecord.Notice(
                supervised: wanted,
                alignment: isOnlyAlignment ? instruction.alignment?.packed : nil)
        }
        for probe in probes where probe &- record.address < size {
            notices[probe, default: .init()].isProbe = true
            notices[probe]?.alignment = nil
        }
        return notices
    }

    /// An instruction that the delegate wants to see is about to execute.
    func reached(_ address: UInt32) {
        guard pendingStop == nil, let record = currentRecord,
            let notice = record.notices[address]
        else { return }
        let isRepeated = resumedInstruction == address
        resumedInstruction = nil
        if !isRepeated {
            let block = programCounter
            programCounter = address
            delegate?.reached(
                instruction: address, probe: notice.isProbe, supervised: notice.supervised)
            guard pendingStop == nil else { return }
            programCounter = block
        }
        let offset = UInt16(truncatingIfNeeded: address - record.address)
        if let position = record.facts.conditionalOffsets.firstIndex(of: offset) {
            kl_execute_conditional(state, UInt32(position))
        }
    }

    /// Prepares Unicorn to translate the block at `address` anew when the run goes on from there.
    func translateAgain(_ address: UInt32) throws(EmulationError) {
        codeHooks.attempts += 1
        guard codeHooks.attempts <= CodeHooks.mostAttempts else {
            codeHooks.attempts = 0
            throw .engine(
                operation: "translating the block at \(hex(address)) with calls", code: 0,
                message: "Unicorn did not translate it again")
        }
        kl_discard_code(handle, UInt64(address), UInt64(address) + 2)
        guard let number = blocks.number(at: address), let record = blocks.records[Int(number)],
            !record.watchedRanges.isEmpty
        else { return }
        if codeHooks.bounds.isEmpty {
            for range in record.watchedRanges where !codeHooks.permanent.contains(range) {
                try addCodeHook(UInt64(range.lowerBound), UInt64(range.upperBound))
                codeHooks.permanent.append(range)
            }
        }
        kl_watch_block(state, number)
    }

    /// Whether a translation made now has calls before all these instructions.
    func isCoveredByCodeHooks(_ range: ClosedRange<UInt32>) -> Bool {
        if codeHooks.bounds.isEmpty {
            return codeHooks.permanent.contains { $0.contains(range) }
        }
        return codeHooks.bounds.contains {
            $0[0] <= range.lowerBound && range.upperBound <= $0[1]
        }
    }
}

extension ClosedRange<UInt32> {
    fileprivate func contains(_ other: ClosedRange<UInt32>) -> Bool {
        lowerBound <= other.lowerBound && other.upperBound <= upperBound
    }
}
