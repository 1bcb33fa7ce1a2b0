// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// Relative distance of a bias scale from input scale * weight scale; converters round once.
    private static var biasScaleTolerance: Double { 1e-3 }
    /// Distance of two scales that TFLite's pooling takes as equal (pooling.cc).
    private static var equalScaleTolerance: Float { 1e-6 }

    func checkQuantization(ofNode index: Int) throws(GraphError) {
        let node = nodes[index]
        let output = self[node.output]
        guard output.elementType == .int8 else {
            throw invalid(index, "the output's type", output.elementType.rawValue, "int8")
        }
        for id in node.inputs {
            let input = self[id]
            if case .quantize = node.operation, input.elementType == .float32 { continue }
            guard input.elementType == .int8 else {
                throw invalid(
                    index, "the type of operand '\(input.name)'", input.elementType.rawValue,
                    "int8 (float32 for quantize only)")
            }
            guard !quantization(of: id).isPerChannel else {
                throw invalid(
                    index, "the quantisation of operand '\(input.name)'", "per channel",
                    "per tensor")
            }
        }
        switch node.operation {
        case .convolution, .depthwiseConvolution, .fullyConnected:
            try checkParameterScales(ofNode: index)
        case .averagePool, .maxPool, .pad, .reshape:
            try checkSameScale(ofNode: index)
        case .softmax(let beta):
            guard beta > 0, beta.isFinite else {
                throw invalid(index, "beta", beta, "a positive number")
            }
            let expected = Quantization(scale: 1 / 256, zeroPoint: -128)
            guard quantization(of: node.output) == expected else {
                throw invalid(
                    index, "the output's quantisation", text(quantization(of: node.output)),
                    text(expected))
            }
        case .activation(.none):
            throw invalid(index, "the activation", "none", "relu or relu6")
        case .add, .mean, .activation, .quantize: break
        }
        try checkMultipliers(ofNode: index)
    }

    private func checkSameScale(ofNode index: Int) throws(GraphError) {
        let input = quantization(of: nodes[index].inputs[0])
        let output = quantization(of: nodes[index].output)
        guard abs(input.scale - output.scale) <= Self.equalScaleTolerance,
            input.zeroPoint == output.zeroPoint
        else {
            throw invalid(
                index, "the output's quantisation", text(output), "\(text(input)), as the input")
        }
    }

    private func checkParameterScales(ofNode index: Int) throws(GraphError) {
        let node = nodes[index]
        guard let parameters = node.parameters else { return }
        guard !self[node.inputs[0]].isConstant else {
            throw invalid(index, "the input", "a constant", "an activation")
        }
        let channels = outputShape(of: node).channels
        let weights = quantization(of: parameters.weights)
        guard weights.zeroPoints.allSatisfy({ $0 == 0 }) else {
            throw invalid(
                index, "a zero point of weights '\(self[parameters.weights].name)'",
                weights.zeroPoints.first { $0 != 0 } ?? 0, "0 (symmetric weights)")
        }
        let outputAxis: Int
        if case .depthwiseConvolution = node.operation { outputAxis = 3 } else { outputAxis = 0 }
        if let axis = weights.axis, axis != outputAxis {
            throw invalid(
                index, "the quantised dimension of weights '\(self[parameters.weights].name)'",
                axis, "\(outputAxis), the output channels")
        }
        let bias = quantization(of: parameters.bias)
        let input = Double(quantization(of: node.inputs[0]).scale)
        for channel in 0..<channels {
            let expected = input * Double(weights.scale(ofChannel: channel))
            let found = Double(bias.scale(ofChannel: channel))
            guard abs(found - expected) <= expected * Self.biasScaleTolerance else {
                throw invalid(
                    index, "the bias scale of channel \(channel)", found,
                    "\(expected), the input's scale times the weights'")
            }
        }
    }

    private func checkMultipliers(ofNode index: Int) throws(GraphError) {
        let node = nodes[index]
        let multipliers: [FixedPointMultiplier]
        switch node.operation {
        case .convolution, .depthwiseConvolution, .fullyConnected:
            multipliers = outputMultipliers(of: node)
        case .mean: multipliers = [meanMultiplier(of: node)]
        case .activation: multipliers = [requantizationMultiplier(of: node)]
        case .quantize where self[node.inputs[0]].elementType == .int8:
            multipliers = [requantizationMultiplier(of: node)]
        case .add:
            let scaling = additionScaling(of: node)
            guard scaling.output.shift <= 0 else {
                throw invalid(
                    index, "the output's scale", text(quantization(of: node.output)),
                    "at least 2^-19 of the larger operand's scale")
            }
            multipliers = [scaling.left, scaling.right]
        default: return
        }
        guard multipliers.allSatisfy({ $0.shift <= FixedPointMultiplier.maximumShift }) else {
            throw invalid(
                index, "the ratio of operand to output scale", "too large",
                "below 2^\(FixedPointMultiplier.maximumShift)")
        }
    }

    private func text(_ quantization: Quantization) -> String {
        "scale \(quantization.scale), zero point \(quantization.zeroPoint)"
    }
}
