// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// Largest kernel extent, stride, dilation or padding: keeps every product below 2^63.
    private static var maximumWindowExtent: Int { 1 << 16 }

    func checkShapes(ofNode index: Int) throws(GraphError) {
        let node = nodes[index]
        let operandCount: Int
        if case .add = node.operation { operandCount = 2 } else { operandCount = 1 }
        guard node.inputs.count == operandCount else {
            throw invalid(index, "number of operands", node.inputs.count, operandCount)
        }
        guard node.operation.hasParameters == (node.parameters != nil) else {
            throw invalid(
                index, "weights", node.parameters == nil ? "missing" : "present",
                node.operation.hasParameters ? "present" : "missing")
        }
        let input = inputShape(of: node)
        if let window = node.operation.window {
            try check(window, over: input, ofNode: index)
        }
        if let parameters = node.parameters {
            try check(parameters, input: input, ofNode: index)
        }
        let expected = try expectedOutput(ofNode: index)
        let found = outputShape(of: node)
        guard expected.contains(found) else {
            throw invalid(
                index, "the output's shape", found,
                expected.map(\.description).joined(separator: " or "))
        }
    }

    private func check(
        _ window: Window, over input: Shape, ofNode index: Int
    ) throws(GraphError) {
        guard input.rank == 4 else {
            throw invalid(index, "the input's shape", input, "4 extents (NHWC)")
        }
        let positive = [
            window.kernelHeight, window.kernelWidth, window.strideHeight, window.strideWidth,
            window.dilationHeight, window.dilationWidth,
        ]
        let padding = window.padding
        let paddings = [padding.top, padding.left, padding.bottom, padding.right]
        guard positive.allSatisfy({ (1...Self.maximumWindowExtent).contains($0) }),
            paddings.allSatisfy({ (0...Self.maximumWindowExtent).contains($0) })
        else {
            throw invalid(
                index, "the window", "\(window)",
                "kernel, stride and dilation 1...\(Self.maximumWindowExtent), padding at least 0")
        }
        guard input.height + padding.top + padding.bottom >= window.spanHeight,
            input.width + padding.left + padding.right >= window.spanWidth
        else {
            throw invalid(
                index, "the kernel's extent", "\(window.spanHeight)x\(window.spanWidth)",
                "at most the padded input's, of \(input)")
        }
        switch nodes[index].operation {
        case .averagePool, .maxPool:
            guard !window.isDilated,
                max(padding.top, padding.bottom) < window.kernelHeight,
                max(padding.left, padding.right) < window.kernelWidth
            else {
                throw invalid(
                    index, "the window", "\(window)",
                    "no dilation, and less padding than the kernel's extent")
            }
        default: break
        }
    }

    private func check(
        _ parameters: Parameters, input: Shape, ofNode index: Int
    ) throws(GraphError) {
        let weights = self[parameters.weights]
        let output = outputShape(of: nodes[index])
        let bias = self[parameters.bias]
        guard weights.int8Values != nil, bias.int32Values != nil else {
            throw invalid(
                index, "weights and bias",
                "\(weights.elementType.rawValue)\(weights.isConstant ? "" : " activation") and "
                    + "\(bias.elementType.rawValue)\(bias.isConstant ? "" : " activation")",
                "constants of int8 and int32")
        }
        let expected: Shape
        switch nodes[index].operation {
        case .convolution(let window, _):
            expected = Shape([
                output.channels, window.kernelHeight, window.kernelWidth, input.channels,
            ])
        case .depthwiseConvolution(let window, let multiplier, _):
            let (channels, overflows) = input.channels.multipliedReportingOverflow(by: multiplier)
            guard multiplier > 0, !overflows else {
                throw invalid(index, "the depth multiplier", multiplier, "at least 1")
            }
            expected = Shape([1, window.kernelHeight, window.kernelWidth, channels])
        default:
            expected = Shape([output.channels, input.count])
        }
        guard weights.shape == expected else {
            throw invalid(index, "the weights' shape", weights.shape, expected)
        }
        guard bias.shape.count == output.channels else {
            throw invalid(index, "number of biases", bias.shape.count, output.channels)
        }
    }

    /// The shapes that the output may have.
    private func expectedOutput(ofNode index: Int) throws(GraphError) -> [Shape] {
        let node = nodes[index]
        let input = inputShape(of: node)
        let output = outputShape(of: node)
        switch node.operation {
        case .convolution(let window, _):
            return [window.outputShape(of: input, channels: output.channels)]
        case .depthwiseConvolution(let window, let multiplier, _):
            return [window.outputShape(of: input, channels: input.channels * multiplier)]
        case .averagePool(let window, _), .maxPool(let window, _):
            return [window.outputShape(of: input, channels: input.channels)]
        case .fullyConnected:
            return [
                Shape([1, output.channels]), Shape([1, 1, 1, output.channels]),
                Shape([1, 1, output.channels]),
            ]
        case .add:
            let other = self[node.inputs[1]].shape
            guard other == input else {
                throw invalid(index, "the second operand's shape", other, "\(input), as the first")
            }
            return [input]
        case .mean:
            guard input.rank == 4 else {
                throw invalid(index, "the input's shape", input, "4 extents (NHWC)")
            }
            return [Shape([1, input.channels]), Shape([1, 1, 1, input.channels])]
        case .pad(let padding, let before, let after):
            let amounts = [
                padding.top, padding.left, padding.bottom, padding.right, before, after,
            ]
            guard input.rank == 4,
                amounts.allSatisfy({ (0...Self.maximumWindowExtent).contains($0) })
            else {
                throw invalid(
                    index, "the padding", "\(amounts) around \(input)",
                    "0...\(Self.maximumWindowExtent) around 4 extents (NHWC)")
            }
            return [
                Shape(
                    height: input.height + padding.top + padding.bottom,
                    width: input.width + padding.left + padding.right,
                    channels: input.channels + before + after)
            ]
        case .reshape:
            guard input.count == output.count else {
                throw invalid(
                    index, "number of elements", output.count, "\(input.count), as the input has")
            }
            return [output]
        case .softmax, .activation, .quantize:
            return [input]
        }
    }

    func invalid(_ index: Int, _ what: String, _ found: Any, _ valid: Any) -> GraphError {
        .node(node: label(ofNode: index), what: what, found: "\(found)", valid: "\(valid)")
    }
}

extension Window {
    /// The shape that the window's positions make.
    package func outputShape(of input: Shape, channels: Int) -> Shape {
        let rows = input.height + padding.top + padding.bottom - spanHeight
        let columns = input.width + padding.left + padding.right - spanWidth
        return Shape(
            height: rows / strideHeight + 1, width: columns / strideWidth + 1, channels: channels)
    }
}
