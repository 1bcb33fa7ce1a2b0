// SPDX-License-Identifier: GPL-2.0-or-later

extension TFLiteImporter {
    /// The node for an operator.
    func node(for source: OperatorSource) throws(ImportError) -> Node {
        let operandCount = source.builtin == .add ? 2 : 1
        guard source.inputs.count >= operandCount else {
            throw .malformed(
                place, what: "the number of operands", found: "\(source.inputs.count)",
                valid: "at least \(operandCount)")
        }
        var inputs: [TensorID] = []
        for index in source.inputs.prefix(operandCount) { inputs.append(try activation(index)) }
        let shape = graph[inputs[0]].shape
        let parameters: Parameters?
        let operation: Operation
        switch source.builtin {
        case .conv2D:
            parameters = try self.parameters(of: source, input: inputs[0], outputAxis: 0)
            operation = try convolution(source, input: shape, parameters)
        case .depthwiseConv2D:
            parameters = try self.parameters(of: source, input: inputs[0], outputAxis: 3)
            operation = try depthwise(source, input: shape, parameters)
        case .fullyConnected:
            parameters = try self.parameters(of: source, input: inputs[0], outputAxis: 0)
            operation = try fullyConnected(source)
        case .add, .averagePool2D, .maxPool2D, .mean, .pad, .reshape, .softmax, .relu, .relu6,
            .quantize:
            parameters = nil
            operation = try plainOperation(source, input: shape)
        }
        let output = try activation(source.output)
        return Node(operation, inputs: inputs, parameters: parameters, output: output)
    }

    private func convolution(
        _ source: OperatorSource, input: Shape, _ parameters: Parameters?
    ) throws(ImportError) -> Operation {
        typealias Options = TFLiteSchema.Conv2DOptions
        let options = try options(source, type: Options.type, "Conv2DOptions")
        let window = try window(
            over: input, kernel: try kernel(parameters), options,
            stride: (Options.strideHeight, Options.strideWidth),
            dilation: (Options.dilationHeight, Options.dilationWidth), padding: Options.padding)
        return .convolution(window, try activation(Options.activation, options))
    }

    private func depthwise(
        _ source: OperatorSource, input: Shape, _ parameters: Parameters?
    ) throws(ImportError) -> Operation {
        typealias Options = TFLiteSchema.DepthwiseConv2DOptions
        let options = try options(source, type: Options.type, "DepthwiseConv2DOptions")
        let window = try window(
            over: input, kernel: try kernel(parameters), options,
            stride: (Options.strideHeight, Options.strideWidth),
            dilation: (Options.dilationHeight, Options.dilationWidth), padding: Options.padding)
        // TFLite derives the multiplier from the shapes, and so do files that leave it out.
        let channels = parameters.map { graph[$0.weights].shape.channels } ?? 0
        return .depthwiseConvolution(
            window, depthMultiplier: channels / max(1, input.channels),
            try activation(Options.activation, options))
    }

    private func fullyConnected(_ source: OperatorSource) throws(ImportError) -> Operation {
        typealias Options = TFLiteSchema.FullyConnectedOptions
        let options = try options(source, type: Options.type, "FullyConnectedOptions")
        let format = try reader.byte(Options.weightsFormat, of: options, "weights format")
        guard format == 0 else {
            throw .unsupported(
                place, what: "the weights' format", found: "number \(format)",
                supported: "0 (plain)")
        }
        return .fullyConnected(try activation(Options.activation, options))
    }

    private func plainOperation(
        _ source: OperatorSource, input: Shape
    ) throws(ImportError) -> Operation {
        switch source.builtin {
        case .add:
            typealias Options = TFLiteSchema.AddOptions
            let options = try options(source, type: Options.type, "AddOptions")
            return .add(try activation(Options.activation, options))
        case .averagePool2D, .maxPool2D: return try pooling(source, input: input)
        case .mean: return try mean(source, input: input)
        case .pad: return try pad(source, input: input)
        case .reshape:
            try checkReshape(source)
            return .reshape
        case .softmax:
            typealias Options = TFLiteSchema.SoftmaxOptions
            let options = try options(source, type: Options.type, "SoftmaxOptions")
            return .softmax(beta: try reader.float(Options.beta, of: options, default: 0, "beta"))
        case .relu: return .activation(.relu)
        case .relu6: return .activation(.relu6)
        default: return .quantize
        }
    }

    private func pooling(
        _ source: OperatorSource, input: Shape
    ) throws(ImportError) -> Operation {
        typealias Options = TFLiteSchema.Pool2DOptions
        let options = try options(source, type: Options.type, "Pool2DOptions")
        let kernel = (
            height: try reader.int32(Options.filterHeight, of: options, "filter height"),
            width: try reader.int32(Options.filterWidth, of: options, "filter width")
        )
        let window = try window(
            over: input, kernel: kernel, options,
            stride: (Options.strideHeight, Options.strideWidth), dilation: nil,
            padding: Options.padding)
        let activation = try activation(Options.activation, options)
        return source.builtin == .averagePool2D
            ? .averagePool(window, activation) : .maxPool(window, activation)
    }

    private func mean(_ source: OperatorSource, input: Shape) throws(ImportError) -> Operation {
        let axes = try attribute(operand(1, of: source), "the axes")
        let resolved = Set(axes.map { $0 < 0 ? $0 + input.rank : $0 })
        guard input.rank == 4, resolved == [1, 2] else {
            throw .unsupported(
                place, what: "the mean", found: "over dimensions \(axes) of \(input)",
                supported: "over rows and columns (1 and 2) of 4 dimensions")
        }
        return .mean
    }

    private func pad(_ source: OperatorSource, input: Shape) throws(ImportError) -> Operation {
        let amounts = try attribute(operand(1, of: source), "the paddings")
        guard input.rank == 4, amounts.count == 8, amounts.allSatisfy({ $0 >= 0 }),
            amounts[0] == 0, amounts[1] == 0
        else {
            throw .unsupported(
                place, what: "the padding", found: "\(amounts) of \(input)",
                supported: "rows, columns and channels of 4 dimensions, not negative")
        }
        return .pad(
            Padding(top: amounts[2], left: amounts[4], bottom: amounts[3], right: amounts[5]),
            channelsBefore: amounts[6], channelsAfter: amounts[7])
    }

    /// The output's shape in the file must be the one that the operator asks for.
    private func checkReshape(_ source: OperatorSource) throws(ImportError) {
        typealias Options = TFLiteSchema.ReshapeOptions
        let asked: [Int]
        if source.inputs.count > 1, source.inputs[1] >= 0 {
            asked = try attribute(source.inputs[1], "the new shape")
        } else {
            let options = try options(source, type: Options.type, "ReshapeOptions")
            let vector = try reader.vector(
                Options.newShape, of: options, elementLength: 4, "new shape")
            guard let vector, vector.count <= 8 else {
                throw .malformed(place, what: "the new shape", found: "missing", valid: "a shape")
            }
            asked = try reader.ints(vector, "new shape")
        }
        let output = try record(source.output)
        let extents = output.shape.extents
        guard asked.count == extents.count, asked.filter({ $0 == -1 }).count <= 1,
            zip(asked, extents).allSatisfy({ $0 == $1 || $0 == -1 })
        else {
            throw .malformed(
                place(of: output), what: "the output's shape", found: "\(output.shape)",
                valid: "\(asked), as the operator asks for")
        }
    }

    /// File index of an operand that must be there.
    private func operand(_ position: Int, of source: OperatorSource) throws(ImportError) -> Int {
        guard source.inputs.indices.contains(position) else {
            throw .malformed(
                place, what: "the number of operands", found: "\(source.inputs.count)",
                valid: "at least \(position + 1)")
        }
        return source.inputs[position]
    }
}
