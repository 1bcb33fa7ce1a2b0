// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

extension kl_edge {
    /// An odd address, which no block has.
    static let vacantAddress: UInt32 = KL_VACANT
    /// Likewise; keeps the probing of other edges going.
    static let deletedAddress: UInt32 = .max - 2

    static let vacant = kl_edge(
        address: vacantAddress, predecessor: 0, ticks: 0, instructions: 0, stack_descent: 0,
        traits: 0, block: 0, savings: 0)

    var isUsed: Bool { address & 1 == 0 }
    var conditionals: Int { Int(traits >> 16) }
    func has(_ trait: Int) -> Bool { traits & UInt32(trait) != 0 }
}

/// Edges by open addressing with linear probing; grows with the code executed, up to a bound.
///
/// At most half full. At the bound it is emptied: edges are then asked for again.
struct EdgeTable {
    private(set) var slots: UnsafeMutablePointer<kl_edge>
    private(set) var capacity: Int
    /// Slots taken, by deleted edges too.
    private(set) var count = 0

    static let initialCapacity = 1 << 12
    static let greatestCapacity = 1 << 20

    init() {
        capacity = Self.initialCapacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: .vacant, count: capacity)
    }

    func deallocate() { slots.deallocate() }

    var byteCount: Int { capacity * MemoryLayout<kl_edge>.stride }

    /// What the hook masks offsets with.
    var byteMask: UInt32 { UInt32((capacity - 1) * MemoryLayout<kl_edge>.stride) }

    private func slot(_ address: UInt32, _ predecessor: UInt32) -> Int {
        Int(kl_edge_offset(address, predecessor) & byteMask) / MemoryLayout<kl_edge>.stride
    }

    /// Whether the next `insert` moves the edges that are there.
    var isFull: Bool { (count + 1) * 2 > capacity }

    /// Adds an edge that is not in the table.
    mutating func insert(_ edge: kl_edge) -> UnsafeMutablePointer<kl_edge> {
        if isFull { makeRoom() }
        count += 1
        return place(edge)
    }

    private func place(_ edge: kl_edge) -> UnsafeMutablePointer<kl_edge> {
        var slot = slot(edge.address, edge.predecessor)
        while slots[slot].address != kl_edge.vacantAddress { slot = (slot + 1) & (capacity - 1) }
        slots[slot] = edge
        return slots + slot
    }

    private mutating func makeRoom() {
        var kept = UnsafeMutableBufferPointer(start: slots, count: capacity)
            .filter { $0.isUsed }
        if kept.count * 4 > capacity {
            if capacity < Self.greatestCapacity { capacity *= 2 } else { kept = [] }
        }
        slots.deallocate()
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: .vacant, count: capacity)
        count = kept.count
        for edge in kept { _ = place(edge) }
    }

    /// Drops every edge from or to a block. Its slots stay taken until the table is next rebuilt.
    func removeEdges(of block: UInt32, at address: UInt32) {
        for slot in 0..<capacity where slots[slot].isUsed {
            if slots[slot].block == block || slots[slot].predecessor == address {
                slots[slot].address = kl_edge.deletedAddress
            }
        }
    }

    mutating func removeAll() {
        slots.update(repeating: .vacant, count: capacity)
        count = 0
    }
}
