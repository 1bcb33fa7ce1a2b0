// SPDX-License-Identifier: GPL-2.0-or-later

/// Edges by open addressing with linear probing; grows with the code executed, up to a bound.
///
/// The first slot that an edge hashes to is the only one that the hook looks at, so the table is
/// kept at most a quarter full. At the bound it is emptied: edges are then asked for again.
struct EdgeTable {
    private(set) var slots: UnsafeMutablePointer<Edge>
    private(set) var capacity: Int
    private(set) var count = 0

    static let initialCapacity = 1 << 12
    static let greatestCapacity = 1 << 20

    init() {
        capacity = Self.initialCapacity
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: .vacant, count: capacity)
    }

    func deallocate() { slots.deallocate() }

    var mask: UInt32 { UInt32(capacity - 1) }

    func find(address: UInt32, previous: UInt32) -> UnsafeMutablePointer<Edge>? {
        let key = UInt64(address) << 32 | UInt64(previous)
        var slot = HookState.slot(address: address, previous: previous) & mask
        while true {
            let edge = slots + Int(slot)
            if edge.pointee.key & ~Edge.slowMark == key, edge.pointee.isUsed { return edge }
            if edge.pointee.key == Edge.vacantKey { return nil }
            slot = (slot &+ 1) & mask
        }
    }

    /// Adds an edge that is not in the table. Every pointer into the table is void afterwards.
    mutating func insert(_ edge: Edge) -> UnsafeMutablePointer<Edge> {
        if (count + 1) * 4 > capacity { makeRoom() }
        count += 1
        return place(edge)
    }

    private func place(_ edge: Edge) -> UnsafeMutablePointer<Edge> {
        var slot = HookState.slot(address: edge.address, previous: edge.predecessor) & mask
        while slots[Int(slot)].isUsed { slot = (slot &+ 1) & mask }
        slots[Int(slot)] = edge
        return slots + Int(slot)
    }

    private mutating func makeRoom() {
        let old = UnsafeMutableBufferPointer(start: slots, count: capacity)
        let kept = old.filter { $0.isUsed }
        let isFull = kept.count * 8 > capacity && capacity == Self.greatestCapacity
        if kept.count * 8 > capacity && !isFull { capacity *= 2 }
        slots.deallocate()
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: .vacant, count: capacity)
        count = 0
        guard !isFull else { return }
        for edge in kept {
            _ = place(edge)
            count += 1
        }
    }

    /// Drops every edge from or to a block. Slots stay taken until the table is next rebuilt.
    func removeEdges(of block: UInt32, at address: UInt32) {
        for slot in 0..<capacity where slots[slot].isUsed {
            if slots[slot].block == block || slots[slot].predecessor == address {
                slots[slot].key = Edge.deletedKey
            }
        }
    }

    mutating func removeAll() {
        slots.update(repeating: .vacant, count: capacity)
        count = 0
    }
}
