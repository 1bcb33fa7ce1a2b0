// SPDX-License-Identifier: GPL-2.0-or-later

/// Factors of a quantised addition (TFLite add.cc): operands are raised by `leftShift` bits,
/// rescaled, added, and rescaled.
package struct AdditionScaling: Sendable, Hashable {
    /// Bits that both operands are raised by.
    package static let leftShift = 20
    package var left: FixedPointMultiplier
    package var right: FixedPointMultiplier
    package var output: FixedPointMultiplier
}

/// Fixed-point parameters of nodes, exactly as TFLite's preparation computes them. Emitted
/// firmware and the interpreter both take them from here.
extension Graph {
    /// One factor per output channel of a convolution or fully connected layer; empty for others.
    package func outputMultipliers(of node: Node) -> [FixedPointMultiplier] {
        guard let parameters = node.parameters else { return [] }
        let input = quantization(of: node.inputs[0]).scale
        let output = Double(quantization(of: node.output).scale)
        let weights = quantization(of: parameters.weights)
        let channels = outputShape(of: node).channels
        if case .fullyConnected = node.operation, !weights.isPerChannel {
            // The product is single precision in kernel_util.cc, GetQuantizedConvolutionMultipler.
            let factor = Double(input * weights.scale) / output
            return Array(repeating: FixedPointMultiplier(factor), count: channels)
        }
        return (0..<channels).map { channel in
            FixedPointMultiplier(
                Double(input) * Double(weights.scale(ofChannel: channel)) / output)
        }
    }

    /// Smallest and largest stored value of a node's output.
    package func outputRange(of node: Node) -> ClosedRange<Int32> {
        let quantization = quantization(of: node.output)
        /// `real` as a stored value, within int8.
        func stored(_ real: Float) -> Int32 {
            let value =
                Double(quantization.zeroPoint)
                + Double((real / quantization.scale).rounded(.toNearestOrAwayFromZero))
            return Int32(max(-128, min(127, value)))
        }
        switch node.operation.activation {
        case .none: return -128...127
        case .relu: return stored(0)...127
        case .relu6: return stored(0)...stored(6)
        }
    }

    /// The factors of an addition.
    package func additionScaling(of node: Node) -> AdditionScaling {
        let left = Double(quantization(of: node.inputs[0]).scale)
        let right = Double(quantization(of: node.inputs[node.inputs.count - 1]).scale)
        let output = Double(quantization(of: node.output).scale)
        let twiceMaximum = 2 * max(left, right)
        return AdditionScaling(
            left: FixedPointMultiplier(left / twiceMaximum),
            right: FixedPointMultiplier(right / twiceMaximum),
            output: FixedPointMultiplier(
                twiceMaximum / (Double(1 << AdditionScaling.leftShift) * output)))
    }

    /// Input scale over output scale, for standalone activations and requantisations.
    package func requantizationMultiplier(of node: Node) -> FixedPointMultiplier {
        let input = quantization(of: node.inputs[0]).scale
        let output = quantization(of: node.output).scale
        if case .activation = node.operation {
            // Single precision in activations.cc.
            return FixedPointMultiplier(Double(input / output))
        }
        return FixedPointMultiplier(Double(input) / Double(output))
    }

    /// The factor of a mean's sum, 1 / (height * width) included (TFLite reduce.h).
    package func meanMultiplier(of node: Node) -> FixedPointMultiplier {
        var factor = requantizationMultiplier(of: node)
        let count = inputShape(of: node).pixels
        guard count > 0 else { return factor }
        let shift = min(Int.bitWidth - 1 - count.leadingZeroBitCount, 32, 31 + factor.shift)
        factor.multiplier = Int32(
            truncatingIfNeeded: (Int64(factor.multiplier) << shift) / Int64(count))
        factor.shift -= shift
        return factor
    }
}
