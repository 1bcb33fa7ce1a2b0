// SPDX-License-Identifier: GPL-2.0-or-later

/// What is known of one block. Only the slow way looks here.
struct BlockRecord {
    var id: BlockID
    var address: UInt32
    var bytes: [UInt8]
    var facts: BlockFacts
    /// One entry per halfword when the block is watched, otherwise empty.
    var marks: [Mark] = []
    /// First and last instruction that must be translated with a call before it.
    var watchedRange: ClosedRange<UInt32>?
    /// The engine's translation has these calls.
    var isArmed = false
    /// An `AlignmentRequirement` failed once: the block's `.alignment` instructions are supervised.
    var supervisesAlignment = false
    var isVerified: Bool

    struct Mark: Equatable {
        /// Position in `BlockFacts.conditionalOffsets`, or nil.
        var conditional: Int?
        var isProbe = false
        var supervised: SupervisedKinds = []
        var isDelegated: Bool { isProbe || !supervised.isEmpty }
    }

    func contains(_ other: UInt32) -> Bool { other &- address < UInt32(bytes.count) }
}

/// The blocks executed so far, by number and by address. Numbers of dropped blocks are used again.
final class BlockStore {
    private(set) var records: [BlockRecord?] = [nil]
    private var numbers: [UInt32: UInt32] = [:]
    private var freeNumbers: [UInt32] = []
    /// Savings of all edges into blocks with conditional instructions, one after the other.
    var savings: [UInt32] = []

    var count: Int { numbers.count }

    func nextID() -> BlockID {
        BlockID(rawValue: freeNumbers.last ?? UInt32(records.count))
    }

    func number(at address: UInt32) -> UInt32? { numbers[address] }

    func insert(_ record: BlockRecord) {
        let number = record.id.rawValue
        if freeNumbers.last == number { freeNumbers.removeLast() }
        if Int(number) == records.count {
            records.append(record)
        } else {
            records[Int(number)] = record
        }
        numbers[record.address] = number
    }

    func remove(number: UInt32) {
        guard let record = records[Int(number)] else { return }
        records[Int(number)] = nil
        numbers[record.address] = nil
        freeNumbers.append(number)
    }

    func update(_ number: UInt32, _ change: (inout BlockRecord) -> Void) {
        guard var record = records[Int(number)] else { return }
        change(&record)
        records[Int(number)] = record
    }

    /// The watched instructions of a block that was translated with calls before them.
    func armedRange(_ number: UInt32) -> ClosedRange<UInt32>? {
        guard let record = records[Int(number)], record.isArmed else { return nil }
        return record.watchedRange
    }

    var allNumbers: [UInt32] { records.compactMap { $0?.id.rawValue } }
}
