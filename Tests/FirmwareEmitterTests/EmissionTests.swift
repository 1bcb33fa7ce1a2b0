// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareEmitter
import TensorGraph
import TestSupport
import Testing
import TrainingCompiler

@Suite("Emitted sources")
struct EmissionTests {
    private func project(
        _ graph: Graph, _ scheme: Scheme, _ options: PassOptions = PassOptions()
    ) throws -> FirmwareProject {
        let plan = try TrainingPlan(
            graph, scheme: try scheme.resolve(for: graph), options: options)
        return try FirmwareProject(plan, boards: ["nrf52840", "stm32f746g-disco"])
    }

    /// Places in the arena follow the kernels' scratch memory, which is none of the emitter's business.
    private func withoutOffsets(_ text: String) -> String {
        text.replacing(/AT\((\w+), \d+\)/) { "AT(\($0.output.1), …)" }
            .replacing(/arena\[\d+\]; \/\/ [\d,]+ bytes/, with: "arena[…]; // … bytes")
    }

    @Test(
        "should be those of record",
        arguments: ["model.c", "layers.h", "parameters.h", "parameters.c", "Makefile"])
    func snapshot(name: String) throws {
        let files = try project(try Examples.small(), try Examples.sparse()).files
        let text = withoutOffsets(try files[name].orThrow())
        #expect(try Snapshot.difference(text, name + ".txt") == nil)
    }

    @Test("should be the same each time")
    func determinism() throws {
        let one = try project(try Examples.pooled(), try Examples.sparse())
        let other = try project(try Examples.pooled(), try Examples.sparse())
        #expect(one.files == other.files)
        #expect(one.name == "parts")
    }

    @Test("should have another fingerprint for other weights, other channels, other arrays")
    func fingerprint() throws {
        func line(_ graph: Graph, _ scheme: Scheme, _ options: PassOptions) throws -> Substring {
            let text = try project(graph, scheme, options).files["model.c"].orThrow()
            return try text.split(separator: "\n").first { $0.contains(".fingerprint") }.orThrow()
        }
        let graph = try Examples.small()
        let lines = [
            try line(graph, try Examples.sparse(), PassOptions()),
            try line(try Examples.small(seed: 2), try Examples.sparse(), PassOptions()),
            try line(graph, Scheme(name: "parts", update: .classifier), PassOptions()),
            try line(graph, try Examples.sparse(), PassOptions(residualBytes: 2)),
        ]
        #expect(Set(lines).count == lines.count)
        #expect(lines[0] == (try line(graph, try Examples.sparse(), PassOptions())))
    }

    static let hostileNames = [
        "", "int", "x", "kl_conv", "9", "a;b;c", "a b", "a_b", "A/B", "a\u{301}", "é", "\u{202E}",
        "*/ int main(void) {", "\n#error", "??/", "\\", "\"); abort(); (\"", "// x \\\n", "'", "%s",
        "arena", "x_input", "input", "trained", "add", "_Exit", "model_parameters", "layer",
        "a_layer",
        String(repeating: "y", count: 5000),
    ]

    @Test("should compile whatever tensors are called, and compute the same")
    func hostileNames() throws {
        let plain = try Examples.small()
        let samples = Examples.samples(2, of: plain)
        let scheme = try Examples.sparse()
        let expected = try HostTwinTests.run(plain, scheme, samples: samples, labels: [1, 2])
        for shift in stride(from: 0, to: Self.hostileNames.count, by: 7) {
            var graph = plain
            graph.name = Self.hostileNames[shift]
            for index in graph.tensors.indices {
                let names = Self.hostileNames
                graph.tensors[index].name = names[(index / 2 + shift) % names.count]
            }
            let result = try HostTwinTests.run(
                graph, Scheme(name: Self.hostileNames[12], update: scheme.update),
                samples: samples, labels: [1, 2])
            #expect(result.logits == expected.logits)
            #expect(result.losses == expected.losses)
        }
    }

    @Test("should keep comments and strings within their line, in plain characters")
    func harmless() throws {
        var graph = try Examples.small()
        for index in graph.tensors.indices {
            graph.tensors[index].name = "t\(index)*/\n\"\\??/\u{7}é"
        }
        graph.name = "\"\n*/"
        for (name, text) in try project(graph, try Examples.sparse()).files
        where name.hasSuffix(".c") || name.hasSuffix(".h") {
            #expect(text.allSatisfy { $0.isASCII && ($0 == "\n" || !$0.isNewline) })
            #expect(!text.contains("*/") && !text.contains("??"))
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let operation: Operation
        let message: String
    }

    @Test(
        "should name the node, what it is, and what the kernels support",
        arguments: [
            Refusal(
                testDescription: "dilation",
                operation: .convolution(
                    Window(
                        kernel: (3, 3), stride: (2, 2), dilation: (2, 2),
                        padding: Padding(top: 2, left: 2, bottom: 2, right: 2)), .relu6),
                message:
                    "node 0 (conv2d 'first_conv'): the dilation is 2x2; the kernels support 1x1"
            )
        ])
    func refuses(refusal: Refusal) throws {
        var graph = try Examples.small()
        graph.nodes[0].operation = refusal.operation
        let error = #expect(throws: EmissionError.self) {
            try project(graph, Scheme(name: "s", update: .classifier))
        }
        #expect(error?.description == refusal.message)
    }

    @Test("should refuse to train weights that two layers share, but not to run them")
    func sharedWeights() throws {
        var graph = try Examples.small()
        // Two projections to eight channels, of inputs with one scale.
        let projection = try graph.nodes[5].parameters.orThrow()
        let other = try graph.nodes[8].parameters.orThrow()
        graph[other.weights].quantization = graph[projection.weights].quantization
        graph.nodes[8].parameters?.bias = projection.bias
        #expect(throws: Never.self) {
            try project(graph, Scheme(name: "s", update: .classifier))
        }
        let error = #expect(throws: EmissionError.self) {
            try project(graph, Scheme(name: "s", update: .biases(last: nil)))
        }
        #expect(error?.description.contains("is shared by 2 nodes") == true)
    }
}
