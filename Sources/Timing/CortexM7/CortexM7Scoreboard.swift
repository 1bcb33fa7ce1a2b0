// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// The in-order, dual-issue core: which cycle each instruction issues in.
///
/// Cycles count from 0 at the first instruction. A group is one or two instructions that issue together, the older
/// and the younger.
struct CortexM7Scoreboard {
    var core = [CortexM7RegisterReady](repeating: CortexM7RegisterReady(), count: 16)
    var float = [CortexM7FloatReady](repeating: CortexM7FloatReady(), count: 32)
    var flagsReady = Int.min / 2
    /// The group's older instruction put a plain shift through the early shifter.
    var hasEarlyShift = false
    private var fetch: CortexM7FetchQueue
    private var addresses = CortexM7Addresses()
    private var stores = CortexM7Stores()
    private var groupCycle = -1
    /// Cycles until the next group can issue.
    private var groupOccupancy = 1
    private var accumulates = CortexM7Accumulates()
    /// The group's first instruction while its second slot is free.
    private var older: (instruction: Instruction, place: CortexM7Addresses.Place?)?

    /// Whether two loads conflict when nothing is known of their banks.
    let unknownBanksConflict: Bool
    /// Such a pair was met.
    private(set) var metUnknownBanks = false

    /// - Parameters:
    ///   - startsBehindOlder: the first instruction finds a group whose younger slot alone is free.
    ///   - fetchLead: chunks that fetch is ahead of issue.
    init(
        startsBehindOlder: Bool = false, fetchLead: Int = 0, unknownBanksConflict: Bool = false
    ) {
        self.unknownBanksConflict = unknownBanksConflict
        fetch = CortexM7FetchQueue(startingAt: -fetchLead)
        if startsBehindOlder {
            groupCycle = 0
            let nop = Instruction(
                address: 0, encoding: 0xBF00, width: 2, mnemonic: .nop, instructionClass: .nop)
            older = (nop, nil)
        }
    }

    /// The last cycle that the instructions so far occupy; differences between positions are costs.
    var position: Int { groupCycle + groupOccupancy - 1 }

    /// Issues the instruction and returns its cycle.
    mutating func issue(_ instruction: Instruction) -> Int {
        let place = addresses.place(of: instruction)
        var ready = max(operandCycle(instruction), fetch.cycle(of: instruction))
        ready = max(ready, accumulates.readyCycle(for: instruction))
        if instruction.isAnyLoad, let place { ready = max(ready, stores.readyCycle(for: place)) }
        let occupancy = instruction.cortexM7Occupancy + extraCycles(instruction, at: place)
        let cycle: Int
        if let older, ready <= groupCycle, pairs(older, (instruction, place)) {
            cycle = groupCycle
            recordResults(of: instruction, cycle: cycle, older: older.instruction)
            self.older = nil
            groupOccupancy = max(groupOccupancy, occupancy)
        } else {
            cycle = max(groupCycle + groupOccupancy, ready)
            hasEarlyShift = false
            recordResults(of: instruction, cycle: cycle, older: nil)
            groupCycle = cycle
            groupOccupancy = occupancy
            older = CortexM7Pairing.issuesAlone(instruction) ? nil : (instruction, place)
        }
        accumulates.record(instruction, cycle: cycle)
        if instruction.memory?.direction == .store, let place {
            stores.record(place, cycle: cycle + occupancy - 1)
        }
        addresses.follow(instruction)
        fetch.didIssue(at: cycle)
        return cycle
    }

    private mutating func pairs(
        _ older: (instruction: Instruction, place: CortexM7Addresses.Place?),
        _ younger: (instruction: Instruction, place: CortexM7Addresses.Place?)
    ) -> Bool {
        let isAccumulating = accumulates.wasRecent(at: groupCycle)
        if isAccumulating, younger.instruction.sharesCortexM7FloatPort { return false }
        guard
            CortexM7Pairing.canPair(
                older: older.instruction, younger: younger.instruction,
                isAccumulating: isAccumulating)
        else { return false }
        guard older.instruction.isAnyLoad, younger.instruction.isAnyLoad, let first = older.place,
            let second = younger.place
        else { return true }
        switch CortexM7Addresses.banks(first, second) {
        case .differ: return true
        case .same: return false
        case .unknown:
            metUnknownBanks = true
            return !unknownBanksConflict
        }
    }

    /// An even number of words stored from an odd word on takes one more cycle (m7).
    private func extraCycles(_ instruction: Instruction, at place: CortexM7Addresses.Place?) -> Int
    {
        guard let place, instruction.memory?.direction == .store, instruction.transferWords > 1,
            instruction.transferWords.isMultiple(of: 2)
        else { return 0 }
        return place.startsInOddWord ? 1 : 0
    }

    /// A block begins.
    mutating func enter(_ block: CodeBlock) {
        if let alignment = block.entryAlignment { addresses.enter(alignment) }
    }

    /// A predicted taken branch was issued: fetch goes on at its target.
    mutating func jump() {
        fetch.jump()
    }

    /// The pipeline restarts: the next instruction issues `penalty` cycles later than it could have.
    mutating func restart(penalty: Int) {
        groupCycle = position + penalty
        groupOccupancy = 1
        older = nil
        fetch = CortexM7FetchQueue(startingAt: groupCycle + 1)
    }
}

/// Multiply-accumulates of single precision, which hold up other instructions for some cycles.
struct CortexM7Accumulates {
    private var last = Int.min / 2
    private var lastChained = Int.min / 2
    /// The last in an earlier cycle than `last`.
    private var before = Int.min / 2

    /// One issued in the three cycles before this one.
    func wasRecent(at cycle: Int) -> Bool {
        let latest = last < cycle ? last : before
        return latest + 3 >= cycle
    }

    /// Behind a multiply-accumulate some instructions wait for three cycles; a fused one does not follow a chained
    /// one in the next cycle (m7).
    func readyCycle(for instruction: Instruction) -> Int {
        if instruction.waitsBehindCortexM7Accumulate { return last + 4 }
        let isFused = instruction.instructionClass == .floatFusedMultiplyAccumulate
        return isFused && !instruction.isDoublePrecision ? lastChained + 2 : Int.min
    }

    mutating func record(_ instruction: Instruction, cycle: Int) {
        guard instruction.isCortexM7FloatAccumulate, !instruction.isDoublePrecision else { return }
        if last < cycle { before = last }
        last = cycle
        if instruction.instructionClass == .floatMultiplyAccumulate { lastChained = cycle }
    }
}
