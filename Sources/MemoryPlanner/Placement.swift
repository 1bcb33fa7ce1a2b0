// SPDX-License-Identifier: GPL-2.0-or-later

/// Buffers placed one after another, each at a free offset that its neighbours leave.
struct Placement {
    /// How a buffer chooses among the gaps that hold it.
    enum Fit {
        /// The lowest gap.
        case first
        /// The gap below the present top that leaves the least over; the lowest where none does.
        case best
    }

    private struct Slot {
        var start: Int
        var end: Int
        var first: Int
        var last: Int
        var index: Int
    }

    private let instance: Instance
    /// By start, ascending.
    private var slots: [Slot] = []
    private static let unplaced = -1
    /// What `overshoot` has placed, in order.
    private var placed: [Int] = []
    /// The fixed buffers; within `keep`, also what stays.
    private var isKept: [Bool]
    private(set) var offsets: [Int]
    private(set) var top = 0
    /// Slots looked at so far: the measure of effort.
    private(set) var work = 0

    init(_ instance: Instance) {
        self.instance = instance
        offsets = Array(repeating: Self.unplaced, count: instance.items.count)
        isKept = Array(repeating: false, count: instance.items.count)
        slots.reserveCapacity(instance.items.count)
        for (index, offset) in instance.fixed {
            isKept[index] = true
            put(index, at: offset)
        }
    }

    /// Places the buffers of `order` anew and returns the arena's size.
    mutating func place(_ order: [Int], _ fit: Fit) -> Int {
        keep(0)
        for index in order {
            put(index, at: fit == .first ? lowestOffset(index, from: 0) : snuggestOffset(index))
        }
        return top
    }

    /// Places the buffers of `order` by first fit and returns by how much they reach past `goal`,
    /// summed; nil as soon as that exceeds `limit`.
    ///
    /// What this function last placed stays as far as the two orders begin alike.
    mutating func overshoot(_ order: [Int], past goal: Int, limit: Int) -> Int? {
        let common = zip(order, placed).prefix { $0 == $1 }.count
        keep(common)
        work += order.count
        var sum = order[..<common].reduce(0) {
            $0 + max(0, offsets[$1] + instance.items[$1].size - goal)
        }
        if sum > limit { return nil }
        for index in order[common...] {
            let offset = lowestOffset(index, from: 0)
            put(index, at: offset)
            placed.append(index)
            sum += max(0, offset + instance.items[index].size - goal)
            if sum > limit { return nil }
        }
        return sum
    }

    /// Places further buffers above or among what stands.
    mutating func placeMore(_ order: [Int]) {
        for index in order { put(index, at: lowestOffset(index, from: 0)) }
    }

    /// Takes everything away but the fixed buffers and the first `count` of `placed`.
    private mutating func keep(_ count: Int) {
        for (position, index) in placed.enumerated() { isKept[index] = position < count }
        work += slots.count
        for slot in slots where !isKept[slot.index] { offsets[slot.index] = Self.unplaced }
        slots.removeAll { !isKept[$0.index] }
        for index in placed[..<count] { isKept[index] = false }
        placed.removeSubrange(count...)
        top = slots.reduce(0) { max($0, $1.end) }
    }

    private mutating func put(_ index: Int, at offset: Int) {
        let item = instance.items[index]
        let slot = Slot(
            start: offset, end: offset + item.size, first: item.first, last: item.last, index: index
        )
        var low = 0
        var high = slots.count
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].start < offset { low = middle + 1 } else { high = middle }
        }
        slots.insert(slot, at: low)
        offsets[index] = offset
        top = max(top, slot.end)
    }

    /// The lowest lawful offset of a buffer that is not below `start`.
    private mutating func lowestOffset(_ index: Int, from start: Int) -> Int {
        let item = instance.items[index]
        let partners = instance.partners[index]
        var offset = alignedUp(start, to: item.alignment)
        while true {
            for slot in slots {
                work += 1
                if slot.start >= offset + item.size { break }
                guard slot.end > offset, slot.first <= item.last, item.first <= slot.last else {
                    continue
                }
                if !partners.isEmpty, partners.contains(where: { $0.index == slot.index }) {
                    continue
                }
                offset = alignedUp(slot.end, to: item.alignment)
            }
            var moved = offset
            for partner in partners where offsets[partner.index] != Self.unplaced {
                moved = max(moved, lawful(moved, item, partner))
            }
            if moved == offset { return offset }
            offset = alignedUp(moved, to: item.alignment)
        }
    }

    /// The least offset from `offset` on that is disjoint from the partner or overlaps it lawfully.
    private func lawful(_ offset: Int, _ item: Instance.Item, _ partner: Instance.Partner) -> Int {
        let other = offsets[partner.index]
        let otherEnd = other + instance.items[partner.index].size
        if offset + item.size <= other || offset >= otherEnd { return offset }
        let delta = offset - other
        if delta > partner.highest { return otherEnd }
        return delta >= partner.lowest ? offset : min(otherEnd, other + partner.lowest)
    }

    private mutating func snuggestOffset(_ index: Int) -> Int {
        let item = instance.items[index]
        let lowest = lowestOffset(index, from: 0)
        var offset = lowest
        var best = (offset: lowest, waste: Int.max)
        while offset + item.size <= top {
            // The room above ends at the next slot that lives at the same time.
            let end = offset + item.size
            let next = slots.first {
                $0.start >= end && $0.first <= item.last && item.first <= $0.last
            }
            work += slots.count
            guard let next else { break }
            if next.start - end < best.waste { best = (offset, next.start - end) }
            offset = lowestOffset(index, from: next.end)
        }
        return best.offset
    }
}
