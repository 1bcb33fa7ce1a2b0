// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TestSupport
import TrainingCompiler

/// Small networks and schemes for tests.
enum Examples {
    /// SmallNetwork with a classifier of four classes. Biases and weight scales are seeded too.
    static func small(seed: UInt64 = 1) throws -> Graph {
        var graph = try NetworkShape.parse(yaml: SmallNetwork.yaml, file: "small.yaml")
            .graph(classes: 4, seed: seed)
        var generator = SeededGenerator(seed: seed)
        for parameters in graph.nodes.compactMap(\.parameters) {
            let count = graph[parameters.bias].shape.count
            graph[parameters.bias].data = .int32(
                (0..<count).map { _ in Int32.random(in: -2000...2000, using: &generator) })
        }
        return graph
    }

    /// The small network behind a padding, with other operators than an average pooling in front of its
    /// classifier (an addition of a constant, maximum pooling, mean, reshape, ReLU and a change of
    /// scale of their own), and a softmax behind it.
    static func pooled() throws -> Graph {
        var graph = try small()
        guard let pool = graph.nodes.firstIndex(where: { $0.operation.name == "avgpool" }) else {
            return graph
        }
        let input = graph.nodes[pool].inputs[0]
        let output = graph.nodes[pool].output
        let channels = graph[input].shape.channels
        func tensor(_ name: String, _ shape: Shape) -> Tensor {
            Tensor(
                name: name, shape: shape, elementType: .int8,
                quantization: graph[input].quantization)
        }
        let pooled = graph.add(
            tensor("maximum", Shape(height: 2, width: 2, channels: channels)))
        let mean = graph.add(tensor("mean", Shape([1, channels])))
        graph[mean].quantization = Quantization(scale: 0.04, zeroPoint: -3)
        let shifted = graph.add(graph[input])
        graph[shifted].name = "shifted"
        var values = graph[input]
        values.name = "constant"
        values.data = .int8((0..<values.shape.count).map { Int8($0 % 23 - 11) })
        let constant = graph.add(values)
        let flat = graph.add(graph[mean])
        graph[flat].name = "flat"
        let positive = graph.add(graph[mean])
        graph[positive].name = "positive"
        graph[positive].quantization = Quantization(scale: 0.03, zeroPoint: -128)
        graph[output] = graph[mean]
        graph[output].name = "scaled"
        graph[output].quantization = Quantization(scale: 0.02, zeroPoint: -100)
        let window = Window(
            kernel: (3, 3), stride: (2, 2), padding: Padding(top: 0, left: 0, bottom: 1, right: 1))
        graph.nodes.replaceSubrange(
            pool...pool,
            with: [
                Node(.add(.none), inputs: [constant, input], output: shifted),
                Node(.maxPool(window, .none), inputs: [shifted], output: pooled),
                Node(.mean, inputs: [pooled], output: mean),
                Node(.reshape, inputs: [mean], output: flat),
                Node(.activation(.relu), inputs: [flat], output: positive),
                Node(.quantize, inputs: [positive], output: output),
            ])
        let logits = graph.outputs[0]
        let shares = graph.add(graph[logits])
        graph[shares].quantization = Quantization(scale: 1 / 256, zeroPoint: -128)
        graph.nodes.append(Node(.softmax(beta: 1), inputs: [logits], output: shares))
        graph.outputs = [shares]
        let sample = graph.inputs[0]
        let padded = graph.add(graph[sample])
        graph[padded].name = "padded"
        graph[sample].shape = Shape(height: 14, width: 15, channels: 3)
        graph.nodes[0].inputs = [padded]
        let padding = Padding(top: 1, left: 0, bottom: 1, right: 1)
        graph.nodes.insert(
            Node(
                .pad(padding, channelsBefore: 0, channelsAfter: 0), inputs: [sample],
                output: padded), at: 0)
        // The classifier's bias scale follows its input's.
        if let last = graph.classifier.flatMap({ graph.nodes[$0].parameters }),
            let weights = graph[last.weights].quantization
        {
            graph[last.bias].quantization = Quantization(
                scales: weights.scales.map { $0 * 0.02 }, axis: 0)
        }
        return graph
    }

    static func half() throws -> Ratio { try Ratio("1/2").orThrow() }

    /// Parts of a pointwise and of a depthwise layer, a whole one, and the last six biases.
    static func sparse() throws -> Scheme {
        Scheme(
            name: "parts",
            update: .sparse(
                biases: 6,
                weights: [
                    .init(layer: .number(3), ratio: try half()), .init(layer: .number(5)),
                    .init(layer: .number(6), ratio: try half()),
                    .init(layer: .number(7), ratio: try half()),
                ]))
    }

    static func samples(_ count: Int, of graph: Graph, seed: UInt64 = 5) -> [[Int8]] {
        var generator = SeededGenerator(seed: seed)
        let size = graph[graph.inputs[0]].shape.count
        return (0..<count).map { _ in
            (0..<size).map { _ in Int8.random(in: -128...127, using: &generator) }
        }
    }
}

extension Optional {
    struct Missing: Error {}
    func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
