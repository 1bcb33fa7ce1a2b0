// SPDX-License-Identifier: GPL-2.0-or-later

/// Late-acceptance hill climbing over placement orders: deterministic, in whole numbers.
///
/// A change of the order is kept when it overshoots the lower bound no more than the present order, or
/// than that of some rounds ago (Burke and Bykov, "The late acceptance hill-climbing heuristic", 2017).
struct LocalSearch {
    /// How far acceptance looks back, in rounds.
    private static let memory = 24

    private let instance: Instance
    private var random: SplitMix
    private var placement: Placement
    private(set) var best: (arena: Int, offsets: [Int])

    var work: Int { placement.work }

    init(_ instance: Instance, best: (arena: Int, offsets: [Int]), seed: UInt64) {
        self.instance = instance
        self.best = best
        random = SplitMix(state: seed)
        placement = Placement(instance)
    }

    /// Searches from `start` until the lower bound is reached or `budget` slots were looked at.
    mutating func run(from start: [Int], budget: Int) {
        // Only buffers that live through crowded steps decide; the others are filled in at the end.
        let crowd = instance.lowerBound / 8 * 5
        var order = start.filter { instance.pressures[$0] > crowd }
        let rest = start.filter { instance.pressures[$0] <= crowd }
        guard order.count > 1, var cost = evaluate(order, rest, limit: .max) else { return }
        let end = placement.work + budget
        var offsets = placement.offsets
        var late = Array(repeating: cost, count: Self.memory)
        var round = 0
        while best.arena > instance.lowerBound, placement.work < end {
            let changed = mutate(order, offsets)
            let limit = max(cost, late[round % Self.memory])
            if let newCost = evaluate(changed, rest, limit: limit) {
                order = changed
                cost = newCost
                offsets = placement.offsets
            }
            late[round % Self.memory] = cost
            round += 1
        }
    }

    /// By how much the crowded buffers overshoot the bound; the rest is placed only where that betters
    /// the best plan.
    private mutating func evaluate(_ order: [Int], _ rest: [Int], limit: Int) -> Int? {
        let cost = placement.overshoot(order, past: instance.lowerBound, limit: limit)
        guard let cost, placement.top < best.arena else { return cost }
        placement.placeMore(rest)
        if placement.top < best.arena { best = (placement.top, placement.offsets) }
        return cost
    }

    private mutating func mutate(_ order: [Int], _ offsets: [Int]) -> [Int] {
        var order = order
        let choice = random.below(8)
        if choice == 0, !instance.pairs.isEmpty {
            // An output goes down first, so that its input can stand above it.
            let pair = instance.pairs[random.below(instance.pairs.count)]
            if let output = order.firstIndex(of: pair.output),
                let input = order.firstIndex(of: pair.input), input < output
            {
                order.remove(at: output)
                order.insert(pair.output, at: input)
                return order
            }
        }
        var from = random.below(order.count)
        if choice > 2 {
            // A buffer that reaches past the bound goes down earlier.
            func end(_ position: Int) -> Int {
                offsets[order[position]] + instance.items[order[position]].size
            }
            let high = order.indices.filter { end($0) > instance.lowerBound }
            if !high.isEmpty { from = high[random.below(high.count)] }
        }
        // Before one that lives at the same time: passing the others changes nothing.
        var to = from
        for _ in 0..<8 {
            to = choice > 2 ? random.below(from + 1) : random.below(order.count)
            if to != from, instance.meet(order[to], order[from]) { break }
        }
        if choice == 1 {
            order.swapAt(from, to)
        } else {
            let moved = order.remove(at: from)
            order.insert(moved, at: to)
        }
        return order
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014), for the search's choices.
struct SplitMix {
    var state: UInt64

    /// A number from 0 to `limit - 1`; `limit` is at least 1.
    mutating func below(_ limit: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) % UInt64(limit))
    }
}
