// SPDX-License-Identifier: GPL-2.0-or-later

/// The trainable part of a convolution or fully connected layer.
package struct Parameters: Sendable, Hashable {
    /// int8, symmetric, per tensor or per output channel.
    package var weights: TensorID
    /// int32, one per output channel, scale = input scale * weight scale.
    package var bias: TensorID

    package init(weights: TensorID, bias: TensorID) {
        self.weights = weights
        self.bias = bias
    }
}

/// One operator of a graph.
package struct Node: Sendable, Hashable {
    package var operation: Operation
    /// Activations read, in order; an operand of an addition may be a constant.
    package var inputs: [TensorID]
    package var parameters: Parameters?
    package var output: TensorID

    package init(
        _ operation: Operation, inputs: [TensorID], parameters: Parameters? = nil, output: TensorID
    ) {
        self.operation = operation
        self.inputs = inputs
        self.parameters = parameters
        self.output = output
    }
}

/// A quantised network: tensors, and operators in the order of execution.
///
/// Tensors stand in the order of their first mention: the graph's inputs, then per node operands,
/// weights, bias, output. `validate()` says whether the rest of what the types promise holds.
package struct Graph: Sendable, Hashable {
    package var name: String
    package var tensors: [Tensor] = []
    package var nodes: [Node] = []
    package var inputs: [TensorID] = []
    package var outputs: [TensorID] = []

    package init(name: String) { self.name = name }

    package subscript(id: TensorID) -> Tensor {
        get { tensors[id.index] }
        set { tensors[id.index] = newValue }
    }

    /// Appends a tensor.
    package mutating func add(_ tensor: Tensor) -> TensorID {
        tensors.append(tensor)
        return TensorID(tensors.count - 1)
    }

    /// The name of a node: that of its output.
    package func name(of node: Node) -> String { self[node.output].name }

    /// The index of the node that computes a tensor; nil for inputs and constants.
    package func producer(of id: TensorID) -> Int? { nodes.firstIndex { $0.output == id } }

    /// The indices of the nodes that read a tensor, ascending.
    package func consumers(of id: TensorID) -> [Int] {
        nodes.indices.filter { nodes[$0].inputs.contains(id) }
    }

    /// The shape of a node's first operand.
    package func inputShape(of node: Node) -> Shape { self[node.inputs[0]].shape }

    /// The shape of a node's result.
    package func outputShape(of node: Node) -> Shape { self[node.output].shape }

    /// The quantisation of an activation; NaN scale where there is none (never in a valid graph).
    package func quantization(of id: TensorID) -> Quantization {
        self[id].quantization ?? Quantization(scale: .nan, zeroPoint: 0)
    }
}
