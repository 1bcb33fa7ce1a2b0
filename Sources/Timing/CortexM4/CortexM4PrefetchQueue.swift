// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// The prefetch unit's three words, cycle by cycle, counted in halfwords: two in the register that decode reads, the
/// others behind it.
///
/// The unit asks for one aligned word a cycle, which can be decoded two cycles later, when there is room for all that was
/// asked for. While a single-cycle instruction executes, it knows that the instruction in decode will move on, and counts
/// on the places that this one leaves; while one executes whose last cycle is not known early, it cannot. A direct
/// conditional branch spends its first cycle in decode on asking for its target.
///
/// The mechanism is that of cmemu (`fetch.rs`, `piq.rs`), found by measuring a Cortex-M3. On a Cortex-M4 nothing can be
/// counted on while the target of a branch executes, unless a store is in decode: there a narrow instruction and three
/// wide ones took a cycle more than four, or than a narrow one and three stores ("Alignment rules", "Branch timing",
/// compendium.i-0.nl).
struct CortexM4PrefetchQueue {
    /// Three words (Cortex-M3 TRM, DDI 0337G 1.2.1), the first of them the register.
    private static let places = 6
    private static let registerPlaces = 2
    /// Longer than it takes to fill the queue.
    private static let cyclesToFill = 8

    private var inRegister: Int
    private var behind = 0
    /// Words asked for in the last cycle and in the one before.
    private var isAskedFor = true
    private var isArriving = false
    /// Whether the last request counted on a place that was not free yet.
    private var isOnCredit = false
    /// Halfwords that move to execute in the next cycle.
    private var leaving = 0
    /// The target of a branch comes next, or is the instruction before.
    private var isAtTarget: Bool
    private var isBehindTarget = false

    /// In the cycle in which the word of `first` comes in; the next word was asked for a cycle ago, as behind a branch.
    init(at first: Instruction?, isBehindBranch: Bool) {
        inRegister = first?.isInUpperHalfword == true ? 1 : Self.registerPlaces
        isAtTarget = isBehindBranch
    }

    /// A folded IT leaves together with the instruction before it.
    mutating func fold() {
        leaving += 1
    }

    /// Goes on from the cycle in which the instruction before begins to execute to that in which this one does.
    ///
    /// - Parameters:
    ///   - cycles: between the two when no word is missing.
    ///   - executing: cycles in which the one before executes.
    ///   - isOpenEnded: its last cycle is not known early.
    ///   - asksForTarget: this one is a direct conditional branch that is not taken.
    /// - Returns: cycles for which this one waits for a word.
    mutating func waits(
        for instruction: Instruction, after cycles: Int, executing: Int, isOpenEnded: Bool,
        asksForTarget: Bool
    ) -> Int {
        let size = instruction.isWide ? 2 : 1
        let planned = min(cycles, Self.cyclesToFill)
        let isUncertain = isOpenEnded || isBehindTarget && !instruction.isSingleStore
        var decodedAt: Int?
        var cycle = 0
        while cycle < planned || decodedAt == nil {
            receive()
            let isWaiting = decodedAt != nil
            if !isWaiting, inRegister >= size { decodedAt = cycle }
            let isHeld = cycle < executing ? isUncertain : isWaiting
            if decodedAt == cycle, asksForTarget {
                isOnCredit = false
            } else {
                request(leavingSoon: decodedAt == nil ? nil : size, onCredit: !isHeld)
            }
            cycle += 1
        }
        leaving = size
        isBehindTarget = isAtTarget
        isAtTarget = false
        return cycle - planned
    }

    /// The beginning of a cycle: the register is emptied and filled, the word that was asked for two cycles ago comes.
    private mutating func receive() {
        inRegister -= leaving
        let stays = leaving == 0
        leaving = 0
        refillRegister()
        if isArriving { behind += 2 }
        refillRegister()
        isArriving = isAskedFor
        isAskedFor = false
        // The instruction in decode did not move on: the word asked for on its account finds no place.
        if stays, isOnCredit, occupied > Self.places { isArriving = false }
    }

    private mutating func refillRegister() {
        let moved = min(max(0, Self.registerPlaces - inRegister), behind)
        inRegister += moved
        behind -= moved
    }

    /// Halfwords that are taken or on their way; a register that holds anything counts as full.
    private var occupied: Int {
        (inRegister > 0 ? 2 : 0) + (isArriving ? 2 : 0) + behind
    }

    private mutating func request(leavingSoon size: Int?, onCredit: Bool) {
        let room = Self.places - Self.registerPlaces
        isOnCredit = occupied > room
        guard isOnCredit else {
            isAskedFor = true
            return
        }
        let freed =
            switch size {
            case nil: Self.registerPlaces - inRegister
            case 1 where inRegister == 2: 1
            default: 2
            }
        isAskedFor = onCredit && occupied - freed <= room
    }
}
