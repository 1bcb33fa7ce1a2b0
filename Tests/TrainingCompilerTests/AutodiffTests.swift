// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Differentiation")
struct AutodiffTests {
    private func program(
        _ update: Scheme.Update, _ graph: Graph, _ options: PassOptions = PassOptions()
    ) throws -> BackwardProgram {
        let scheme = try Scheme(name: "s", update: update).resolve(for: graph)
        return try BackwardProgram(graph, scheme: scheme, options: options)
    }

    static let choices: [Scheme.Update] = [
        .full, .classifier, .biases(last: 5), .layers(last: 4),
        .sparse(biases: 2, weights: [.init(layer: .number(3)), .init(layer: .number(7))]),
    ]
    static let passes: [Set<PassOptions.Pass>] = [
        [], [.prune], [.reorder], [.prune, .fuse], [.prune, .reorder], [.prune, .reorder, .fuse],
    ]

    @Test("should follow the chain rule, skips summed", arguments: choices, passes)
    func chainRule(update: Scheme.Update, passes: Set<PassOptions.Pass>) throws {
        let graph = try Example.small()
        let program = try program(update, graph, PassOptions(passes: passes))
        let twin = ScalarTwin(graph)
        let changes = twin.updates(program)
        let layers = program.scheme.layers
        #expect(
            Set(changes.biases.keys) == Set(layers.filter(\.trainsBias).map(\.node)))
        #expect(
            Set(changes.weights.keys) == Set(layers.filter(\.trainsWeights).map(\.node)))
        for (node, change) in changes.weights {
            let expected = twin.numericGradient(of: \.weights, node)
            #expect(abs(change - expected) < 1e-6 * max(1, abs(expected)))
        }
        for (node, change) in changes.biases {
            let expected = twin.numericGradient(of: \.biases, node)
            #expect(abs(change - expected) < 1e-6 * max(1, abs(expected)))
        }
    }

    @Test("should sum where one tensor feeds an operator twice")
    func doubledOperand() throws {
        var graph = try Example.small()
        let addition = try #require(
            graph.nodes.firstIndex { if case .add = $0.operation { true } else { false } })
        let branch = graph.nodes[addition].inputs[1]
        graph.nodes[addition].inputs = [branch, branch]
        let program = try program(.full, graph)
        let twin = ScalarTwin(graph)
        for (node, change) in twin.updates(program).weights {
            let expected = twin.numericGradient(of: \.weights, node)
            #expect(abs(change - expected) < 1e-6 * max(1, abs(expected)))
        }
        let plan = try TrainingPlan(graph, scheme: program.scheme)
        #expect(plan.arena.arenaBytes > 0)
    }

    @Test("should stop at the earliest trained layer and print what is left")
    func pruned() throws {
        let graph = try Example.small()
        let quarter = try #require(Ratio("1/4"))
        let program = try program(
            .sparse(biases: 1, weights: [.init(layer: .number(6), ratio: quarter)]), graph)
        #expect(
            program.description == """
                backward "s" of graph "small"
                  g(classifier) = loss classifier
                  db(classifier) = sum g(classifier)
                  b(classifier) -= db(classifier)
                  g(avgpool) = dense g(classifier)
                  W(classifier) -= x * g(classifier)
                  g(block2/add) = avgpool g(avgpool)
                  g(block2/add) = clamp g(block2/add)
                  g(block2/pointwise2) = identity g(block2/add)
                  g(block2/pointwise2) = clamp g(block2/pointwise2)
                  db(block2/pointwise2) = sum g(block2/pointwise2)
                  b(block2/pointwise2) -= db(block2/pointwise2)
                  g(block2/depthwise) = convolution g(block2/pointwise2)
                  g(block2/depthwise) = clamp g(block2/depthwise)
                  g(block2/pointwise1) = depthwise g(block2/depthwise)
                  g(block2/pointwise1) = clamp g(block2/pointwise1)
                  W(block2/pointwise1) -= x * g(block2/pointwise1) [2 of 8 channels]

                """)
    }

    @Test("should let saturated logits move, but not those an activation cuts off")
    func logitsAreNotMasked() throws {
        var graph = try Example.small()
        let classifier = try #require(graph.producer(of: graph.outputs[0]))
        var logits = graph[graph.outputs[0]]
        logits.name = "logits"
        let output = graph.add(logits)
        graph.nodes.append(Node(.reshape, inputs: [graph.outputs[0]], output: output))
        graph.outputs = [output]
        #expect(try !program(.classifier, graph).operations.contains(.clamp(classifier)))
        graph.nodes[classifier].operation = .fullyConnected(.relu)
        #expect(try program(.classifier, graph).operations.contains(.clamp(classifier)))
    }

    @Test("should find every gradient and update at the end with all passes off")
    func unpruned() throws {
        let graph = try Example.small()
        let program = try program(.classifier, graph, PassOptions(passes: []))
        #expect(
            program.operations.filter { if case .weightGradient = $0 { true } else { false } }
                .count == 10)
        let classifier = program.scheme.classifier
        #expect(
            program.operations.suffix(2)
                == [.updateBiases(classifier), .updateWeights(classifier)])
    }

    @Test("should not fuse across other layers' gradients")
    func fusionNeedsOrder() throws {
        let graph = try Example.small()
        let program = try program(.full, graph, PassOptions().without(.reorder))
        // The first convolution's gradient comes last, next to nothing but updates of other layers.
        #expect(!program.operations.contains(.updateFromGradient(graph.convolutions[5])))
        let ordered = try self.program(.full, graph)
        #expect(ordered.operations.contains(.updateFromGradient(graph.convolutions[5])))
        // Depthwise layers have no such kernel.
        #expect(ordered.operations.contains(.updateWeights(graph.convolutions[7])))
    }

    @Test("should refuse operators without a rule only where a gradient needs them")
    func noRule() throws {
        var graph = try Example.small()
        let node = graph.convolutions[4]
        guard
            case .depthwiseConvolution(var window, let multiplier, let activation) =
                graph.nodes[node].operation
        else {
            Issue.record("no depthwise convolution")
            return
        }
        window.dilationHeight = 2
        window.dilationWidth = 2
        window.padding = Padding(top: 4, left: 4, bottom: 4, right: 4)
        graph.nodes[node].operation = .depthwiseConvolution(
            window, depthMultiplier: multiplier, activation)
        _ = try program(.layers(last: 4), graph)
        let error = #expect(throws: TrainingError.self) { try program(.layers(last: 5), graph) }
        #expect(error?.description.contains("it is dilated") == true)
    }

    @Test("should take a softmax at the end as part of the loss")
    func softmax() throws {
        var graph = try Example.small()
        let logits = graph.outputs[0]
        let output = graph.add(
            Tensor(
                name: "softmax", shape: graph[logits].shape, elementType: .int8,
                quantization: Quantization(scale: 1 / 256, zeroPoint: -128)))
        graph.nodes.append(Node(.softmax(beta: 1), inputs: [logits], output: output))
        graph.outputs = [output]
        let program = try program(.classifier, graph)
        #expect(program.logits == logits)
        let schedule = TrainingSchedule(program, options: PassOptions())
        #expect(!schedule.description.contains("softmax"))
    }
}
