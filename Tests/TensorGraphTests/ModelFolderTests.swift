// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TensorGraph
import TestSupport
import Testing

/// Checks of real models, which are not part of the repo: run where KINGLET_MODELS names a folder
/// with NAME.tflite, NAME.in and NAME.out (int8 inputs and wanted outputs, one after the other, as
/// `Goldens/make_goldens.py` writes them) and perhaps NAME.layers.json.
@Suite("Models of KINGLET_MODELS", .enabled(if: ModelFolder.path != nil))
struct ModelFolderTests {
    @Test("should differ by at most one unit from the wanted outputs, and in 1 % of values")
    func wantedOutputs() throws {
        for model in try ModelFolder.models() {
            guard let inputs = model.values("in"), let wanted = model.values("out") else {
                continue
            }
            let graph = try Graph(tflite: model.bytes, name: model.name)
            let interpreter = try Interpreter(graph)
            let (length, width) = (
                graph[graph.inputs[0]].shape.count, graph[graph.outputs[0]].shape.count
            )
            var differences: [Int: Int] = [:]
            for index in 0..<inputs.count / length {
                let input = Array(inputs[index * length..<(index + 1) * length])
                let output = try interpreter.run([.int8(input)])[0]
                for (found, expected) in zip(output, wanted[(index * width)...]) {
                    differences[abs(Int(found) - Int(expected)), default: 0] += 1
                }
            }
            let total = inputs.count / length * width
            print("\(model.name): \(differences[0] ?? 0) of \(total) values equal")
            #expect(differences.keys.allSatisfy { $0 <= 1 }, "\(model.name) \(differences)")
            #expect(Double(differences[0] ?? 0) >= 0.99 * Double(total), "\(model.name)")
        }
    }

    @Test("should number convolutions as NAME.layers.json does, with its shapes and counts")
    func layers() throws {
        for model in try ModelFolder.models() {
            guard let list = try model.layers() else { continue }
            let graph = try Graph(tflite: model.bytes, name: model.name).foldingPadding()
            try #require(graph.convolutions.count == list.convs.count)
            for (layer, index) in zip(list.convs, graph.convolutions) {
                let node = graph.nodes[index]
                let padding = try #require(node.operation.window).padding
                #expect(graph.name(of: node) == layer.tensor)
                #expect(graph.inputShape(of: node) == Shape([1] + layer.in))
                #expect(graph.outputShape(of: node) == Shape([1] + layer.out))
                #expect(graph.macs(of: node) == layer.macs)
                #expect(padding.top == layer.padding.top && padding.left == layer.padding.left)
            }
        }
    }

    @Test("should limit biases to 29 bits without changing an activation")
    func biases() throws {
        for model in try ModelFolder.models() {
            let graph = try Graph(tflite: model.bytes, name: model.name)
            let limited = try graph.limitingBiases(to: (1 << 29) - 1)
            var random = SeededGenerator(seed: 1)
            let input = (0..<graph[graph.inputs[0]].shape.count).map { _ in
                Int8.random(in: -128...127, using: &random)
            }
            let before = try Interpreter(graph).activations([.int8(input)])
            let after = try Interpreter(limited).activations([.int8(input)])
            for node in graph.nodes {
                #expect(before[node.output.index] == after[node.output.index], "\(model.name)")
            }
        }
    }

    @Test("should give an error or a valid graph for 10,000 mutants of each")
    func mutants() throws {
        for model in try ModelFolder.models() {
            var random = SeededGenerator(seed: 5)
            var refused = 0
            for _ in 0..<10_000 {
                var bytes = model.bytes
                for _ in 0..<3 { HostileModelTests.mutate(&bytes, &random) }
                do throws(ImportError) {
                    _ = try Graph(tflite: bytes, name: model.name)
                } catch {
                    refused += 1
                }
            }
            print("\(model.name): \(refused) of 10000 mutants refused")
        }
    }
}

struct ModelFolder {
    static let path = ProcessInfo.processInfo.environment["KINGLET_MODELS"]

    let name: String
    let bytes: [UInt8]

    static func models() throws -> [ModelFolder] {
        let path = path ?? ""
        let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            .filter { $0.hasSuffix(".tflite") }.map { String($0.dropLast(7)) }
        return try names.map { name in
            let file = URL(filePath: path).appending(path: name + ".tflite")
            return ModelFolder(name: name, bytes: [UInt8](try Data(contentsOf: file)))
        }
    }

    private func data(_ suffix: String) -> Data? {
        let file = URL(filePath: Self.path ?? "").appending(path: "\(name).\(suffix)")
        return try? Data(contentsOf: file)
    }

    func values(_ suffix: String) -> [Int8]? { data(suffix)?.map { Int8(bitPattern: $0) } }

    func layers() throws -> LayerList? {
        try data("layers.json").map { try JSONDecoder().decode(LayerList.self, from: $0) }
    }
}

struct LayerList: Decodable {
    struct Layer: Decodable {
        struct Padding: Decodable {
            let top: Int
            let left: Int
        }
        let tensor: String
        let `in`: [Int]
        let out: [Int]
        let macs: Int
        let padding: Padding
    }
    let convs: [Layer]
}
