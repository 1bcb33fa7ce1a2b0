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
        let seen = marks.indices.filter { marks[$0] != 0 }
        let old = record.watchedRange
        blocks.update(number) {
            $0.notices = notices
            $0.watchedRange = nil
            if let first = seen.first, let last = seen.last {
                $0.watchedRange =
                    record.address + UInt32(first) * 2...record.address + UInt32(last) * 2
            }
        }
        let wasArmed = blocks.isArmed(number)
        blocks.setMarks(seen.isEmpty ? [] : marks, of: number)
        if let old, let new = blocks.records[Int(number)]?.watchedRange {
            let covers = old.contains(new.lowerBound) && old.contains(new.upperBound)
            blocks.setArmed(wasArmed && covers, number)
        }
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
        codeHook.attempts += 1
        guard codeHook.attempts <= CodeHook.mostAttempts else {
            codeHook.attempts = 0
            throw .engine(
                operation: "translating the block at \(hex(address)) with calls", code: 0,
                message: "Unicorn did not translate it again")
        }
        kl_discard_code(handle, UInt64(address), UInt64(address) + 2)
        guard let number = blocks.number(at: address),
            let range = blocks.records[Int(number)]?.watchedRange
        else { return }
        if codeHook.bounds == nil {
            try addCodeHook(UInt64(range.lowerBound), UInt64(range.upperBound))
            codeHook.hooked.append(range)
        }
        coverByCodeHook(range)
    }

    /// Moves the CODE hook onto these instructions.
    func coverByCodeHook(_ range: ClosedRange<UInt32>) {
        guard let bounds = codeHook.bounds else { return }
        bounds[0] = UInt64(range.lowerBound)
        bounds[1] = UInt64(range.upperBound)
    }

    /// Whether a translation made now has calls before all these instructions.
    func isCoveredByCodeHook(_ range: ClosedRange<UInt32>) -> Bool {
        guard let bounds = codeHook.bounds else {
            return codeHook.hooked.contains {
                $0.contains(range.lowerBound) && $0.contains(range.upperBound)
            }
        }
        return bounds[0] <= range.lowerBound && range.upperBound <= bounds[1]
    }
}
