// SPDX-License-Identifier: GPL-2.0-or-later

/// Turns lifetimes into offsets: several greedy strategies, then a search where they leave a gap.
///
/// Deterministic: effort is counted in buffers looked at, never in time, and the seed is part of the
/// settings.
package struct ArenaPlanner: Sendable {
    /// Of the random choices in the search.
    package var seed: UInt64
    /// About how many looks at placed buffers the search may take; 0 leaves the greedy strategies.
    package var effort: Int

    /// A planner; where greedy plans miss the bound, the default effort takes about a second for 200
    /// buffers.
    package init(seed: UInt64 = 1, effort: Int = 240_000_000) {
        self.seed = seed
        self.effort = effort
    }

    /// The smallest plan found; an empty problem gives an empty arena.
    package func plan(_ problem: ArenaProblem) -> ArenaPlan {
        let bound = LowerBound(problem)
        let instance = Instance(problem, lowerBound: bound.bytes)
        var search = PlanSearch(instance, seed: seed)
        search.tryGreedy()
        search.improve(budget: max(0, effort))
        return ArenaPlan(
            problem: problem, offsets: search.offsets, arenaBytes: search.arena, bound: bound,
            isProvenOptimal: search.isProven, strategy: search.strategy, work: search.work)
    }
}
