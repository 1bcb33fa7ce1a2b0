// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// What is known of one block. Only the slow way looks here.
struct BlockRecord {
    var id: BlockID
    var address: UInt32
    var bytes: [UInt8]
    var facts: BlockFacts
    /// What to tell the delegate, by halfword; only while the block is watched.
    var notices: [UInt32: Notice] = [:]
    /// Runs of instructions that must be translated with a call before each; at most `KL_CODE_HOOKS`.
    var watchedRanges: [ClosedRange<UInt32>] = []
    /// An `AlignmentRequirement` failed once: the block's `.alignment` instructions are supervised.
    var supervisesAlignment = false
    /// In memory that also stands elsewhere.
    var isVerified: Bool

    struct Notice: Equatable {
        var isProbe = false
        var supervised: SupervisedKinds = []
        /// Set when the delegate need only know of a misaligned address.
        var alignment: UInt16?
    }
}

/// The blocks executed so far, by number and by address. Numbers of dropped blocks are used again.
final class BlockStore {
    private(set) var records: [BlockRecord?] = [nil]
    private var numbers: [UInt32: UInt32] = [:]
    private var freeNumbers: [UInt32] = []
    /// What the CODE hook looks at, by block number; memory of our own, as C reads it.
    private(set) var watches: UnsafeMutablePointer<kl_watch>
    private var watchCapacity = 256
    /// Savings of all edges into blocks with conditional instructions, one after the other.
    private(set) var savings: UnsafeMutablePointer<UInt32>
    private var savingCapacity = 256
    private(set) var savingCount = 0

    init() {
        watches = .allocate(capacity: watchCapacity)
        watches.initialize(repeating: kl_watch(), count: watchCapacity)
        savings = .allocate(capacity: savingCapacity)
    }

    deinit {
        for number in 0..<watchCapacity {
            watches[number].marks?.deallocate()
            watches[number].detail.deallocate()
        }
        watches.deallocate()
        savings.deallocate()
    }

    var count: Int { numbers.count }
    /// Bytes of the tables that grow with the code executed.
    var byteCount: Int {
        watchCapacity * MemoryLayout<kl_watch>.stride
            + savingCapacity * MemoryLayout<UInt32>.stride
            + records.capacity * MemoryLayout<BlockRecord?>.stride
    }
    var allNumbers: [UInt32] { records.compactMap { $0?.id.rawValue } }

    /// Blocks with a byte in this range of addresses.
    func numbers(overlapping range: Range<UInt64>) -> [UInt32] {
        records.compactMap { record in
            guard let record else { return nil }
            let start = UInt64(record.address)
            return start < range.upperBound && range.lowerBound < start + UInt64(record.bytes.count)
                ? record.id.rawValue : nil
        }
    }

    func nextID() -> BlockID {
        BlockID(rawValue: freeNumbers.last ?? UInt32(records.count))
    }

    func number(at address: UInt32) -> UInt32? { numbers[address] }

    func insert(_ record: BlockRecord) {
        let number = record.id.rawValue
        if freeNumbers.last == number { freeNumbers.removeLast() }
        if Int(number) == records.count {
            records.append(record)
            if records.count > watchCapacity { growWatches() }
        } else {
            records[Int(number)] = record
        }
        numbers[record.address] = number
    }

    func remove(number: UInt32) {
        guard let record = records[Int(number)] else { return }
        setMarks([], of: number)
        watches[Int(number)].detail.deallocate()
        watches[Int(number)] = kl_watch()
        records[Int(number)] = nil
        numbers[record.address] = nil
        freeNumbers.append(number)
    }

    func update(_ number: UInt32, _ change: (inout BlockRecord) -> Void) {
        guard var record = records[Int(number)] else { return }
        change(&record)
        records[Int(number)] = record
    }

    /// Tells the CODE hook what a block's instructions mean; an empty list ends the watching.
    func setMarks(_ marks: [UInt16], of number: UInt32) {
        watches[Int(number)].marks?.deallocate()
        guard let record = records[Int(number)], !marks.isEmpty else {
            watches[Int(number)].marks = nil
            watches[Int(number)].halfwords = 0
            watches[Int(number)].is_armed = false
            return
        }
        let copy = UnsafeMutablePointer<UInt16>.allocate(capacity: marks.count)
        copy.initialize(from: marks, count: marks.count)
        watches[Int(number)].address = record.address
        watches[Int(number)].halfwords = UInt32(marks.count)
        withUnsafeMutablePointer(to: &watches[Int(number)].ranges) { ranges in
            ranges.withMemoryRebound(to: UInt64.self, capacity: 2 * Int(KL_CODE_HOOKS)) { words in
                for index in 0..<Int(KL_CODE_HOOKS) {
                    let range =
                        index < record.watchedRanges.count ? record.watchedRanges[index] : nil
                    words[2 * index] = range.map { UInt64($0.lowerBound) } ?? CodeHooks.idleBegin
                    words[2 * index + 1] = range.map { UInt64($0.upperBound) } ?? CodeHooks.idleEnd
                }
            }
        }
        watches[Int(number)].marks = copy
    }

    func hasMarks(_ marks: [UInt16], _ number: UInt32) -> Bool {
        let watch = watches[Int(number)]
        let old = UnsafeBufferPointer(start: watch.marks, count: Int(watch.halfwords))
        return old.elementsEqual(marks)
    }

    /// Lists what must be aligned at a block's entry; false when there is too much of it.
    func setAlignment(_ requirements: [AlignmentRequirement], of number: UInt32) -> Bool {
        guard requirements.count <= Int(KL_MOST_ALIGNMENTS) else { return false }
        withUnsafeMutableBytes(of: &watches[Int(number)].alignment) { list in
            for (index, requirement) in requirements.enumerated() {
                list[index] = UInt8(requirement.packed)
            }
        }
        watches[Int(number)].alignment_count = UInt8(requirements.count)
        return true
    }

    func setDetail(_ detail: BlockDetail, of number: UInt32) {
        watches[Int(number)].detail.deallocate()
        watches[Int(number)].detail = kl_block_detail(detail)
    }

    func predict(
        _ edge: PredictedEdge?, from predecessor: UInt32, into number: UInt32,
        _ branches: BranchTable
    ) {
        watches[Int(number)].detail.predict(edge, from: predecessor, branches)
    }

    func isArmed(_ number: UInt32) -> Bool { watches[Int(number)].is_armed }

    func setArmed(_ isArmed: Bool, _ number: UInt32) { watches[Int(number)].is_armed = isArmed }

    /// No block has a translation any more.
    func disarmAll() {
        for number in records.indices { watches[number].is_armed = false }
    }

    private func growWatches() {
        let grown = UnsafeMutablePointer<kl_watch>.allocate(capacity: watchCapacity * 2)
        grown.moveInitialize(from: watches, count: watchCapacity)
        (grown + watchCapacity).initialize(repeating: kl_watch(), count: watchCapacity)
        watches.deallocate()
        watches = grown
        watchCapacity *= 2
    }

    static let mostSavings = 1 << 20

    /// Whether `count` more savings fit under the bound.
    func hasRoom(forSavings count: Int) -> Bool { savingCount + count <= Self.mostSavings }

    func append(savings new: [UInt32]) -> UInt32 {
        let needed = savingCount + new.count
        if needed > savingCapacity {
            let capacity = max(needed, savingCapacity * 2)
            let grown = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity)
            grown.moveInitialize(from: savings, count: savingCount)
            savings.deallocate()
            savings = grown
            savingCapacity = capacity
        }
        let offset = UInt32(savingCount)
        (savings + savingCount).initialize(from: new, count: new.count)
        savingCount = needed
        return offset
    }

    func removeSavings() { savingCount = 0 }
}

extension AlignmentRequirement {
    /// As `kl_watch.alignment` holds it.
    var packed: UInt16 { UInt16(register & 15) << 2 | UInt16(truncatingIfNeeded: offset & 3) }
}
