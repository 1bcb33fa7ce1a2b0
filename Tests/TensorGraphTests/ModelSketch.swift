// SPDX-License-Identifier: GPL-2.0-or-later
import TestSupport

/// A TFLite model as tests write it: tensors and operators in TFLite's own numbers.
struct ModelSketch {
    struct Tensor {
        var name: String
        var shape: [Int]
        /// TFLite's tensor type: 9 int8, 2 int32, 0 float32.
        var type: UInt8 = 9
        var scales: [Float] = []
        var zeroPoints: [Int] = []
        var axis = 0
        var data: [UInt8]?
        /// Further fields of the table, by number.
        var extra: [Int: FlatValue] = [:]
    }

    struct Operator {
        /// TFLite's number.
        var code: Int
        var inputs: [Int]
        var outputs: [Int]
        var optionsType: UInt8 = 0
        var options: [Int: FlatValue] = [:]
    }

    var tensors: [Tensor] = []
    var operators: [Operator] = []
    var inputs: [Int] = [0]
    /// nil: the output of the last operator.
    var outputs: [Int]?
    var subgraphs = 1
    /// How often the list of tensors refers to every tensor's table.
    var tensorRepeats = 1
    var version = 3

    mutating func activation(
        _ name: String, _ shape: [Int], scale: Float = 0.05, zeroPoint: Int = -3
    ) -> Int {
        tensors.append(
            Tensor(name: name, shape: shape, scales: [scale], zeroPoints: [zeroPoint]))
        return tensors.count - 1
    }

    /// int8 weights from a seeded generator, one scale per index of `axis`.
    mutating func weights(_ name: String, _ shape: [Int], axis: Int?, scale: Float = 0.01) -> Int {
        var random = SeededGenerator(seed: UInt64(tensors.count + 1))
        let count = shape.reduce(1, *)
        let channels = axis.map { shape[$0] } ?? 1
        tensors.append(
            Tensor(
                name: name, shape: shape,
                scales: (0..<channels).map { scale * Float($0 + 4) / 4 },
                zeroPoints: Array(repeating: 0, count: channels), axis: axis ?? 0,
                data: (0..<count).map { _ in
                    UInt8(bitPattern: Int8.random(in: -127...127, using: &random))
                }))
        return tensors.count - 1
    }

    /// An int32 bias for an input scale and the weights' scales.
    mutating func bias(_ name: String, input: Int, weights: Int, values: [Int]) -> Int {
        let inputScale = tensors[input].scales[0]
        tensors.append(
            Tensor(
                name: name, shape: [values.count], type: 2,
                scales: tensors[weights].scales.map { $0 * inputScale },
                zeroPoints: tensors[weights].zeroPoints, data: Self.words(values)))
        return tensors.count - 1
    }

    /// An int32 constant without quantisation.
    mutating func numbers(_ name: String, _ shape: [Int], _ values: [Int]) -> Int {
        tensors.append(Tensor(name: name, shape: shape, type: 2, data: Self.words(values)))
        return tensors.count - 1
    }

    mutating func add(
        _ code: Int, _ inputs: [Int], _ output: Int, optionsType: UInt8 = 0,
        options: [Int: FlatValue] = [:]
    ) {
        operators.append(
            Operator(
                code: code, inputs: inputs, outputs: [output], optionsType: optionsType,
                options: options))
    }

    private static func words(_ values: [Int]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    /// The model file.
    var bytes: [UInt8] {
        var buffers: [FlatValue] = [.table([:])]
        let tensorTables: [FlatValue] = tensors.map { tensor in
            var fields: [Int: FlatValue] = [
                0: .ints(tensor.shape), 1: .byte(tensor.type), 3: .string(tensor.name),
            ]
            if let data = tensor.data {
                fields[2] = .int(buffers.count)
                buffers.append(.table([0: .bytes(data)]))
            }
            if !tensor.scales.isEmpty {
                fields[4] = .table([
                    2: .floats(tensor.scales), 3: .longs(tensor.zeroPoints), 6: .int(tensor.axis),
                ])
            }
            return .table(fields.merging(tensor.extra) { $1 })
        }
        let codes = Array(Set(operators.map(\.code))).sorted()
        let operatorTables: [FlatValue] = operators.map { source in
            var fields: [Int: FlatValue] = [
                0: .int(codes.firstIndex(of: source.code) ?? 0), 1: .ints(source.inputs),
                2: .ints(source.outputs),
            ]
            if source.optionsType != 0 {
                fields[3] = .byte(source.optionsType)
                fields[4] = .table(source.options)
            }
            return .table(fields)
        }
        let subgraph = FlatValue.table([
            0: .tables(tensorTables, times: tensorRepeats), 1: .ints(inputs),
            2: .ints(outputs ?? operators.last?.outputs ?? []), 3: .tables(operatorTables),
        ])
        return FlatBufferWriter.file(
            .table([
                0: .int(version),
                1: .tables(
                    codes.map { .table([0: .byte(UInt8(min($0, 127))), 3: .int($0)]) }),
                2: .tables(Array(repeating: subgraph, count: subgraphs)),
                4: .tables(buffers),
            ]), identifier: "TFL3")
    }
}
