// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import Testing

@Suite("TFLite import")
struct ImportTests {
    @Test("should import a network with every supported operator")
    func everyOperator() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        #expect(
            graph.nodes.map(\.operation.name) == [
                "quantize", "pad", "conv2d", "depthwise", "conv2d", "add", "relu6", "relu",
                "maxpool", "avgpool", "mean", "reshape", "dense", "softmax",
            ])
        #expect(graph.inputs.map { graph[$0].name } == ["input"])
        #expect(graph.outputs.map { graph[$0].name } == ["probabilities"])
        #expect(graph.classifier == 12)
        #expect(graph.convolutions == [2, 3, 4])
    }

    @Test("should make SAME padding explicit, the odd row and column at the end")
    func samePadding() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        #expect(
            graph.nodes[3].operation.window?.padding
                == Padding(top: 1, left: 1, bottom: 1, right: 1))
        #expect(graph.nodes[8].operation.window?.padding == Padding(bottom: 1, right: 1))
        #expect(graph.nodes[2].operation.window?.padding == Padding.none)
    }

    @Test("should read values, scales and activations as written")
    func values() throws {
        let sketch = ModelSketch.everyOperator
        let graph = try Graph(tflite: sketch.bytes, name: "small")
        let stem = graph.nodes[2]
        #expect(stem.operation.activation == .relu6)
        let parameters = try #require(stem.parameters)
        let weights = graph[parameters.weights]
        let source = try #require(sketch.tensors.first { $0.name == "stem/weights" })
        #expect(weights.int8Values == source.data?.map { Int8(bitPattern: $0) })
        #expect(weights.quantization?.scales == source.scales)
        #expect(weights.quantization?.axis == 0)
        #expect(graph[parameters.bias].int32Values == [900, -40, 3, 0, 77, -1200, 5, 610])
        #expect(graph[stem.output].quantization == Quantization(scale: 0.0235294, zeroPoint: -128))
    }

    @Test("should give a layer without bias zeros with the accumulator's scale")
    func missingBias() throws {
        let graph = try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
        let parameters = try #require(graph.nodes[4].parameters)
        let bias = graph[parameters.bias]
        #expect(bias.int32Values == Array(repeating: 0, count: 8))
        let weightScale = graph.quantization(of: parameters.weights).scale
        #expect(bias.quantization?.scale == Float(0.03) * weightScale)
    }

    @Test("should leave out tensors that nothing reads")
    func unusedTensors() throws {
        var sketch = ModelSketch.everyOperator
        _ = sketch.activation("unused", [0, -1])
        let graph = try Graph(tflite: sketch.bytes, name: "small")
        #expect(!graph.tensors.contains { ["unused", "paddings"].contains($0.name) })
    }

    @Test("should accept an open batch size")
    func openBatch() throws {
        var sketch = ModelSketch.everyOperator
        sketch.tensors[0].extra[7] = .ints([-1, 9, 9, 3])
        #expect(throws: Never.self) { try Graph(tflite: sketch.bytes, name: "small") }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Parts that the message must have.
        let message: [String]
        let change: @Sendable (inout ModelSketch) -> Void
    }

    static let refusals = [
        Refusal(
            testDescription: "an operator",
            message: ["operator 7 (LOGISTIC)", "byte ", "ADD, AVERAGE_POOL_2D, CONV_2D"]
        ) { $0.operators[7].code = 14 },
        Refusal(testDescription: "an unknown operator", message: ["builtin operator 250"]) {
            $0.operators[7].code = 250
        },
        Refusal(
            testDescription: "a type",
            message: ["operator 2 (CONV_2D), tensor 'stem'", "int16", "supported: int8"]
        ) { $0.change("stem") { $0.type = 7 } },
        Refusal(
            testDescription: "the weights' type",
            message: ["operator 3 (DEPTHWISE_CONV_2D), tensor 'depthwise/weights'", "int4"]
        ) { $0.change("depthwise/weights") { $0.type = 17 } },
        Refusal(
            testDescription: "asymmetric weights",
            message: ["tensor 'dense/weights'", "zero point is 3", "symmetric"]
        ) { $0.change("dense/weights") { $0.zeroPoints = [3] } },
        Refusal(testDescription: "several subgraphs", message: ["number of subgraphs is 2"]) {
            $0.subgraphs = 2
        },
        Refusal(
            testDescription: "dynamic shapes",
            message: ["tensor 'stem'", "[1,-1,5,8]", "fixed extents"]
        ) { $0.change("stem") { $0.extra[7] = .ints([1, -1, 5, 8]) } },
        Refusal(testDescription: "an empty extent", message: ["tensor 'stem'", "[1,5,0,8]"]) {
            $0.change("stem") { $0.shape = [1, 5, 0, 8] }
        },
        Refusal(
            testDescription: "sparse tensors",
            message: ["tensor 'stem/weights'", "sparse", "dense constants"]
        ) { $0.change("stem/weights") { $0.extra[6] = .table([:]) } },
        Refusal(testDescription: "variables", message: ["tensor 'stem'", "a variable"]) {
            $0.change("stem") { $0.extra[5] = .byte(1) }
        },
        Refusal(
            testDescription: "computed weights",
            message: ["tensor 'dense/weights'", "computed at run time", "a constant"]
        ) { $0.change("dense/weights") { $0.data = nil } },
        Refusal(
            testDescription: "another fused activation",
            message: ["operator 2 (CONV_2D)", "fused activation is TANH", "NONE, RELU, RELU6"]
        ) { $0.operators[2].options[3] = .byte(4) },
        Refusal(
            testDescription: "a mean over channels",
            message: ["operator 10 (MEAN)", "[3, 2]", "rows and columns"]
        ) { $0.change("axes") { $0.data = [3, 0, 0, 0, 2, 0, 0, 0] } },
        Refusal(
            testDescription: "padding of the batch",
            message: ["operator 1 (PAD)", "[1, 0, 1, 1, 1, 1, 0, 0]"]
        ) { $0.change("paddings") { $0.data?[0] = 1 } },
        Refusal(
            testDescription: "a reshape to something else",
            message: ["operator 11 (RESHAPE), tensor 'features'", "[-1, 4]"]
        ) { $0.change("new_shape") { $0.data?[4] = 4 } },
        Refusal(testDescription: "missing options", message: ["operator 2 (CONV_2D)", "options"]) {
            $0.operators[2].optionsType = 0
        },
        Refusal(
            testDescription: "a missing quantisation",
            message: ["tensor 'stem'", "quantisation is missing"]
        ) { $0.change("stem") { $0.scales = [] } },
        Refusal(
            testDescription: "a shape that does not follow",
            message: ["node 2 (conv2d 'stem')", "shape is [1,5,6,8]", "[1,5,5,8]"]
        ) { $0.change("stem") { $0.shape = [1, 5, 6, 8] } },
        Refusal(
            testDescription: "a bias of another scale",
            message: ["node 2 (conv2d 'stem')", "bias scale of channel 3"]
        ) { $0.change("stem/bias") { $0.scales[3] *= 1.01 } },
        Refusal(
            testDescription: "operators out of order",
            message: ["node 3 (conv2d 'project')", "operand 'depthwise'", "topological order"]
        ) { $0.operators.swapAt(3, 4) },
        Refusal(testDescription: "another version", message: ["schema version is 4"]) {
            $0.version = 4
        },
    ]

    @Test("should refuse", arguments: refusals)
    func refuse(_ refusal: Refusal) {
        var sketch = ModelSketch.everyOperator
        refusal.change(&sketch)
        let error = #expect(throws: ImportError.self) {
            try Graph(tflite: sketch.bytes, name: "small")
        }
        let message = error.map(String.init(describing:)) ?? ""
        for part in refusal.message {
            #expect(message.contains(part), "\(message)")
        }
    }

    @Test("should refuse a file of another kind")
    func otherFile() {
        #expect(throws: ImportError.notTFLite(found: "45 4c 46 1 (hex)")) {
            try Graph(tflite: [0, 0, 0, 0, 0x45, 0x4C, 0x46, 1, 0], name: "elf")
        }
        #expect(throws: ImportError.self) { try Graph(tflite: [], name: "empty") }
    }
}

extension ModelSketch {
    mutating func change(_ name: String, _ change: (inout Tensor) -> Void) {
        guard let index = tensors.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("no tensor '\(name)'")
        }
        change(&tensors[index])
    }
}
