// SPDX-License-Identifier: GPL-2.0-or-later

/// Runs a graph with TFLite's int8 arithmetic, bit for bit as its reference kernels.
///
/// Meant as an oracle: plain loops, every activation kept. The firmware's kernels agree where
/// fully connected layers round twice.
package struct Interpreter: Sendable {
    package let graph: Graph
    package let denseRounding: DenseRounding

    /// Checks the graph.
    package init(
        _ graph: Graph, denseRounding: DenseRounding = .once
    ) throws(GraphError) {
        try graph.validate()
        self.graph = graph
        self.denseRounding = denseRounding
    }

    /// Values of the graph's outputs for those of its inputs.
    package func run(_ inputs: [TensorData]) throws(GraphError) -> [[Int8]] {
        let values = try activations(inputs)
        return graph.outputs.map { values[$0.index] }
    }

    /// Values of every int8 tensor by its index, constants included; empty for other types.
    package func activations(_ inputs: [TensorData]) throws(GraphError) -> [[Int8]] {
        guard inputs.count == graph.inputs.count else {
            throw .graph(
                what: "the number of inputs given", found: "\(inputs.count)",
                valid: "\(graph.inputs.count)")
        }
        var values = graph.tensors.map { $0.int8Values ?? [] }
        var reals: [TensorID: [Float]] = [:]
        for (id, input) in zip(graph.inputs, inputs) {
            let tensor = graph[id]
            guard input.elementType == tensor.elementType, input.count == tensor.shape.count else {
                throw .tensor(
                    name: tensor.name, what: "the input given",
                    found: "\(input.count) \(input.elementType.rawValue) values",
                    valid: "\(tensor.shape.count) \(tensor.elementType.rawValue) values")
            }
            switch input {
            case .int8(let given): values[id.index] = given
            case .float32(let given): reals[id] = given
            case .int32: break
            }
        }
        for node in graph.nodes {
            let operand = node.inputs[0]
            if let given = reals[operand] {
                values[node.output.index] = quantize(given, node)
            } else {
                let second = node.inputs.count > 1 ? values[node.inputs[1].index] : []
                values[node.output.index] = run(node, values[operand.index], second)
            }
        }
        return values
    }

    /// The output of one node for its operands.
    private func run(_ node: Node, _ input: [Int8], _ second: [Int8]) -> [Int8] {
        switch node.operation {
        case .convolution(let window, _): convolution(node, window, input)
        case .depthwiseConvolution(let window, let multiplier, _):
            depthwise(node, window, multiplier, input)
        case .fullyConnected: fullyConnected(node, input)
        case .add: add(node, input, second)
        case .averagePool(let window, _): averagePool(node, window, input)
        case .maxPool(let window, _): maxPool(node, window, input)
        case .mean: mean(node, input)
        case .pad(let padding, let before, _): pad(node, padding, before, input)
        case .reshape: input
        case .softmax(let beta): softmax(node, beta, input)
        case .activation, .quantize: requantize(node, input)
        }
    }

    func zeroPoint(_ id: TensorID) -> Int32 { Int32(graph.quantization(of: id).zeroPoint) }
}

extension ClosedRange<Int32> {
    /// The nearest value of the range, which lies within int8.
    func clamp(_ value: Int32) -> Int8 {
        Int8(truncatingIfNeeded: Swift.max(lowerBound, Swift.min(upperBound, value)))
    }
}
