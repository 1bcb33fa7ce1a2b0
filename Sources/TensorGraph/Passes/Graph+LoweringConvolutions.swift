// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// Weights of one output that the firmware's convolutions can take (`kl_conv_layer`).
    package static let tapLimit = 16_384
    /// int8 weights that one layer may grow to here: half of a common chip's flash.
    private static let weightLimit = 1 << 19

    /// The graph with plain convolutions only, and the same outputs for every input.
    ///
    /// A dilated kernel becomes a larger one with zeros between its taps. A depthwise convolution with
    /// a depth multiplier becomes a convolution: each output channel reads all input channels, with
    /// zero weights for all but its own.
    /// - Throws: where the larger kernel exceeds what the firmware can take, or 512 KiB.
    package func loweringConvolutions() throws(GraphError) -> Graph {
        var graph = self
        for index in nodes.indices {
            try graph.removeDilation(ofNode: index)
            try graph.removeDepthMultiplier(ofNode: index)
        }
        return graph
    }

    private mutating func removeDilation(ofNode index: Int) throws(GraphError) {
        let node = nodes[index]
        guard var window = node.operation.window, window.isDilated,
            let parameters = node.parameters, let weights = self[parameters.weights].int8Values
        else { return }
        let before = self[parameters.weights].shape
        let (rows, channels) = (before.extents[0], before.channels)
        let outputs = outputShape(of: node).channels
        try checkSize(
            taps: Double(window.spanHeight) * Double(window.spanWidth)
                * Double(rows * channels / outputs),
            outputs: outputs, ofNode: index, what: "the dilation",
            found: "\(window.dilationHeight)x\(window.dilationWidth) of a "
                + "\(window.kernelHeight)x\(window.kernelWidth) kernel")
        var shape = before
        shape.extents[1] = window.spanHeight
        shape.extents[2] = window.spanWidth
        var spread = [Int8](repeating: 0, count: shape.count)
        for row in 0..<rows {
            for ky in 0..<window.kernelHeight {
                for kx in 0..<window.kernelWidth {
                    let from = (row * window.kernelHeight + ky) * window.kernelWidth + kx
                    let line = row * window.spanHeight + ky * window.dilationHeight
                    let target = line * window.spanWidth + kx * window.dilationWidth
                    for channel in 0..<channels {
                        spread[target * channels + channel] = weights[from * channels + channel]
                    }
                }
            }
        }
        window.kernelHeight = window.spanHeight
        window.kernelWidth = window.spanWidth
        (window.dilationHeight, window.dilationWidth) = (1, 1)
        switch node.operation {
        case .convolution(_, let activation):
            nodes[index].operation = .convolution(window, activation)
        case .depthwiseConvolution(_, let multiplier, let activation):
            nodes[index].operation = .depthwiseConvolution(
                window, depthMultiplier: multiplier, activation)
        default: return
        }
        setWeights(
            ofNode: index, spread, shape: shape,
            quantization: quantization(of: parameters.weights))
    }

    private mutating func removeDepthMultiplier(ofNode index: Int) throws(GraphError) {
        let node = nodes[index]
        guard
            case .depthwiseConvolution(let window, let multiplier, let activation) = node.operation,
            multiplier > 1, let parameters = node.parameters,
            let weights = self[parameters.weights].int8Values
        else { return }
        let channels = inputShape(of: node).channels
        let outputs = outputShape(of: node).channels
        let taps = window.kernelHeight * window.kernelWidth
        let shape = Shape([outputs, window.kernelHeight, window.kernelWidth, channels])
        try checkSize(
            taps: Double(taps) * Double(channels), outputs: outputs, ofNode: index,
            what: "the depth multiplier", found: "\(multiplier) on \(channels) channels")
        var dense = [Int8](repeating: 0, count: shape.count)
        for output in 0..<outputs {
            for tap in 0..<taps {
                let target = (output * taps + tap) * channels + output / multiplier
                dense[target] = weights[tap * outputs + output]
            }
        }
        nodes[index].operation = .convolution(window, activation)
        var quantization = quantization(of: parameters.weights)
        if quantization.isPerChannel { quantization.axis = 0 }
        setWeights(ofNode: index, dense, shape: shape, quantization: quantization)
    }

    /// Refuses weights that no kernel, or no chip, can take. Extents of a file may be of any size.
    private func checkSize(
        taps: Double, outputs: Int, ofNode index: Int, what: String, found: String
    ) throws(GraphError) {
        let count = taps * Double(outputs)
        guard taps <= Double(Self.tapLimit), count <= Double(Self.weightLimit) else {
            throw .node(
                node: label(ofNode: index), what: what,
                found: "\(found), which takes \(taps) weights for an output, \(count) in all",
                valid: "at most \(Self.tapLimit) for an output, \(Self.weightLimit) in all")
        }
    }

    /// Gives a node other weights, without touching those of nodes that share them.
    private mutating func setWeights(
        ofNode index: Int, _ values: [Int8], shape: Shape, quantization: Quantization
    ) {
        guard let old = nodes[index].parameters?.weights else { return }
        var tensor = self[old]
        tensor.shape = shape
        tensor.data = .int8(values)
        tensor.quantization = quantization
        let readers = nodes.count { $0.parameters?.weights == old || $0.inputs.contains(old) }
        if readers == 1 {
            self[old] = tensor
        } else {
            tensor.name += " of \(name(of: nodes[index]))"
            let new = add(tensor)
            nodes[index].parameters?.weights = new
        }
    }
}
