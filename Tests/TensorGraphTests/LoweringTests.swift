// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TestSupport
import Testing

@Suite("Lowering to plain convolutions")
struct LoweringTests {
    /// One convolution: dilated, or depthwise with a depth multiplier, or both.
    struct Layer {
        var size = 9
        var channels = 2
        var outputs = 3
        /// 0: a convolution.
        var multiplier = 0
        var kernel = (height: 3, width: 2)
        var stride = (height: 1, width: 1)
        var dilation = (height: 1, width: 1)
        var isSame = true
        var isPerChannel = true

        var model: ModelSketch {
            var sketch = ModelSketch()
            let input = sketch.activation("input", [1, size, size, channels])
            func extent(_ kernel: Int, _ stride: Int, _ dilation: Int) -> Int {
                let span = (kernel - 1) * dilation + 1
                return isSame ? (size + stride - 1) / stride : (size - span) / stride + 1
            }
            let made = multiplier == 0 ? outputs : channels * multiplier
            let output = sketch.activation(
                "output",
                [
                    1, extent(kernel.height, stride.height, dilation.height),
                    extent(kernel.width, stride.width, dilation.width), made,
                ], scale: 0.1)
            let depthwise = multiplier > 0
            let weights = sketch.weights(
                "weights",
                depthwise
                    ? [1, kernel.height, kernel.width, made]
                    : [made, kernel.height, kernel.width, channels],
                axis: isPerChannel ? (depthwise ? 3 : 0) : nil)
            let bias = sketch.bias(
                "bias", input: input, weights: weights, values: (0..<made).map { 40 * $0 - 90 })
            var options: [Int: FlatValue] = [
                0: .byte(isSame ? 0 : 1), 1: .int(stride.width), 2: .int(stride.height),
            ]
            let after = depthwise ? 1 : 0
            if depthwise { options[3] = .int(multiplier) }
            options[3 + after] = .byte(1)
            options[4 + after] = .int(dilation.width)
            options[5 + after] = .int(dilation.height)
            sketch.add(
                depthwise ? 4 : 3, [input, weights, bias], output, optionsType: depthwise ? 2 : 1,
                options: options)
            return sketch
        }
    }

    private func sample(_ graph: Graph, _ random: inout SeededGenerator) -> [TensorData] {
        graph.inputs.map { id in
            .int8(
                (0..<graph[id].shape.count).map { _ in
                    Int8.random(in: -128...127, using: &random)
                })
        }
    }

    @Test("should leave no dilation and no depth multiplier, and the same results")
    func equal() throws {
        var random = SeededGenerator(seed: 5)
        var lowered = 0
        for _ in 0..<150 {
            func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
            let layer = Layer(
                size: pick(9...12), channels: pick(1...4), outputs: pick(1...5),
                multiplier: pick(0...3), kernel: (pick(1...3), pick(1...3)),
                stride: (pick(1...2), pick(1...2)), dilation: (pick(1...4), pick(1...4)),
                isSame: Bool.random(using: &random), isPerChannel: Bool.random(using: &random))
            let graph = try Graph(tflite: layer.model.bytes, name: "layer")
            let plain = try graph.loweringConvolutions()
            let window = try #require(plain.nodes[0].operation.window)
            #expect(!window.isDilated)
            if case .depthwiseConvolution(_, let multiplier, _) = plain.nodes[0].operation {
                #expect(multiplier == 1)
            }
            if plain != graph { lowered += 1 }
            let input = sample(graph, &random)
            #expect(try Interpreter(plain).run(input) == Interpreter(graph).run(input), "\(layer)")
        }
        #expect(lowered > 100)
    }

    @Test("should leave plain layers as they are")
    func plain() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        #expect(try graph.loweringConvolutions() == graph)
    }

    @Test("should keep what a depthwise convolution of one channel weighs")
    func oneChannel() throws {
        let layer = Layer(channels: 1, multiplier: 6)
        let graph = try Graph(tflite: layer.model.bytes, name: "layer")
        let lowered = try graph.loweringConvolutions()
        let parameters = try #require(lowered.nodes[0].parameters)
        #expect(lowered[parameters.weights].shape == Shape([6, 3, 2, 1]))
        #expect(lowered[parameters.weights].byteCount == 36)
    }

    @Test("should not change weights that another layer shares")
    func sharedWeights() throws {
        var graph = try Graph(
            tflite: Layer(channels: 3, outputs: 3, dilation: (2, 2)).model.bytes, name: "layer")
        var second = graph.nodes[0]
        second.inputs = [graph.nodes[0].output]
        var output = graph[graph.nodes[0].output]
        output.name = "second"
        // The scales of weights and bias fit the first layer's input; so must the second's.
        graph[graph.nodes[0].output].quantization = graph[graph.inputs[0]].quantization
        second.output = graph.add(output)
        guard case .convolution(var window, let activation) = second.operation else { return }
        window.dilationHeight = 1
        window.dilationWidth = 1
        window.padding = Padding(top: 1, bottom: 1, right: 1)
        window.padding.left = 0
        second.operation = .convolution(window, activation)
        graph.nodes.append(second)
        graph.outputs = [second.output]
        let lowered = try graph.loweringConvolutions()
        #expect(lowered.nodes[0].parameters != lowered.nodes[1].parameters)
        var random = SeededGenerator(seed: 8)
        let input = sample(graph, &random)
        #expect(try Interpreter(lowered).run(input) == Interpreter(graph).run(input))
    }

    @Test(
        "should refuse what would be too large, naming the layer",
        arguments: [
            (Layer(dilation: (200, 200)), "the dilation is 200x200 of a 3x2 kernel"),
            (
                Layer(dilation: (30_000, 30_000)),
                "the dilation is 30000x30000"
            ),
            (
                Layer(size: 2, channels: 2000, multiplier: 2, kernel: (3, 3)),
                "the depth multiplier is 2 on 2000 channels"
            ),
            (
                Layer(size: 2, channels: 400, multiplier: 2, kernel: (3, 3)),
                "the depth multiplier is 2 on 400 channels"
            ),
        ])
    func tooLarge(layer: Layer, message: String) throws {
        let graph = try Graph(tflite: layer.model.bytes, name: "layer")
        let error = #expect(throws: GraphError.self) { try graph.loweringConvolutions() }
        let text = error.map(String.init(describing:)) ?? ""
        #expect(text.contains("output") && text.contains(message), "\(text)")
    }

    @Test("should take int8 samples where a model converts float32 itself")
    func quantizedInput() throws {
        var sketch = ModelSketch()
        sketch.tensors.append(.init(name: "input", shape: [1, 3, 3, 2], type: 0))
        let stored = sketch.activation("stored", [1, 3, 3, 2], scale: 0.02)
        sketch.add(114, [0], stored)
        let limited = sketch.activation("limited", [1, 3, 3, 2], scale: 0.02)
        sketch.add(19, [stored], limited)
        let graph = try Graph(tflite: sketch.bytes, name: "float")
        let taken = graph.takingQuantizedInputs()
        try taken.validate()
        #expect(taken.nodes.count == 1)
        #expect(taken.inputs.map { taken[$0].name } == ["stored"])
        let values = (0..<18).map { Float($0) * 0.3 - 2.5 }
        let before = try Interpreter(graph).activations([.float32(values)])
        let quantised = try #require(graph.tensors.firstIndex { $0.name == "stored" })
        #expect(
            try Interpreter(taken).run([.int8(before[quantised])])
                == Interpreter(graph).run([.float32(values)]))
        let other = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "int8")
        #expect(other.takingQuantizedInputs() == other)
    }
}
