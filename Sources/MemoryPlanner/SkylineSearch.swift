// SPDX-License-Identifier: GPL-2.0-or-later

/// Branch and bound over plans built from the bottom up, for problems without fixed offsets or sharing.
///
/// In some smallest plan no buffer can move down. Such a plan is built by placing buffers in order of
/// offset, each on the skyline of its lifetime; so these orders are all that need trying, and when the
/// search ends within its budget, no smaller arena exists.
struct SkylineSearch {
    private let instance: Instance
    /// Lifetimes over the steps at which buffers begin: the live set grows nowhere else.
    private let spans: [Range<Int>]
    /// For each of these steps, the top of what is placed, and the bytes still to come.
    private var skyline: [Int]
    private var pending: [Int]
    private var isPlaced: [Bool]
    private var offsets: [Int]
    private var remaining: Int
    private let budget: Int
    /// For each buffer, its place among those that could stand equally low.
    private let rank: [Int]
    /// Plans must be smaller than this.
    private var limit: Int
    /// The smallest plan found below the limit.
    private(set) var found: (arena: Int, offsets: [Int])?
    /// Sections and buffers looked at.
    private(set) var work = 0

    /// Whether every order was tried or ruled out.
    var isExhaustive: Bool { work < budget }

    /// A search for plans below `limit` that tries buffers of equal offset as they come in `order`.
    init(_ instance: Instance, below limit: Int, order: [Int], budget: Int) {
        self.instance = instance
        self.limit = limit
        self.budget = budget
        var rank = Array(repeating: 0, count: instance.items.count)
        for (position, index) in order.enumerated() { rank[index] = position }
        self.rank = rank
        let items = instance.items
        let steps = Set(items.map(\.first)).sorted()
        spans = items.map { item in
            let begin = steps.partitioningIndex { $0 >= item.first }
            return begin..<steps.partitioningIndex { $0 > item.last }
        }
        skyline = Array(repeating: 0, count: steps.count)
        pending = Array(repeating: 0, count: steps.count)
        for (item, span) in zip(items, spans) {
            for section in span { pending[section] += item.size }
        }
        isPlaced = Array(repeating: false, count: items.count)
        offsets = Array(repeating: 0, count: items.count)
        remaining = items.count
    }

    /// Searches until nothing is left to try, the lower bound is reached or the budget is spent.
    mutating func run() { descend(above: 0, after: -1) }

    private var isDone: Bool { limit <= instance.lowerBound || work >= budget }

    /// Places the remaining buffers at `level` or above; at `level` itself only after `previous`.
    private mutating func descend(above level: Int, after previous: Int) {
        if remaining == 0 {
            if let top = skyline.max(), top < limit {
                found = (top, offsets)
                limit = top
            }
            return
        }
        guard !isDone, canImprove(above: level) else { return }
        guard let candidates = candidates(above: level, after: previous) else { return }
        for candidate in candidates {
            if isDone { return }
            let index = candidate.index
            let saved = Array(skyline[spans[index]])
            let size = instance.items[index].size
            for section in spans[index] {
                skyline[section] = candidate.offset + size
                pending[section] -= size
            }
            offsets[index] = candidate.offset
            isPlaced[index] = true
            remaining -= 1
            descend(above: candidate.offset, after: index)
            remaining += 1
            isPlaced[index] = false
            for (position, section) in spans[index].enumerated() {
                skyline[section] = saved[position]
                pending[section] += size
            }
        }
    }

    /// All that is still to come in a section stands at `level` or above, and above what is there.
    private mutating func canImprove(above level: Int) -> Bool {
        work += skyline.count
        return skyline.indices.allSatisfy {
            let floor = pending[$0] == 0 ? skyline[$0] : max(skyline[$0], level)
            return floor + pending[$0] < limit
        }
    }

    /// The buffers that may come next; nil where no plan of this kind follows.
    private mutating func candidates(
        above level: Int, after previous: Int
    ) -> [(offset: Int, index: Int)]? {
        let items = instance.items
        var open: [(offset: Int, index: Int)] = []
        for index in isPlaced.indices where !isPlaced[index] {
            work += spans[index].count
            let floor = spans[index].reduce(0) { max($0, skyline[$1]) }
            let offset = alignedUp(floor, to: items[index].alignment)
            if max(offset, level) + items[index].size >= limit { return nil }
            open.append((offset, index))
        }
        for (offset, index) in open where offset < level {
            // Passed over: lawful only if another that is still to come keeps it from moving down.
            work += open.count
            let isBlocked = open.contains {
                $0.index != index && max($0.offset, level) < offset + items[index].size
                    && instance.meet($0.index, index)
            }
            if !isBlocked { return nil }
        }
        // What follows costs about this much; measured against the sweep of `Placement`.
        work += 16 * open.count
        // Of two that stand equally low, independent of each other, one order is enough.
        let viable = open.filter {
            $0.offset > level || ($0.offset == level && $0.index > previous)
        }
        return viable.sorted { ($0.offset, rank[$0.index]) < ($1.offset, rank[$1.index]) }
    }
}

extension [Int] {
    /// The first position whose element fulfils a condition that holds from some element on.
    func partitioningIndex(where condition: (Int) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if condition(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
