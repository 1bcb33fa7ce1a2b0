// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import Testing

@Suite("Plans of random problems")
struct RandomPlanTests {
    @Test("should be sound and never below the bound", arguments: RandomProblems.Kind.allCases)
    func soundness(kind: RandomProblems.Kind) throws {
        let planner = ArenaPlanner(effort: 100_000)
        for seed in 0..<400 as Range<UInt64> {
            let count = 1 + Int(seed % 40)
            let problem = try RandomProblems.problem(kind, count: count, seed: seed)
            let plan = planner.plan(problem)
            #expect(PlanChecker.violations(plan) == [], "\(kind), seed \(seed)")
            #expect(plan.arenaBytes >= plan.bound.bytes, "\(kind), seed \(seed)")
            let ends = zip(plan.offsets, problem.buffers).map { $0 + $1.sizeBytes }
            #expect(plan.arenaBytes == ends.max(), "\(kind), seed \(seed)")
        }
    }

    @Test(
        "should equal the smallest arena that trying everything finds",
        arguments: RandomProblems.Kind.allCases)
    func optimality(kind: RandomProblems.Kind) throws {
        for seed in 0..<60 as Range<UInt64> {
            let count = 2 + Int(seed % 5)
            let problem = try RandomProblems.problem(
                kind, count: count, seed: seed, alignments: [1, 4], largest: 60)
            let plan = ArenaPlanner(effort: 2_000_000).plan(problem)
            let smallest = BruteForce.smallestArena(problem.buffers, problem.sharings)
            #expect(plan.arenaBytes == smallest, "\(kind), seed \(seed)")
            #expect(plan.bound.bytes <= smallest, "\(kind), seed \(seed)")
        }
    }

    @Test("should prove optimality for up to a dozen buffers that neither share nor are fixed")
    func proofs() throws {
        for kind in [RandomProblems.Kind.scattered, .skips, .mirrored, .equalLifetimes] {
            for seed in 0..<60 as Range<UInt64> {
                let problem = try RandomProblems.problem(
                    kind, count: 12, seed: seed, alignments: [4])
                let plan = ArenaPlanner().plan(problem)
                #expect(plan.isProvenOptimal, "\(kind), seed \(seed)")
                #expect(PlanChecker.violations(plan) == [])
            }
        }
    }

    @Test("should give the bound for buffers of equal lifetime and alignment")
    func equalLifetimes() throws {
        let problem = try ArenaProblem(
            (0..<50).map { ArenaBuffer("t\($0)", sizeBytes: 4 * $0 + 4, firstStep: 2, lastStep: 9) }
        )
        let plan = ArenaPlanner().plan(problem)
        #expect(plan.arenaBytes == 4 * 50 * 51 / 2)
        #expect(plan.isProvenOptimal)
        #expect(PlanChecker.violations(plan) == [])
    }

    @Test("should give the same plan every time, and keep within its effort")
    func determinism() throws {
        for kind in RandomProblems.Kind.allCases {
            let problem = try RandomProblems.problem(kind, count: 400, seed: 5, largest: 50_000)
            let plan = ArenaPlanner(seed: 9).plan(problem)
            #expect(plan == ArenaPlanner(seed: 9).plan(problem))
            #expect(PlanChecker.violations(plan) == [])
            // A second allows about 200 million looks; the greedy strategies come on top of the search.
            #expect(plan.work < 300_000_000, "\(kind)")
        }
    }

    @Test("should give an empty arena for nothing")
    func nothing() throws {
        let plan = ArenaPlanner().plan(try ArenaProblem([]))
        #expect(plan.arenaBytes == 0)
        #expect(plan.bound.bytes == 0)
        #expect(plan.isProvenOptimal)
        #expect(plan.excess == 0)
        #expect(plan.svg().hasSuffix("</svg>\n"))
        #expect(plan.tableText.hasPrefix("arena 0 bytes"))
    }

    @Test("should plan the largest sizes and steps without overflow")
    func extremes() throws {
        let limit = ArenaProblem.sizeLimitBytes
        let problem = try ArenaProblem(
            (0..<40).map {
                ArenaBuffer(
                    "t\($0)", sizeBytes: limit, firstStep: $0 % 3,
                    lastStep: ArenaProblem.stepLimit - $0 % 2)
            })
        let plan = ArenaPlanner().plan(problem)
        #expect(plan.arenaBytes == 40 * limit)
        #expect(PlanChecker.violations(plan) == [])
        #expect(plan.svg().contains("peak: step 2"))
    }
}
