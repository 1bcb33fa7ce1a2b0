// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TestSupport
import Testing

@Suite("Graph passes")
struct PassTests {
    private func sample(_ graph: Graph, seed: UInt64) -> [TensorData] {
        var random = SeededGenerator(seed: seed)
        return graph.inputs.map { id in
            .int8(
                (0..<graph[id].shape.count).map { _ in
                    Int8.random(in: -128...127, using: &random)
                })
        }
    }

    @Test("should fold padding into the convolution that reads it, with the same results")
    func foldPadding() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        let folded = graph.foldingPadding()
        let interpreter = try Interpreter(folded)
        #expect(folded.nodes.count == graph.nodes.count - 1)
        #expect(!folded.tensors.contains { $0.name == "padded" })
        let stem = try #require(folded.nodes.first { folded.name(of: $0) == "stem" })
        #expect(stem.operation.window?.padding == Padding(top: 1, left: 1, bottom: 1, right: 1))
        for seed in 0..<8 {
            let input = sample(graph, seed: UInt64(seed))
            #expect(try interpreter.run(input) == Interpreter(graph).run(input))
        }
    }

    @Test("should keep padding that a pooling reads, which counts only what is inside")
    func keepPadding() throws {
        var sketch = ModelSketch()
        let input = sketch.activation("input", [1, 4, 4, 2])
        let paddings = sketch.numbers("paddings", [4, 2], [0, 0, 1, 0, 0, 1, 0, 0])
        let padded = sketch.activation("padded", [1, 5, 5, 2])
        sketch.add(34, [input, paddings], padded)
        let pooled = sketch.activation("pooled", [1, 4, 4, 2])
        sketch.add(
            1, [padded], pooled, optionsType: 5,
            options: [0: .byte(1), 1: .int(1), 2: .int(1), 3: .int(2), 4: .int(2)])
        let graph = try Graph(tflite: sketch.bytes, name: "pooling")
        #expect(graph.foldingPadding() == graph)
    }

    @Test("should replace the classifier, and what follows it, for another number of classes")
    func replaceHead() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        let replaced = try graph.replacingHead(classes: 3, seed: 9)
        try replaced.validate()
        let classifier = replaced.nodes[try #require(replaced.classifier)]
        let weights = replaced[try #require(classifier.parameters).weights]
        #expect(weights.shape == Shape([3, 8]))
        #expect(replaced[classifier.output].shape == Shape([1, 3]))
        #expect(replaced[replaced.outputs[0]].shape == Shape([1, 3]))
        #expect(replaced[try #require(classifier.parameters).bias].int32Values == [0, 0, 0])
        // Every row uses the whole range, and no weight exceeds 1/sqrt(features).
        let values = try #require(weights.int8Values)
        for row in 0..<3 {
            #expect(values[row * 8..<row * 8 + 8].map(\.magnitude).max() == 127)
            #expect(
                replaced.quantization(of: try #require(classifier.parameters).weights)
                    .scales[row] * 127 <= 0.3536)
        }
        #expect(replaced.nodes.dropLast(2) == graph.nodes.dropLast(2))
    }

    @Test("should make the same head of the same seed, and another of another")
    func seededHead() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        let first = try graph.replacingHead(classes: 4, seed: 1)
        #expect(try first == graph.replacingHead(classes: 4, seed: 1))
        #expect(try first != graph.replacingHead(classes: 4, seed: 2))
    }

    @Test("should say why a head cannot be replaced")
    func noHead() throws {
        var sketch = ModelSketch()
        let input = sketch.activation("input", [1, 4, 4, 2])
        let output = sketch.activation("output", [1, 4, 4, 2])
        sketch.add(114, [input], output)
        let graph = try Graph(tflite: sketch.bytes, name: "headless")
        #expect(throws: GraphError.self) { try graph.replacingHead(classes: 3, seed: 1) }
        let whole = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        #expect(
            throws: GraphError.graph(
                what: "the number of classes", found: "1", valid: "2...65536")
        ) { try whole.replacingHead(classes: 1, seed: 1) }
    }

    /// One dead channel whose bias leaves no room, beside a living one.
    private func deadChannel(bias: Int, weightScale: Float) -> ModelSketch {
        var sketch = ModelSketch()
        let input = sketch.activation("input", [1, 3, 3, 2], scale: 0.02, zeroPoint: -128)
        let output = sketch.activation("output", [1, 3, 3, 2], scale: 0.02, zeroPoint: -100)
        let weights = sketch.weights("weights", [2, 1, 1, 2], axis: 0)
        sketch.tensors[weights].scales[1] = weightScale
        let biases = sketch.bias("bias", input: input, weights: weights, values: [100, bias])
        sketch.add(
            3, [input, weights, biases], output, optionsType: 1,
            options: [0: .byte(1), 1: .int(1), 2: .int(1)])
        return sketch
    }

    @Test("should bring the biases of dead channels into range without changing a result")
    func limitBiases() throws {
        let graph = try Graph(
            tflite: deadChannel(bias: 2_147_400_000, weightScale: 4e-9).bytes, name: "dead")
        let limit: Int32 = (1 << 29) - 1
        let limited = try graph.limitingBiases(to: limit)
        try limited.validate()
        let parameters = try #require(limited.nodes[0].parameters)
        let biases = try #require(limited[parameters.bias].int32Values)
        #expect(biases[0] == 100)
        #expect(biases[1].magnitude <= limit.magnitude && biases[1] > 0)
        for seed in 0..<4 {
            let input = sample(graph, seed: UInt64(seed))
            let expected = try Interpreter(graph).run(input)
            #expect(try Interpreter(limited).run(input) == expected)
            #expect(expected[0][1] == -91)
        }
    }

    @Test("should refuse to move the bias of a living channel")
    func livingChannel() throws {
        let graph = try Graph(
            tflite: deadChannel(bias: 1_200_000, weightScale: 5e-5).bytes, name: "alive")
        let error = #expect(throws: GraphError.self) { try graph.limitingBiases(to: 1 << 20) }
        #expect(error.map(String.init(describing:))?.contains("bias of channel 1") == true)
    }
}
