// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// The graph with every PAD of rows and columns that only convolutions read made part of their
    /// windows: the same values, without the padded tensor.
    ///
    /// TFLite pads with the zero point, which is what a convolution's own padding stands for.
    package func foldingPadding() -> Graph {
        var graph = self
        for (index, node) in nodes.enumerated() {
            guard case .pad(let padding, channelsBefore: 0, channelsAfter: 0) = node.operation,
                !outputs.contains(node.output)
            else { continue }
            let readers = consumers(of: node.output)
            guard !readers.isEmpty,
                readers.allSatisfy({ nodes[$0].operation.padded(by: padding) != nil })
            else { continue }
            for reader in readers {
                graph.nodes[reader].inputs = [graph.nodes[index].inputs[0]]
                graph.nodes[reader].operation =
                    graph.nodes[reader].operation.padded(by: padding)
                    ?? graph.nodes[reader].operation
            }
        }
        return graph.removingUnused()
    }

    /// The graph without nodes whose output nothing reads, and without tensors that nothing
    /// mentions; the rest keeps its order.
    package func removingUnused() -> Graph {
        var graph = self
        var isRead = Set(outputs)
        graph.nodes = nodes.reversed().filter { node in
            guard isRead.contains(node.output) else { return false }
            isRead.formUnion(node.inputs)
            return true
        }.reversed()
        var mentioned = Set(graph.inputs + graph.outputs)
        for node in graph.nodes {
            mentioned.formUnion(node.inputs)
            mentioned.insert(node.output)
            if let parameters = node.parameters {
                mentioned.formUnion([parameters.weights, parameters.bias])
            }
        }
        var renumbered: [TensorID: TensorID] = [:]
        graph.tensors = []
        for (index, tensor) in tensors.enumerated() where mentioned.contains(TensorID(index)) {
            renumbered[TensorID(index)] = graph.add(tensor)
        }
        func new(_ id: TensorID) -> TensorID { renumbered[id] ?? id }
        graph.inputs = graph.inputs.map(new)
        graph.outputs = graph.outputs.map(new)
        graph.nodes = graph.nodes.map { node in
            Node(
                node.operation, inputs: node.inputs.map(new),
                parameters: node.parameters.map {
                    Parameters(weights: new($0.weights), bias: new($0.bias))
                }, output: new(node.output))
        }
        return graph
    }
}

extension Operation {
    /// A convolution with more padding; nil for other operators.
    fileprivate func padded(by more: Padding) -> Operation? {
        guard var window else { return nil }
        window.padding.top += more.top
        window.padding.left += more.left
        window.padding.bottom += more.bottom
        window.padding.right += more.right
        switch self {
        case .convolution(_, let activation): return .convolution(window, activation)
        case .depthwiseConvolution(_, let multiplier, let activation):
            return .depthwiseConvolution(window, depthMultiplier: multiplier, activation)
        default: return nil
        }
    }
}
