// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import Testing

@Suite("Graph validation")
struct ValidationTests {
    private func small() throws -> Graph {
        try Graph(tflite: ModelSketch.everyOperator.bytes, name: "small")
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: String
        let damage: @Sendable (inout Graph) -> Void
    }

    static let damages = [
        Damage(testDescription: "no outputs", message: "number of inputs, outputs") {
            $0.outputs = []
        },
        Damage(testDescription: "an id out of range", message: "tensor id is 999") {
            $0.nodes[1].inputs = [TensorID(999)]
        },
        Damage(testDescription: "a tensor computed twice", message: "already defined") {
            $0.nodes[3].output = $0.nodes[2].output
        },
        Damage(testDescription: "a node before its operand", message: "topological order") {
            $0.nodes.swapAt(4, 5)
        },
        Damage(testDescription: "an output that nothing computes", message: "no operator computes")
        { $0.outputs = [$0.add($0.tensors[0])] },
        Damage(testDescription: "weights of another shape", message: "weights' shape is [8,3,3,2]")
        { graph in
            graph.change(graph.nodes[2].parameters?.weights) {
                $0.shape = Shape([8, 3, 3, 2])
                $0.data = .int8(Array(repeating: 1, count: 144))
            }
        },
        Damage(testDescription: "data of another length", message: "data is 3 int8 values") {
            graph in
            graph.change(graph.nodes[2].parameters?.weights) { $0.data = .int8([1, 2, 3]) }
        },
        Damage(testDescription: "weights that are not symmetric", message: "zero point of weights")
        { graph in
            graph.change(graph.nodes[12].parameters?.weights) { $0.quantization?.zeroPoints = [1] }
        },
        Damage(testDescription: "scales along another dimension", message: "quantised dimension") {
            graph in
            graph.change(graph.nodes[3].parameters?.weights) {
                $0.quantization = Quantization(scales: [1, 1, 1], axis: 1)
            }
        },
        Damage(testDescription: "a scale of 0", message: "a scale is 0.0") { graph in
            graph.change(graph.nodes[2].output) { $0.quantization?.scales = [0] }
        },
        Damage(testDescription: "a scale that is no number", message: "a scale is nan") { graph in
            graph.change(graph.nodes[2].output) { $0.quantization?.scales = [.nan] }
        },
        Damage(testDescription: "a zero point beyond int8", message: "a zero point is 128") {
            graph in graph.change(graph.nodes[2].output) { $0.quantization?.zeroPoints = [128] }
        },
        Damage(testDescription: "a pooling that rescales", message: "output's quantisation") {
            graph in graph.change(graph.nodes[8].output) { $0.quantization?.scales = [0.03] }
        },
        Damage(testDescription: "a softmax of another scale", message: "scale 0.00390625") {
            graph in graph.change(graph.nodes[13].output) { $0.quantization?.zeroPoints = [0] }
        },
        Damage(testDescription: "operands of different shapes", message: "second operand's shape") {
            $0.nodes[5].inputs[1] = $0.inputs[0]
        },
        Damage(testDescription: "a stride of 0", message: "kernel, stride and dilation 1...") {
            $0.nodes[4].operation = .convolution(
                Window(kernel: (1, 1), stride: (0, 1)), .none)
        },
        Damage(testDescription: "a kernel above the input", message: "kernel's extent is 12x3") {
            graph in
            graph.change(graph.nodes[2].parameters?.weights) {
                $0.shape = Shape([8, 12, 3, 3])
                $0.data = .int8(Array(repeating: 1, count: 864))
            }
            graph.nodes[2].operation = .convolution(Window(kernel: (12, 3), stride: (2, 2)), .relu6)
        },
        Damage(testDescription: "a batch", message: "batch size is 2") { graph in
            graph.change(graph.inputs[0]) { $0.shape = Shape([2, 9, 9, 3]) }
        },
        Damage(testDescription: "a missing bias", message: "weights is missing") {
            $0.nodes[4].parameters = nil
        },
    ]

    @Test("should find", arguments: damages)
    func find(_ damage: Damage) throws {
        var graph = try small()
        damage.damage(&graph)
        let error = #expect(throws: GraphError.self) { try graph.validate() }
        let message = error.map(String.init(describing:)) ?? ""
        #expect(message.contains(damage.message), "\(message)")
    }

    @Test("should let the interpreter refuse inputs of another size or type")
    func inputs() throws {
        let interpreter = try Interpreter(try small())
        #expect(throws: GraphError.self) { try interpreter.run([.int8([1, 2])]) }
        #expect(throws: GraphError.self) {
            try interpreter.run([.float32(Array(repeating: 0, count: 243))])
        }
        #expect(throws: GraphError.self) { try interpreter.run([]) }
    }
}

extension Graph {
    fileprivate mutating func change(_ id: TensorID?, _ change: (inout Tensor) -> Void) {
        guard let id else { preconditionFailure("no such tensor") }
        change(&self[id])
    }
}
