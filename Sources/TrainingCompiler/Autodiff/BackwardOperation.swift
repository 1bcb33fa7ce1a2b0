// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph

/// One operation of the backward half of a training step. Numbers are node indices.
package enum BackwardOperation: Sendable, Hashable {
    /// Softmax cross-entropy of the logits and its gradient.
    case loss
    /// The gradient at the node's output becomes 0 where the output was clamped.
    case clamp(Int)
    /// The gradient at an operand, from that at the output; `isFirst` is false where another consumer
    /// of the operand has already given one: then the result waits for `sum`.
    case inputGradient(Int, operand: Int, isFirst: Bool)
    /// Adds the node's contribution to the gradient at an operand with several consumers.
    case sum(Int, operand: Int)
    case biasGradient(Int)
    case weightGradient(Int)
    case updateBiases(Int)
    case updateWeights(Int)
    /// `weightGradient` and `updateWeights` in one, without a buffer between.
    case updateFromGradient(Int)

    /// The node that it belongs to; nil for the loss.
    package var node: Int? {
        switch self {
        case .loss: nil
        case .clamp(let node), .inputGradient(let node, _, _), .sum(let node, _),
            .biasGradient(let node), .weightGradient(let node), .updateBiases(let node),
            .updateWeights(let node), .updateFromGradient(let node):
            node
        }
    }

    /// Whether it changes parameters.
    package var isUpdate: Bool {
        switch self {
        case .updateBiases, .updateWeights, .updateFromGradient: true
        default: false
        }
    }
}

/// A value of the backward half, as the passes see it.
enum BackwardValue: Hashable {
    case gradient(TensorID)
    case contribution(TensorID, node: Int)
    case biasSums(Int)
    case weightSums(Int)
}

extension BackwardOperation {
    /// Values read, and values written, of a graph with these logits. A value in both is changed in
    /// place.
    func values(
        in graph: Graph, logits: TensorID
    ) -> (reads: [BackwardValue], writes: [BackwardValue]) {
        func gradient(_ node: Int) -> BackwardValue { .gradient(graph.nodes[node].output) }
        switch self {
        case .loss: return ([], [.gradient(logits)])
        case .clamp(let node): return ([gradient(node)], [gradient(node)])
        case .inputGradient(let node, let operand, let isFirst):
            let tensor = graph.nodes[node].inputs[operand]
            return (
                [gradient(node)],
                [isFirst ? .gradient(tensor) : .contribution(tensor, node: node)]
            )
        case .sum(let node, let operand):
            let tensor = graph.nodes[node].inputs[operand]
            return (
                [.gradient(tensor), .contribution(tensor, node: node)], [.gradient(tensor)]
            )
        case .biasGradient(let node): return ([gradient(node)], [.biasSums(node)])
        case .weightGradient(let node): return ([gradient(node)], [.weightSums(node)])
        case .updateBiases(let node): return ([.biasSums(node)], [])
        case .updateWeights(let node): return ([.weightSums(node)], [])
        case .updateFromGradient(let node): return ([gradient(node)], [])
        }
    }
}
