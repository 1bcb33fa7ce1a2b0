// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// Reads an int8 TFLite model. Any bytes give a valid graph or an error with a place in them.
    ///
    /// Afterwards paddings are explicit, every layer with weights has a bias (zeros where the file
    /// has none), and tensors that nothing reads are gone.
    package init(tflite bytes: [UInt8], name: String) throws(ImportError) {
        let importer = TFLiteImporter(bytes, name: name)
        self = try importer.read()
        do throws(GraphError) {
            try validate()
        } catch {
            throw .unlawful(error)
        }
    }
}

/// One reading of a model file.
final class TFLiteImporter {
    /// Most tensors and operators of a model, to bound time and memory.
    static let maximumCount = 10_000
    /// Most operands of an operator.
    static let maximumOperands = 16

    let reader: FlatBufferReader
    var graph: Graph
    /// Operator being read, for messages.
    var place = ImportPlace()
    var tensorTables = FlatBufferReader.Vector(offset: 0, count: 0)
    var buffers = FlatBufferReader.Vector(offset: 0, count: 0)
    /// Tensors read so far, by their index in the file.
    var records: [Int: TensorRecord] = [:]
    /// Tensors of the graph, by their index in the file.
    var ids: [Int: TensorID] = [:]

    init(_ bytes: [UInt8], name: String) {
        reader = FlatBufferReader(bytes)
        graph = Graph(name: name)
    }

    func read() throws(ImportError) -> Graph {
        try checkIdentifier()
        typealias Model = TFLiteSchema.Model
        let model = try reader.root()
        let version = try reader.uint32(Model.version, of: model, "model version")
        guard version == TFLiteSchema.version else {
            throw .unsupported(
                ImportPlace(offset: model.offset), what: "the schema version", found: "\(version)",
                supported: "\(TFLiteSchema.version)")
        }
        buffers = try vector(Model.buffers, of: model, "buffers", limit: 2 * Self.maximumCount)
        let codes = try operatorCodes(of: model)
        let subgraphs = try vector(Model.subgraphs, of: model, "subgraphs")
        guard subgraphs.count == 1 else {
            throw .unsupported(
                ImportPlace(offset: subgraphs.offset), what: "the number of subgraphs",
                found: "\(subgraphs.count)", supported: "1 (no control flow)")
        }
        try read(try reader.table(0, of: subgraphs, "subgraph"), codes: codes)
        return graph
    }

    private func checkIdentifier() throws(ImportError) {
        guard reader.count >= 8 else {
            throw .outOfBounds(
                what: "header of a TFLite model", offset: 0, length: 8, fileSize: reader.count)
        }
        var found: [UInt8] = []
        for offset in 4..<8 { found.append(UInt8(try reader.u8(at: offset, "identifier"))) }
        guard found == Array(TFLiteSchema.identifier.utf8) else {
            throw .notTFLite(
                found: found.map { String($0, radix: 16) }.joined(separator: " ") + " (hex)")
        }
    }

    /// A vector of references that may be missing: then it is empty.
    private func vector(
        _ id: Int, of table: FlatBufferReader.Table, _ what: String, limit: Int = maximumCount
    ) throws(ImportError) -> FlatBufferReader.Vector {
        let vector = try reader.vector(id, of: table, elementLength: 4, what)
        guard let vector else { return FlatBufferReader.Vector(offset: table.offset, count: 0) }
        guard vector.count <= limit else {
            throw .tooLarge(what: "the number of \(what)", offset: vector.offset, limit: limit)
        }
        return vector
    }

    /// Numbers of the builtin operators, by operator code index.
    private func operatorCodes(
        of model: FlatBufferReader.Table
    ) throws(ImportError) -> [Int] {
        typealias Code = TFLiteSchema.OperatorCode
        let tables = try vector(TFLiteSchema.Model.operatorCodes, of: model, "operator codes")
        var codes: [Int] = []
        for index in 0..<tables.count {
            let table = try reader.table(index, of: tables, "operator code \(index)")
            // Files older than schema 3a have only the first field, a byte.
            let old = try reader.byte(Code.deprecatedBuiltinCode, of: table, "operator code")
            let new = try reader.int32(Code.builtinCode, of: table, "operator code")
            codes.append(max(Int(Int8(truncatingIfNeeded: old)), new))
        }
        return codes
    }

    private func read(
        _ subgraph: FlatBufferReader.Table, codes: [Int]
    ) throws(ImportError) {
        typealias SubGraph = TFLiteSchema.SubGraph
        tensorTables = try vector(SubGraph.tensors, of: subgraph, "tensors")
        let operators = try vector(SubGraph.operators, of: subgraph, "operators")
        for index in try indices(SubGraph.inputs, of: subgraph, "inputs of the model") {
            graph.inputs.append(try activation(index))
        }
        for index in 0..<operators.count {
            let table = try reader.table(index, of: operators, "operator \(index)")
            place = ImportPlace(operatorIndex: index, offset: table.offset)
            try readOperator(table, codes: codes)
        }
        place = ImportPlace()
        for index in try indices(SubGraph.outputs, of: subgraph, "outputs of the model") {
            graph.outputs.append(try activation(index))
        }
    }

    /// A vector of tensor indices: -1 where an optional operand is left out.
    func indices(
        _ id: Int, of table: FlatBufferReader.Table, _ what: String
    ) throws(ImportError) -> [Int] {
        let vector = try vector(id, of: table, what, limit: Self.maximumOperands)
        return try reader.ints(vector, what)
    }

    private func readOperator(
        _ table: FlatBufferReader.Table, codes: [Int]
    ) throws(ImportError) {
        typealias Fields = TFLiteSchema.Operator
        let codeIndex = try reader.uint32(Fields.opcodeIndex, of: table, "operator code index")
        guard codes.indices.contains(codeIndex) else {
            throw .malformed(
                place, what: "the operator code index", found: "\(codeIndex)",
                valid: "0..<\(codes.count)")
        }
        let code = codes[codeIndex]
        place.operatorName = BuiltinOperator.name(code)
        guard let builtin = BuiltinOperator(rawValue: code) else {
            throw .unsupported(
                place, what: "the operator", found: BuiltinOperator.name(code),
                supported: BuiltinOperator.supportedNames)
        }
        let outputs = try indices(Fields.outputs, of: table, "outputs")
        guard outputs.count == 1 else {
            throw .malformed(
                place, what: "the number of outputs", found: "\(outputs.count)", valid: "1")
        }
        let source = OperatorSource(
            builtin: builtin, inputs: try indices(Fields.inputs, of: table, "operands"),
            output: outputs[0],
            optionsType: try reader.byte(Fields.optionsType, of: table, "type of options"),
            options: try reader.table(Fields.options, of: table, "options"))
        graph.nodes.append(try node(for: source))
    }
}

/// An operator as the file has it.
struct OperatorSource {
    let builtin: BuiltinOperator
    /// File indices of tensors; -1 where left out.
    let inputs: [Int]
    let output: Int
    let optionsType: Int
    let options: FlatBufferReader.Table?
}
