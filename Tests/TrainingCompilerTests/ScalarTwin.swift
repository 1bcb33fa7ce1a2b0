// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// The graph with every tensor a single real number and every layer y = w x + b: the chain rule of a
/// backward program, skips included, can be checked on it exactly.
struct ScalarTwin {
    let graph: Graph
    var weights: [Int: Double] = [:]
    var biases: [Int: Double] = [:]
    let input: Double

    init(_ graph: Graph) {
        self.graph = graph
        input = 0.75
        for (index, node) in graph.nodes.enumerated() where node.operation.hasParameters {
            weights[index] = 0.5 + 0.07 * Double((index * 7) % 11)
            biases[index] = 0.1 * Double((index * 5) % 7) - 0.3
        }
    }

    /// Values of all tensors by index.
    func forward() -> [Int: Double] {
        var values: [Int: Double] = [:]
        for id in graph.inputs { values[id.index] = input }
        for (index, node) in graph.nodes.enumerated() {
            let operands = node.inputs.map { values[$0.index] ?? .nan }
            values[node.output.index] =
                node.operation.hasParameters
                ? (weights[index] ?? .nan) * operands[0] + (biases[index] ?? .nan)
                : operands.reduce(0, +)
        }
        return values
    }

    /// The logit itself as loss.
    func loss() -> Double { forward()[graph.outputs[0].index] ?? .nan }

    /// The changes that a program makes to weights and biases, at learning rate 1.
    func updates(
        _ program: BackwardProgram
    ) -> (weights: [Int: Double], biases: [Int: Double]) {
        let values = forward()
        var gradients: [TensorID: Double] = [:]
        var contributions: [TensorID: Double] = [:]
        var sums: [BackwardOperation: Double] = [:]
        var changes: (weights: [Int: Double], biases: [Int: Double]) = ([:], [:])
        func output(_ node: Int) -> TensorID { graph.nodes[node].output }
        func product(_ node: Int) -> Double {
            (gradients[output(node)] ?? .nan) * (values[graph.nodes[node].inputs[0].index] ?? .nan)
        }
        // Weights change as soon as the program says so: a gradient that reads them later is wrong.
        var current = weights
        for operation in program.operations {
            switch operation {
            case .loss: gradients[program.logits] = 1
            case .clamp: break
            case .inputGradient(let node, let operand, let isFirst):
                let tensor = graph.nodes[node].inputs[operand]
                let result = (gradients[output(node)] ?? .nan) * (current[node] ?? 1)
                if isFirst { gradients[tensor] = result } else { contributions[tensor] = result }
            case .sum(let node, let operand):
                let tensor = graph.nodes[node].inputs[operand]
                gradients[tensor, default: .nan] += contributions[tensor] ?? .nan
            case .biasGradient(let node):
                sums[.biasGradient(node)] = gradients[output(node)] ?? .nan
            case .weightGradient(let node): sums[.weightGradient(node)] = product(node)
            case .updateBiases(let node):
                changes.biases[node] = sums[.biasGradient(node)] ?? .nan
            case .updateWeights(let node):
                changes.weights[node] = sums[.weightGradient(node)] ?? .nan
                current[node, default: .nan] -= changes.weights[node] ?? .nan
            case .updateFromGradient(let node):
                changes.weights[node] = product(node)
                current[node, default: .nan] -= changes.weights[node] ?? .nan
            }
        }
        return changes
    }

    /// Central differences of the loss.
    func numericGradient(of parameter: WritableKeyPath<ScalarTwin, [Int: Double]>, _ node: Int)
        -> Double
    {
        let step = 1e-5
        var (up, down) = (self, self)
        up[keyPath: parameter][node, default: .nan] += step
        down[keyPath: parameter][node, default: .nan] -= step
        return (up.loss() - down.loss()) / (2 * step)
    }
}
