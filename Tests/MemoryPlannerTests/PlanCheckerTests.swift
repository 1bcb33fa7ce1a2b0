// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TestSupport
import Testing

@Suite("The plan checker")
struct PlanCheckerTests {
    private let twins = [
        ArenaBuffer("a", sizeBytes: 8, firstStep: 2, lastStep: 5),
        ArenaBuffer("b", sizeBytes: 8, firstStep: 2, lastStep: 5),
    ]

    private func violations(
        _ buffers: [ArenaBuffer], _ offsets: [Int], arena: Int = 100, _ sharings: [Sharing] = []
    ) -> [String] {
        PlanChecker.violations(
            buffers: buffers, sharings: sharings, offsets: offsets, arenaBytes: arena)
    }

    @Test("should find overlap of equal lifetimes, of touching ones and of a shared last byte")
    func overlaps() {
        #expect(violations(twins, [0, 8]) == [])
        #expect(violations(twins, [0, 4]) == ["'a' and 'b' both hold bytes 4..<8 at step 2"])
        #expect(violations(twins, [0, 0]).count == 1)
        var late = twins
        late[1].firstStep = 5
        late[1].lastStep = 5
        #expect(violations(late, [4, 0]) == ["'a' and 'b' both hold bytes 4..<8 at step 5"])
        late[1].firstStep = 6
        late[1].lastStep = 6
        #expect(violations(late, [4, 0]) == [])
    }

    @Test("should find what leaves the arena, is not aligned or is not where it was fixed")
    func places() {
        #expect(violations(twins, [0, 93]).count == 2)
        #expect(violations(twins, [0, 92], arena: 99).count == 1)
        #expect(violations(twins, [-8, 0]).count == 1)
        #expect(violations(twins, [0, 10]) == ["'b' at 10 is not aligned to 4"])
        #expect(violations(twins, [0]) == ["1 offsets for 2 buffers"])
        var fixed = twins
        fixed[0].fixedOffset = 16
        #expect(violations(fixed, [0, 8]) == ["'a' stands at 0 instead of 16"])
    }

    @Test("should accept sharing only where the rule allows it and the input ends in time")
    func sharing() {
        var pair = twins
        pair[1].firstStep = 5
        pair[1].lastStep = 9
        let rule = Sharing(output: "b", input: "a", lowestDelta: nil, highestDelta: -4)
        #expect(violations(pair, [4, 0], [rule]) == [])
        #expect(violations(pair, [0, 0], [rule]).count == 1)
        #expect(violations(pair, [0, 4], [rule]).count == 1)
        pair[0].lastStep = 6
        #expect(violations(pair, [4, 0], [rule]).count == 1)
    }

    @Test("should find every buffer of a sound plan that is moved onto another")
    func damagedPlans() throws {
        for seed in 0..<50 as Range<UInt64> {
            let problem = try RandomProblems.problem(
                .mirrored, count: 12, seed: seed, alignments: [1])
            let plan = ArenaPlanner(effort: 0).plan(problem)
            #expect(PlanChecker.violations(plan) == [])
            for index in 1..<problem.buffers.count {
                var offsets = plan.offsets
                // All live in the middle of the schedule.
                offsets[index] = offsets[index - 1]
                let found = violations(problem.buffers, offsets, arena: plan.arenaBytes)
                #expect(!found.isEmpty)
            }
        }
    }

    private func violations(
        _ buffers: [ArenaBuffer], _ offsets: [Int], _ sharings: [Sharing]
    ) -> [String] {
        violations(buffers, offsets, arena: 100, sharings)
    }
}
