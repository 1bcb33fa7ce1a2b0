// SPDX-License-Identifier: GPL-2.0-or-later

extension TFLiteImporter {
    /// Weights and bias: operands 1 and 2. `outputAxis` is the weights' output channel dimension.
    func parameters(
        of source: OperatorSource, input: TensorID, outputAxis: Int
    ) throws(ImportError) -> Parameters {
        guard (2...3).contains(source.inputs.count) else {
            throw .malformed(
                place, what: "the number of operands", found: "\(source.inputs.count)",
                valid: "input, weights and perhaps a bias")
        }
        let weights = try weights(source.inputs[1])
        let shape = graph[weights].shape
        guard shape.extents.indices.contains(outputAxis) else {
            throw .malformed(
                place, what: "the weights' shape", found: "\(shape)",
                valid: "at least \(outputAxis + 1) extents")
        }
        let channels = shape.extents[outputAxis]
        // Scales of the accumulators, which a bias without quantisation gets.
        let inputScale = graph.quantization(of: input).scale
        var quantization = graph.quantization(of: weights)
        quantization.scales = quantization.scales.map { $0 * inputScale }
        quantization.zeroPoints = quantization.zeroPoints.map { _ in 0 }
        if quantization.axis != nil { quantization.axis = 0 }
        if source.inputs.count == 3, source.inputs[2] >= 0 {
            let bias = try bias(source.inputs[2], accumulators: quantization)
            return Parameters(weights: weights, bias: bias)
        }
        let zeros = Tensor(
            name: graph[weights].name + "/zero_bias", shape: Shape([channels]),
            elementType: .int32, quantization: quantization,
            data: .int32(Array(repeating: 0, count: channels)))
        return Parameters(weights: weights, bias: graph.add(zeros))
    }

    private func weights(_ index: Int) throws(ImportError) -> TensorID {
        if let id = ids[index] { return id }
        let record = try record(index)
        guard record.type == TFLiteSchema.int8 else {
            throw unsupportedType(of: record, supported: "int8 weights")
        }
        let data = try constantData(of: record, "weights")
        if let quantization = record.quantization,
            let zeroPoint = quantization.zeroPoints.first(where: { $0 != 0 })
        {
            throw .unsupported(
                place(of: record), what: "the weights' zero point", found: "\(zeroPoint)",
                supported: "0 (symmetric weights)")
        }
        let id = graph.add(
            Tensor(
                name: record.name, shape: record.shape, elementType: .int8,
                quantization: record.quantization,
                data: .int8(try reader.int8Values(data, "weights '\(record.name)'"))))
        ids[index] = id
        return id
    }

    private func bias(
        _ index: Int, accumulators: Quantization
    ) throws(ImportError) -> TensorID {
        if let id = ids[index] { return id }
        let record = try record(index)
        guard record.type == TFLiteSchema.int32 else {
            throw unsupportedType(of: record, supported: "int32 biases")
        }
        let data = try constantData(of: record, "bias")
        guard data.count == 4 * record.shape.count else {
            throw .malformed(
                place(of: record), what: "the bias", found: "\(data.count) bytes",
                valid: "\(4 * record.shape.count) for shape \(record.shape)")
        }
        let words = try reader.words(
            at: data.offset, count: record.shape.count, "bias '\(record.name)'")
        let id = graph.add(
            Tensor(
                name: record.name, shape: record.shape, elementType: .int32,
                quantization: record.quantization ?? accumulators,
                data: .int32(words.map { Int32(bitPattern: $0) })))
        ids[index] = id
        return id
    }

    private func constantData(
        of record: TensorRecord, _ what: String
    ) throws(ImportError) -> FlatBufferReader.Vector {
        guard let data = record.data else {
            throw .unsupported(
                place(of: record), what: "the \(what)", found: "computed at run time",
                supported: "a constant")
        }
        return data
    }
}
