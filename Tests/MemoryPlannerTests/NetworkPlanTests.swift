// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import Testing

@Suite("Plans of training steps")
struct NetworkPlanTests {
    static let variants: [(String, TrainingSchedule.Options)] = [
        ("all passes", .init()),
        ("fp32 gradients", .init(gradientBytes: 4)),
        ("int8 gradients", .init(gradientBytes: 1)),
        ("whole prefix", .init(streamsPrefix: false)),
        ("late updates", .init(reordersUpdates: false)),
        ("nothing in place", .init(worksInPlace: false)),
        (
            "no pass",
            .init(
                streamsPrefix: false, reordersUpdates: false, worksInPlace: false, gradientBytes: 4)
        ),
    ]

    static let schemes =
        UpdateScheme.published
        + NetworkShape.all.flatMap { network in
            [
                .full(network), .classifierOnly(network), .biasOnly(12, network),
                .lastLayers(6, of: network), .lastLayers(15, of: network),
            ]
        }

    @Test("should stay within 2 % of the bound for every network and scheme", arguments: schemes)
    func excess(scheme: UpdateScheme) throws {
        for (name, options) in Self.variants {
            let problem = try TrainingSchedule.problem(scheme, options)
            let plan = ArenaPlanner().plan(problem)
            let label = "\(scheme.testDescription), \(name)"
            #expect(PlanChecker.violations(plan) == [], "\(label)")
            #expect(plan.excess <= 0.02, "\(label): \(plan.arenaBytes) over \(plan.bound.bytes)")
        }
    }
}
