// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

extension NetworkShape {
    /// The network as a graph with random weights: memory, time and MACs are those of the trained
    /// one, accuracy is not.
    ///
    /// Weights are uniform, scaled as for training from scratch (variance 2 / fan-in); scales differ
    /// by channel; activations have the scales of ReLU6 (6 / 255) or, where linear, 0.05.
    /// - Parameters:
    ///   - classes: outputs of the classifier.
    ///   - seed: weights are a function of it alone.
    package func graph(classes: Int = 10, seed: UInt64 = 1) throws(TrainingError) -> Graph {
        guard (2...65_536).contains(classes) else {
            throw .graph(
                .graph(
                    what: "the number of classes", found: "\(classes)", valid: "2...65536"))
        }
        var builder = GraphBuilder(name: name, seed: seed)
        var x = builder.input(height: inputHeight, width: inputWidth, channels: inputChannels)
        x = builder.convolution(
            "first_conv", x, channels: stemChannels, kernel: stemKernel, stride: stemStride,
            .relu6)
        for (index, block) in blocks.enumerated() {
            let name = "block\(index)"
            let input = x
            if let expand = block.expand {
                x = builder.convolution("\(name)/pointwise1", x, channels: expand, .relu6)
            }
            x = builder.depthwise(
                "\(name)/depthwise", x, kernel: block.kernel, stride: block.stride)
            x = builder.convolution("\(name)/pointwise2", x, channels: block.channels, .none)
            if block.isResidual { x = builder.addition("\(name)/add", input, x) }
        }
        x = builder.globalPool("avgpool", x)
        x = builder.dense("classifier", x, classes: classes)
        builder.graph.outputs = [x]
        do {
            try builder.graph.validate()
        } catch {
            throw .graph(error)
        }
        return builder.graph
    }
}

/// Appends layers with seeded weights to a graph.
struct GraphBuilder {
    var graph: Graph
    private var state: UInt64

    init(name: String, seed: UInt64) {
        graph = Graph(name: name)
        state = seed
    }

    mutating func input(height: Int, width: Int, channels: Int) -> TensorID {
        let id = add(
            "input", Shape(height: height, width: width, channels: channels),
            Quantization(scale: 2 / 255, zeroPoint: 0))
        graph.inputs = [id]
        return id
    }

    mutating func convolution(
        _ name: String, _ x: TensorID, channels: Int, kernel: Int = 1, stride: Int = 1,
        _ activation: Activation
    ) -> TensorID {
        let window = Self.window(kernel, stride)
        let input = graph[x].shape
        let parameters = parameters(
            name, of: x, weights: Shape([channels, kernel, kernel, input.channels]), axis: 0)
        let output = add(name, Self.output(input, stride, channels), Self.range(activation))
        graph.nodes.append(
            Node(
                .convolution(window, activation), inputs: [x], parameters: parameters,
                output: output))
        return output
    }

    mutating func depthwise(
        _ name: String, _ x: TensorID, kernel: Int, stride: Int
    ) -> TensorID {
        let input = graph[x].shape
        let parameters = parameters(
            name, of: x, weights: Shape([1, kernel, kernel, input.channels]), axis: 3)
        let output = add(name, Self.output(input, stride, input.channels), Self.range(.relu6))
        graph.nodes.append(
            Node(
                .depthwiseConvolution(Self.window(kernel, stride), depthMultiplier: 1, .relu6),
                inputs: [x], parameters: parameters, output: output))
        return output
    }

    mutating func addition(_ name: String, _ left: TensorID, _ right: TensorID) -> TensorID {
        let output = add(
            name, graph[left].shape, Quantization(scale: 0.06, zeroPoint: 0))
        graph.nodes.append(Node(.add(.none), inputs: [left, right], output: output))
        return output
    }

    mutating func globalPool(_ name: String, _ x: TensorID) -> TensorID {
        let input = graph[x].shape
        let window = Window(
            kernel: (input.height, input.width), stride: (input.height, input.width))
        let output = add(
            name, Shape(height: 1, width: 1, channels: input.channels), graph.quantization(of: x))
        graph.nodes.append(Node(.averagePool(window, .none), inputs: [x], output: output))
        return output
    }

    mutating func dense(_ name: String, _ x: TensorID, classes: Int) -> TensorID {
        let parameters = parameters(
            name, of: x, weights: Shape([classes, graph[x].shape.count]), axis: 0)
        let output = add(name, Shape([1, classes]), Quantization(scale: 0.125, zeroPoint: 0))
        graph.nodes.append(
            Node(.fullyConnected(.none), inputs: [x], parameters: parameters, output: output))
        return output
    }

    private mutating func add(
        _ name: String, _ shape: Shape, _ quantization: Quantization
    ) -> TensorID {
        graph.add(
            Tensor(name: name, shape: shape, elementType: .int8, quantization: quantization))
    }

    private mutating func parameters(
        _ name: String, of x: TensorID, weights shape: Shape, axis: Int
    ) -> Parameters {
        let channels = shape.extents[axis]
        let fanIn = Double(shape.count / channels)
        // Uniform -127...127 has standard deviation 127 / sqrt(3).
        let scale = (2 / fanIn).squareRoot() / (127 / 3.0.squareRoot())
        let scales = (0..<channels).map { _ in Float(scale * (0.75 + 0.5 * next())) }
        let values = (0..<shape.count).map { _ in Int8((next() * 254 - 127).rounded()) }
        let weights = graph.add(
            Tensor(
                name: "\(name)/weight", shape: shape, elementType: .int8,
                quantization: Quantization(scales: scales, axis: axis), data: .int8(values)))
        let input = graph.quantization(of: x).scale
        let bias = graph.add(
            Tensor(
                name: "\(name)/bias", shape: Shape([channels]), elementType: .int32,
                quantization: Quantization(scales: scales.map { $0 * input }, axis: 0),
                data: .int32(Array(repeating: 0, count: channels))))
        return Parameters(weights: weights, bias: bias)
    }

    /// The next value of SplitMix64 (Steele, Lea, Flood 2014), in 0..<1.
    private mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
    }

    private static func window(_ kernel: Int, _ stride: Int) -> Window {
        let pad = kernel / 2
        return Window(
            kernel: (kernel, kernel), stride: (stride, stride),
            padding: Padding(top: pad, left: pad, bottom: pad, right: pad))
    }

    private static func output(_ input: Shape, _ stride: Int, _ channels: Int) -> Shape {
        Shape(
            height: (input.height - 1) / stride + 1, width: (input.width - 1) / stride + 1,
            channels: channels)
    }

    private static func range(_ activation: Activation) -> Quantization {
        activation == .none
            ? Quantization(scale: 0.05, zeroPoint: 0)
            : Quantization(scale: 6 / 255, zeroPoint: -128)
    }
}
