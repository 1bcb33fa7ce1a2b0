// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// How gradients pass an operator: one row of the table below.
package struct GradientRule: Sendable, Hashable {
    /// How the gradient at an operand is found from that at the output.
    package enum Input: String, Sendable, Hashable {
        /// Transposed convolution with the weights.
        case convolution
        /// Transposed product with the weights.
        case dense
        /// Transposed depthwise convolution.
        case depthwise
        /// Spread evenly over each window.
        case averagePool = "avgpool"
        /// To each window's first maximum; reads the operand's values.
        case maxPool = "maxpool"
        /// Element by element the same, since gradients are those of real values.
        case identity
    }

    /// How the gradient of weights is found.
    package enum Weights: Sendable, Hashable {
        case none
        /// Correlation of input and output gradient; update and gradient can be one kernel.
        case dense
        /// The same by channel.
        case depthwise
    }

    /// Whether the output is clamped to int8 or an activation's limits: where it is, the gradient is 0.
    package var clamps: Bool
    package var input: Input
    package var weights: Weights

    /// Whether the operand's gradient may begin where the output's does: element by element, or, for
    /// a depthwise convolution of any stride, channel by channel.
    package var isInPlace: Bool { input == .depthwise || input == .identity }
}

extension Graph {
    /// The rule for a node. Operators without one may only stand where nothing is trained before.
    package func gradientRule(ofNode index: Int) throws(TrainingError) -> GradientRule {
        let operation = nodes[index].operation
        func none(_ why: String) -> TrainingError {
            .noGradient(node: label(ofNode: index), operation: operation.name, why: why)
        }
        if operation.window?.isDilated == true { throw none("it is dilated") }
        switch operation {
        case .convolution:
            return GradientRule(clamps: true, input: .convolution, weights: .dense)
        case .fullyConnected:
            return GradientRule(clamps: true, input: .dense, weights: .dense)
        case .depthwiseConvolution(_, let multiplier, _):
            guard multiplier == 1 else { throw none("its depth multiplier is \(multiplier)") }
            return GradientRule(clamps: true, input: .depthwise, weights: .depthwise)
        case .add, .activation:
            return GradientRule(clamps: true, input: .identity, weights: .none)
        case .averagePool(_, let activation):
            return GradientRule(
                clamps: activation != .none, input: .averagePool, weights: .none)
        case .maxPool(_, let activation):
            return GradientRule(clamps: activation != .none, input: .maxPool, weights: .none)
        case .mean:
            return GradientRule(clamps: true, input: .averagePool, weights: .none)
        case .reshape:
            return GradientRule(clamps: false, input: .identity, weights: .none)
        case .quantize:
            guard self[nodes[index].inputs[0]].elementType == .int8 else {
                throw none("its input is \(self[nodes[index].inputs[0]].elementType.rawValue)")
            }
            return GradientRule(clamps: true, input: .identity, weights: .none)
        case .pad: throw none("padding that no convolution takes over has no kernel")
        case .softmax: throw none("a softmax is part of the loss at the end only")
        }
    }

    /// The tensor that the loss reads: the output, or what a softmax at the end reads.
    package var logits: TensorID? {
        guard let last = nodes.last, outputs == [last.output] else { return nil }
        if case .softmax = last.operation { return last.inputs[0] }
        return last.output
    }
}
