// SPDX-License-Identifier: GPL-2.0-or-later

/// A tensor as the file has it.
struct TensorRecord {
    let name: String
    /// File offset of its table.
    let offset: Int
    let shape: Shape
    /// TFLite's number.
    let type: Int
    /// Where its values are; nil for activations.
    let data: FlatBufferReader.Vector?
    let quantization: Quantization?
}

extension TFLiteImporter {
    /// Longest name of a tensor, bytes; converters join the names of everything they fused.
    private static var maximumNameLength: Int { 16_384 }

    /// Reads a tensor's table, once.
    func record(_ index: Int) throws(ImportError) -> TensorRecord {
        if let record = records[index] { return record }
        guard (0..<tensorTables.count).contains(index) else {
            throw .malformed(
                place, what: "a tensor index", found: "\(index)",
                valid: "0..<\(tensorTables.count)")
        }
        typealias Fields = TFLiteSchema.Tensor
        let table = try reader.table(index, of: tensorTables, "tensor \(index)")
        let name =
            try reader.string(
                Fields.name, of: table, maximumLength: Self.maximumNameLength, "tensor name")
            ?? "tensor \(index)"
        var here = place
        here.tensor = name
        here.offset = table.offset
        let extents = try ints(Fields.shape, of: table, "shape of '\(name)'")
        let signature = try ints(Fields.shapeSignature, of: table, "shape signature of '\(name)'")
        if signature.enumerated().contains(where: { $0.element < 0 && $0.offset > 0 })
            || extents.contains(where: { $0 < 1 })
        {
            throw .unsupported(
                here, what: "the shape",
                found: "\(Shape(signature.isEmpty ? extents : signature))",
                supported: "fixed extents of at least 1 (the batch size may be open)")
        }
        guard Shape(extents).count <= Graph.maximumElements, extents.count <= 4 else {
            throw .unsupported(
                here, what: "the shape", found: "\(Shape(extents))",
                supported: "at most 4 extents and \(Graph.maximumElements) elements")
        }
        try checkStorage(of: table, here)
        let record = TensorRecord(
            name: name, offset: table.offset, shape: Shape(extents),
            type: try reader.byte(Fields.type, of: table, "tensor type"),
            data: try data(of: table, here), quantization: try quantization(of: table, here))
        records[index] = record
        return record
    }

    private func ints(
        _ id: Int, of table: FlatBufferReader.Table, _ what: String
    ) throws(ImportError) -> [Int] {
        guard let vector = try reader.vector(id, of: table, elementLength: 4, what) else {
            return []
        }
        guard vector.count <= 8 else {
            throw .tooLarge(what: "the rank in \(what)", offset: vector.offset, limit: 8)
        }
        return try reader.ints(vector, what)
    }

    private func checkStorage(
        of table: FlatBufferReader.Table, _ here: ImportPlace
    ) throws(ImportError) {
        typealias Fields = TFLiteSchema.Tensor
        let found: String
        if try reader.byte(Fields.isVariable, of: table, "variable flag") != 0 {
            found = "a variable"
        } else if try reader.has(Fields.sparsity, of: table, "sparsity") {
            found = "sparse"
        } else if try reader.uint32(Fields.externalBuffer, of: table, "external buffer") != 0 {
            found = "in another file"
        } else {
            return
        }
        throw .unsupported(
            here, what: "the storage", found: found,
            supported: "activations, and dense constants in this file")
    }

    private func data(
        of table: FlatBufferReader.Table, _ here: ImportPlace
    ) throws(ImportError) -> FlatBufferReader.Vector? {
        let index = try reader.uint32(TFLiteSchema.Tensor.buffer, of: table, "buffer index")
        guard index != 0 else { return nil }
        guard index < buffers.count else {
            throw .malformed(
                here, what: "the buffer index", found: "\(index)", valid: "0..<\(buffers.count)")
        }
        typealias Fields = TFLiteSchema.Buffer
        let buffer = try reader.table(index, of: buffers, "buffer \(index)")
        if try reader.has(Fields.offset, of: buffer, length: 8, "buffer offset") {
            throw .unsupported(
                here, what: "the buffer's storage", found: "behind the FlatBuffer",
                supported: "inside the FlatBuffer (models below 2 GB)")
        }
        let data = try reader.vector(
            Fields.data, of: buffer, elementLength: 1, "data of buffer \(index)")
        return data.flatMap { $0.count == 0 ? nil : $0 }
    }

    private func quantization(
        of table: FlatBufferReader.Table, _ here: ImportPlace
    ) throws(ImportError) -> Quantization? {
        typealias Fields = TFLiteSchema.QuantizationParameters
        guard
            let table = try reader.table(
                TFLiteSchema.Tensor.quantization, of: table, "quantisation"),
            let scaleVector = try reader.vector(
                Fields.scale, of: table, elementLength: 4, "scales"), scaleVector.count > 0
        else { return nil }
        guard try reader.byte(Fields.detailsType, of: table, "quantisation details") == 0 else {
            throw .unsupported(
                here, what: "the quantisation", found: "of a special kind",
                supported: "scale and zero point, per tensor or per channel")
        }
        let scales = try reader.floats(scaleVector, "scales")
        var zeroPoints = Array(repeating: 0, count: scales.count)
        if let vector = try reader.vector(
            Fields.zeroPoint, of: table, elementLength: 8, "zero points"), vector.count > 0
        {
            zeroPoints = try reader.ints(vector, wordLength: 8, "zero points")
        }
        let axis = try reader.int32(
            Fields.quantizedDimension, of: table, "quantised dimension")
        guard zeroPoints.count == scales.count else {
            throw .malformed(
                here, what: "the number of zero points", found: "\(zeroPoints.count)",
                valid: "\(scales.count), one per scale")
        }
        var quantization = Quantization(scales: scales, axis: axis)
        quantization.zeroPoints = zeroPoints
        if scales.count == 1 { quantization.axis = nil }
        return quantization
    }

    /// The graph's tensor for an operand or result: an activation, or an int8 constant.
    func activation(_ index: Int) throws(ImportError) -> TensorID {
        if let id = ids[index] { return id }
        let record = try record(index)
        var tensor = Tensor(
            name: record.name, shape: record.shape, elementType: .int8,
            quantization: record.quantization)
        switch record.type {
        case TFLiteSchema.int8:
            if let data = record.data {
                tensor.data = .int8(try reader.int8Values(data, "data of '\(record.name)'"))
            }
        case TFLiteSchema.float32 where record.data == nil: tensor.elementType = .float32
        default:
            throw unsupportedType(of: record, supported: "int8 (float32 as input of QUANTIZE)")
        }
        let id = graph.add(tensor)
        ids[index] = id
        return id
    }

    func unsupportedType(of record: TensorRecord, supported: String) -> ImportError {
        .unsupported(
            place(of: record), what: "the element type",
            found: TFLiteSchema.name(record.type, in: TFLiteSchema.typeNames),
            supported: supported)
    }

    /// The operator being read, with a tensor of it.
    func place(of record: TensorRecord) -> ImportPlace {
        var place = place
        place.tensor = record.name
        place.offset = record.offset
        return place
    }

    /// The values of a small integer constant that stands for an attribute.
    func attribute(_ index: Int, _ what: String) throws(ImportError) -> [Int] {
        let record = try record(index)
        let wordLength: Int
        switch record.type {
        case TFLiteSchema.int32: wordLength = 4
        case TFLiteSchema.int64: wordLength = 8
        default: throw unsupportedType(of: record, supported: "int32 or int64 for \(what)")
        }
        guard let data = record.data else {
            throw .unsupported(
                place(of: record), what: what, found: "computed at run time",
                supported: "a constant")
        }
        let count = record.shape.count
        guard count <= 16, data.count == count * wordLength else {
            throw .malformed(
                place(of: record), what: "the data of \(what)",
                found: "\(data.count) bytes for shape \(record.shape)",
                valid: "at most 16 numbers of \(wordLength) bytes")
        }
        return try reader.words(at: data.offset, count: count, wordLength: wordLength, what)
            .map { Int(Int32(bitPattern: $0)) }
    }
}
