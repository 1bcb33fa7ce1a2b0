// SPDX-License-Identifier: GPL-2.0-or-later

/// What a graph needs, from its shapes.
package struct GraphTotals: Sendable, Equatable {
    /// Multiply-accumulates of one forward pass, padding counted.
    package var macs: Int
    package var weightBytes: Int
    package var biasBytes: Int
    /// Tensors held while the most demanding node runs without in-place operation: its operands
    /// and its output, bytes; other live tensors are not counted.
    package var largestNodeBytes: Int
    package var largestNode: Int?
}

extension Graph {
    /// Multiply-accumulates of one node, padding counted; 0 for operators without weights.
    package func macs(of node: Node) -> Int {
        guard let parameters = node.parameters else { return 0 }
        let weights = self[parameters.weights].shape
        let output = outputShape(of: node)
        switch node.operation {
        case .convolution, .depthwiseConvolution: return output.pixels * weights.count
        case .fullyConnected: return weights.count
        default: return 0
        }
    }

    /// Bytes of tensors, each counted once.
    private func bytes(of ids: [TensorID]) -> Int {
        Set(ids).reduce(0) { $0 + self[$1].byteCount }
    }

    /// Sums over the graph.
    package var totals: GraphTotals {
        var totals = GraphTotals(macs: 0, weightBytes: 0, biasBytes: 0, largestNodeBytes: 0)
        let parameters = nodes.compactMap(\.parameters)
        totals.weightBytes = bytes(of: parameters.map(\.weights))
        totals.biasBytes = bytes(of: parameters.map(\.bias))
        for (index, node) in nodes.enumerated() {
            totals.macs += macs(of: node)
            let held = bytes(of: node.inputs.filter { !self[$0].isConstant } + [node.output])
            if held > totals.largestNodeBytes {
                totals.largestNodeBytes = held
                totals.largestNode = index
            }
        }
        return totals
    }

    /// Activations by size, largest first; of equals the earlier one first.
    package func largestActivations(_ count: Int) -> [TensorID] {
        let activations = tensors.indices.filter { !tensors[$0].isConstant }
        let sorted = activations.sorted {
            (-tensors[$0].byteCount, $0) < (-tensors[$1].byteCount, $1)
        }
        return sorted.prefix(count).map { TensorID($0) }
    }
}
