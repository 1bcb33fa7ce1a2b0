// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TensorGraph
import Testing

/// One model of `Goldens/golden_models.json`, which `make_goldens.py` beside it writes.
struct Golden: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    /// The TFLite file.
    let model: Data
    let inputs: [Data]
    /// What TFLite's reference kernels give.
    let outputs: [Data]

    var testDescription: String { name }

    static let all: [Golden] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Goldens/golden_models.json")
        do {
            return try JSONDecoder().decode([Golden].self, from: try Data(contentsOf: file))
        } catch {
            preconditionFailure("\(file.path): \(error)")
        }
    }()
}

@Suite("Interpreter against TFLite's reference kernels")
struct GoldenTests {
    @Test("should give the same values", arguments: Golden.all)
    func sameValues(_ golden: Golden) throws {
        let graph = try Graph(tflite: [UInt8](golden.model), name: golden.name)
        let interpreter = try Interpreter(graph)
        #expect(!golden.inputs.isEmpty && golden.inputs.count == golden.outputs.count)
        for (input, expected) in zip(golden.inputs, golden.outputs) {
            let output = try interpreter.run([values(input, graph[graph.inputs[0]].elementType)])[0]
            #expect(output == expected.map { Int8(bitPattern: $0) })
        }
    }

    private func values(_ data: Data, _ type: ElementType) -> TensorData {
        guard type == .float32 else { return .int8(data.map { Int8(bitPattern: $0) }) }
        let bytes = [UInt8](data)
        return .float32(
            stride(from: 0, to: bytes.count, by: 4).map { offset in
                let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << (8 * $1) }
                return Float(bitPattern: word)
            })
    }

    @Test("should round fully connected layers twice on request, as TFLite Micro does")
    func denseRounding() throws {
        let golden = try #require(Golden.all.first { $0.name == "dense, rounding matters" })
        let graph = try Graph(tflite: [UInt8](golden.model), name: golden.name)
        let interpreter = try Interpreter(graph, denseRounding: .twice)
        let differences = try zip(golden.inputs, golden.outputs).flatMap { input, expected in
            zip(try interpreter.run([values(input, .int8)])[0], expected)
                .map { abs(Int($0) - Int(Int8(bitPattern: $1))) }
        }
        #expect(differences.max() == 1)
        #expect(differences.filter { $0 == 1 }.count < differences.count / 20)
    }

    @Test("should cover every operator")
    func coverage() throws {
        var names: Set<String> = []
        for golden in Golden.all {
            let graph = try Graph(tflite: [UInt8](golden.model), name: golden.name)
            names.formUnion(graph.nodes.map(\.operation.name))
        }
        #expect(
            names == [
                "add", "avgpool", "conv2d", "dense", "depthwise", "maxpool", "mean", "pad",
                "quantize", "relu", "relu6", "reshape", "softmax",
            ])
    }
}
