// SPDX-License-Identifier: GPL-2.0-or-later

extension TFLiteImporter {
    /// The options table, when it is of the type that the operator needs.
    func options(
        _ source: OperatorSource, type: Int, _ name: String
    ) throws(ImportError) -> FlatBufferReader.Table {
        guard let options = source.options, source.optionsType == type else {
            throw .malformed(
                place, what: "the options",
                found: source.options == nil ? "missing" : "of type \(source.optionsType)",
                valid: "\(name) (type \(type))")
        }
        return options
    }

    func activation(
        _ id: Int, _ options: FlatBufferReader.Table
    ) throws(ImportError) -> Activation {
        let value = try reader.byte(id, of: options, "activation")
        switch value {
        case 0: return .none
        case 1: return .relu
        case 3: return .relu6
        default:
            throw .unsupported(
                place, what: "the fused activation",
                found: TFLiteSchema.name(value, in: TFLiteSchema.activationNames),
                supported: "NONE, RELU, RELU6")
        }
    }

    /// Height and width of a convolution's kernel, from its weights.
    func kernel(_ parameters: Parameters?) throws(ImportError) -> (height: Int, width: Int) {
        let shape = parameters.map { graph[$0.weights].shape } ?? Shape([])
        guard shape.rank == 4 else {
            throw .malformed(
                place, what: "the weights' shape", found: "\(shape)", valid: "4 extents")
        }
        return (shape.extents[1], shape.extents[2])
    }

    /// The window with its padding made explicit. `stride`, `dilation` and `padding` are field
    /// numbers.
    func window(
        over input: Shape, kernel: (height: Int, width: Int), _ options: FlatBufferReader.Table,
        stride: (height: Int, width: Int), dilation: (height: Int, width: Int)?, padding: Int
    ) throws(ImportError) -> Window {
        var window = Window(kernel: kernel)
        window.strideHeight = try reader.int32(stride.height, of: options, "stride")
        window.strideWidth = try reader.int32(stride.width, of: options, "stride")
        if let dilation {
            window.dilationHeight = try reader.int32(
                dilation.height, of: options, default: 1, "dilation")
            window.dilationWidth = try reader.int32(
                dilation.width, of: options, default: 1, "dilation")
        }
        let numbers = [
            window.kernelHeight, window.kernelWidth, window.strideHeight, window.strideWidth,
            window.dilationHeight, window.dilationWidth,
        ]
        guard input.rank == 4, numbers.allSatisfy({ (1...1 << 16).contains($0) }) else {
            throw .malformed(
                place, what: "kernel, stride and dilation", found: "\(numbers) over \(input)",
                valid: "1...65536 over 4 extents (NHWC)")
        }
        let scheme = try reader.byte(padding, of: options, "padding")
        switch scheme {
        case 0:
            let rows = Self.samePadding(
                input: input.height, span: window.spanHeight, stride: window.strideHeight)
            let columns = Self.samePadding(
                input: input.width, span: window.spanWidth, stride: window.strideWidth)
            window.padding = Padding(
                top: rows.before, left: columns.before, bottom: rows.after, right: columns.after)
        case 1: break
        default:
            throw .malformed(
                place, what: "the padding", found: "number \(scheme)", valid: "0 (SAME), 1 (VALID)")
        }
        return window
    }

    /// TFLite's SAME: an output for each stride begun, the odd row or column of padding last.
    static func samePadding(input: Int, span: Int, stride: Int) -> (before: Int, after: Int) {
        let outputs = (input + stride - 1) / stride
        let total = max(0, (outputs - 1) * stride + span - input)
        return (total / 2, total - total / 2)
    }
}
