// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Plans of training steps")
struct PlanTests {
    static let options: [PassOptions] =
        [
            PassOptions(), PassOptions(gradientBytes: 1, residualBytes: 0),
            PassOptions(readsInputByRows: true),
        ]
        + PassOptions.Pass.allCases.map { PassOptions().without($0) }
        + [PassOptions().without(.stream, .inPlace), PassOptions(passes: [])]

    @Test("should never read what was overwritten", arguments: options)
    func soundness(options: PassOptions) throws {
        for name in ["mcunet-49kb", "mbv2-49kb", "proxyless-148kb"] {
            let (graph, scheme) = try Example.published(name)
            let plan = try TrainingPlan(
                graph, scheme: scheme, options: options, planner: ArenaPlanner(effort: 0))
            #expect(ArenaExecution.violations(plan).isEmpty)
            #expect(PlanChecker.violations(plan.arena).isEmpty)
        }
    }

    @Test("should stay within 2 % of the lower bound", arguments: SchemeAnalysisTests.rows)
    func nearBound(row: SchemeAnalysisTests.Row) throws {
        let (graph, scheme) = try Example.published(row.name)
        for options in [PassOptions(), PassOptions().without(.stream)] {
            let plan = try TrainingPlan(graph, scheme: scheme, options: options)
            #expect(plan.arena.excess <= 0.02)
            #expect(PlanChecker.violations(plan.arena).isEmpty)
            #expect(ArenaExecution.violations(plan).isEmpty)
        }
    }

    @Test("should never need more with a pass than without", arguments: PassOptions.Pass.allCases)
    func gains(pass: PassOptions.Pass) throws {
        var gained = false
        for row in SchemeAnalysisTests.rows {
            let (graph, scheme) = try Example.published(row.name)
            let with = try TrainingPlan(graph, scheme: scheme)
            let without = try TrainingPlan(
                graph, scheme: scheme, options: PassOptions().without(pass))
            #expect(with.totalBytes <= without.totalBytes, "\(row.name)")
            gained = gained || with.totalBytes < without.totalBytes
        }
        #expect(gained)
    }

    @Test("should hold trained slices, whole biases and residuals between steps")
    func state() throws {
        let graph = try Example.small()
        let half = try #require(Ratio("1/2"))
        let scheme = try Scheme(
            name: "s",
            update: .sparse(
                biases: 1,
                weights: [
                    .init(layer: .number(6), ratio: half), .init(layer: .number(7), ratio: half),
                ])
        ).resolve(for: graph)
        func state(_ options: PassOptions) throws -> TrainedState {
            try TrainingPlan(graph, scheme: scheme, options: options).state
        }
        // Classifier 4x8; pointwise 24 x 4 of 8; depthwise 9 x 24 whole, 12 channels trained.
        let sliced = try state(PassOptions())
        #expect(sliced.weightBytes == 32 + 96 + 216)
        #expect(sliced.biasBytes == 4 * (4 + 8))
        #expect(sliced.residualBytes == 32 + 96 + 108)
        let whole = try state(PassOptions(residualBytes: 2).without(.slices))
        #expect(whole.weightBytes == 32 + 192 + 216)
        // Without slices a layer is trained as a whole or not at all.
        #expect(whole.residualBytes == 2 * (32 + 192 + 216))
        var options = PassOptions(residualBytes: 0)
        options.accumulates = true
        let accumulating = try state(options)
        #expect(accumulating.residualBytes == 2 * (32 + 96 + 108) + 4 * (4 + 8))
    }

    @Test("should work in place where an operand dies and the kernel can, and nowhere else")
    func inPlace() throws {
        let graph = try Example.small()
        func pairs(_ update: Scheme.Update) throws -> Set<String> {
            let scheme = try Scheme(name: "s", update: update).resolve(for: graph)
            let options = PassOptions().without(.stream)
            let program = try BackwardProgram(graph, scheme: scheme, options: options)
            let problem = try TrainingSchedule(program, options: options).arenaProblem()
            #expect(problem.sharings.allSatisfy { $0.lowestDelta == 0 && $0.highestDelta == 0 })
            return Set(problem.sharings.map { "\($0.output) over \($0.input)" })
        }
        let forward = try pairs(.classifier)
        #expect(
            forward == [
                "block0/depthwise over first_conv", "block1/depthwise over block1/pointwise1",
                "block2/depthwise over block2/pointwise1", "block2/add over block1/pointwise2",
                "block2/add over block2/pointwise2",
            ])
        // Weight gradients keep the other operands. block1/depthwise has stride 2: its input's gradient
        // is larger than its output's, and still begins at the same place.
        let full = try pairs(.full)
        #expect(
            full == [
                "block2/add over block2/pointwise2",
                "block2/pointwise1.gradient over block2/depthwise.gradient",
                "block1/pointwise1.gradient over block1/depthwise.gradient",
                "first_conv.gradient over block0/depthwise.gradient",
                "block1/pointwise2.gradient over block2/add.gradient",
            ])
    }

    @Test("should be the same each time")
    func determinism() throws {
        let (graph, scheme) = try Example.published("mbv2-73kb")
        let one = try TrainingPlan(graph, scheme: scheme)
        let other = try TrainingPlan(graph, scheme: scheme)
        #expect(one.arena == other.arena)
        #expect(one.schedule == other.schedule)
    }

    @Test("should plan models whose tensors have equal names")
    func equalNames() throws {
        var graph = try Example.small()
        for index in graph.tensors.indices { graph.tensors[index].name = "t" }
        let scheme = try Scheme(name: "s", update: .full).resolve(for: graph)
        let plan = try TrainingPlan(graph, scheme: scheme)
        #expect(PlanChecker.violations(plan.arena).isEmpty)
    }
}
