// SPDX-License-Identifier: GPL-2.0-or-later

/// The best plan so far, and the strategies that try to better it.
struct PlanSearch {
    /// Runs of the local search in each of its rounds, which share the budget: runs get stuck, so that
    /// many short ones find more than a long one in most problems, but not in all.
    private static let rounds = [40, 40, 20, 10]

    private let instance: Instance
    private let seed: UInt64
    private let orders: [(name: String, order: [Int])]
    /// What first-fit placement makes of each order.
    private var outcomes: [(arena: Int, order: [Int])] = []
    private(set) var arena = Int.max
    private(set) var offsets: [Int] = []
    private(set) var strategy = ""
    private(set) var work = 0
    private var isExhausted = false

    var isProven: Bool { isExhausted || isAtBound }
    private var isAtBound: Bool { arena <= instance.lowerBound }

    init(_ instance: Instance, seed: UInt64) {
        self.instance = instance
        self.seed = seed
        orders = GreedyOrders.all(instance)
    }

    private mutating func offer(_ arena: Int, _ offsets: [Int], _ strategy: String) {
        guard arena < self.arena else { return }
        (self.arena, self.offsets, self.strategy) = (arena, offsets, strategy)
    }

    /// Places by each order, with both fits.
    mutating func tryGreedy() {
        var placement = Placement(instance)
        for (name, order) in orders where !isAtBound {
            for fit in [Placement.Fit.first, .best] {
                let arena = placement.place(order, fit)
                if fit == .first { outcomes.append((arena, order)) }
                offer(arena, placement.offsets, "greedy by \(name), \(fit) fit")
            }
        }
        work += placement.work
    }

    /// Spends up to `budget` looks at buffers on smaller plans.
    mutating func improve(budget: Int) {
        guard budget > 0, !isAtBound else { return }
        if instance.fixed.isEmpty, instance.pairs.isEmpty {
            searchSkyline(below: arena, orders[0].order, budget: budget / 8)
        }
        guard !isProven else { return }
        var search = LocalSearch(instance, best: (arena, offsets), seed: seed)
        // The most promising orders first.
        let starts = outcomes.sorted { $0.arena < $1.arena }
        let share = budget / Self.rounds.count
        for runs in Self.rounds {
            for run in 0..<runs {
                search.run(from: starts[run % starts.count].order, budget: share / runs)
            }
        }
        work += search.work
        offer(search.best.arena, search.best.offsets, "local search")
    }

    private mutating func searchSkyline(below limit: Int, _ order: [Int], budget: Int) {
        var search = SkylineSearch(instance, below: limit, order: order, budget: budget)
        search.run()
        work += search.work
        let isProof = search.isExhaustive && limit == arena
        if let found = search.found { offer(found.arena, found.offsets, "branch and bound") }
        if isProof { isExhausted = true }
    }
}
