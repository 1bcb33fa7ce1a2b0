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
        blocks.update(number) { record in
            var marks = [BlockRecord.Mark](
                repeating: BlockRecord.Mark(), count: record.bytes.count / 2)
            for (position, offset) in record.facts.conditionalOffsets.enumerated()
            where Int(offset) / 2 < marks.count {
                marks[Int(offset) / 2].conditional = position
            }
            var kinds = supervisedKinds.union(.alignmentUndecided)
            if record.supervisesAlignment { kinds.insert(.alignment) }
            for instruction in record.facts.supervised
            where Int(instruction.offset) / 2 < marks.count {
                marks[Int(instruction.offset) / 2].supervised = instruction.kinds
                    .intersection(kinds)
            }
            for index in marks.indices
            where probes.contains(record.address &+ UInt32(index) * 2) {
                marks[index].isProbe = true
            }
            let seen = marks.indices.filter { marks[$0] != BlockRecord.Mark() }
            guard let first = seen.first, let last = seen.last else {
                record.marks = []
                record.watchedRange = nil
                return
            }
            let range =
                record.address &+ UInt32(first) * 2...record.address &+ UInt32(last) * 2
            if let old = record.watchedRange, old.contains(range.lowerBound),
                old.contains(range.upperBound)
            {
                record.watchedRange = old
            } else {
                record.watchedRange = range
                record.isArmed = false
            }
            record.marks = marks
        }
    }

    /// A watched instruction is about to execute; only those that really do arrive here.
    func reached(_ address: UInt32) {
        guard pendingStop == nil, let record = currentRecord, record.contains(address),
            !record.marks.isEmpty
        else { return }
        let mark = record.marks[Int(address - record.address) / 2]
        if mark.isDelegated {
            let isRepeated = resumedInstruction == address
            resumedInstruction = nil
            if !isRepeated {
                let block = programCounter
                programCounter = address
                delegate?.reached(
                    instruction: address, probe: mark.isProbe, supervised: mark.supervised)
                guard pendingStop == nil else { return }
                programCounter = block
            }
        }
        if let conditional = mark.conditional { executed(conditional: conditional) }
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
