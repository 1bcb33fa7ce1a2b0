// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Scratch sizes of the kernels")
struct KernelScratchTests {
    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kernel: KernelScratch
        init(
            _ name: String, _ input: [Int], _ output: [Int], kernel: Int, stride: Int = 1,
            pad: Int = 0
        ) {
            testDescription = name
            self.kernel = KernelScratch(
                input: Shape([1] + input), output: Shape([1] + output),
                window: Window(
                    kernel: (kernel, kernel), stride: (stride, stride),
                    padding: Padding(top: pad, left: pad, bottom: pad, right: pad)))
        }
    }

    static let layers = [
        Layer(
            "stem", [32, 30, 3], [16, 15, 10], kernel: 3, stride: 2, pad: 1),
        Layer(
            "pointwise", [20, 20, 18], [20, 20, 7], kernel: 1),
        Layer(
            "more rows than a band", [40, 40, 8], [40, 40, 8], kernel: 3, pad: 1),
        Layer(
            "5x5 stride 2, three channels", [9, 70, 3], [5, 35, 3], kernel: 5, stride: 2, pad: 2),
        Layer(
            "5x5", [9, 7, 6], [9, 7, 6], kernel: 5, pad: 2),
        Layer(
            "7x7 stride 2", [16, 16, 5], [8, 8, 5], kernel: 7, stride: 2, pad: 3),
        Layer(
            "5x5 on a small map", [4, 3, 7], [4, 3, 7], kernel: 5, pad: 2),
        Layer(
            "7x7 stride 2 to a small map", [8, 7, 6], [4, 4, 6], kernel: 7, stride: 2, pad: 3),
        Layer(
            "long rows", [4, 4, 576], [4, 4, 160], kernel: 1),
        Layer(
            "one pixel", [1, 1, 50], [1, 1, 11], kernel: 1),
    ]

    /// The C functions' results for a layer: convolution without and with 5 trained channels, depthwise,
    /// dense without and with 5, then the gradients: dX convolution, dense, depthwise, dW both.
    private static func probe(_ kernel: KernelScratch) -> String {
        """
            {
                const kl_conv_layer layer = \(KernelProbe.layer(kernel));
                printf("%d %d %d %d %d %d %d %d %d %d\\n",
                    kl_conv_s8_scratch_bytes(&layer, 0), kl_conv_s8_scratch_bytes(&layer, 5),
                    kl_depthwise_s8_scratch_bytes(&layer),
                    kl_fully_connected_s8_scratch_bytes(&layer, 0),
                    kl_fully_connected_s8_scratch_bytes(&layer, 5),
                    kl_conv_input_gradient_scratch_bytes(&layer),
                    kl_fully_connected_input_gradient_scratch_bytes(&layer),
                    kl_depthwise_input_gradient_scratch_bytes(&layer),
                    kl_conv_weight_gradient_scratch_bytes(&layer),
                    kl_depthwise_weight_gradient_scratch_bytes(&layer));
            }
        """
    }

    @Test("should be those that the C functions return")
    func sizes() throws {
        let expected = try KernelProbe.numbers(Self.layers.map { Self.probe($0.kernel) })
        try #require(expected.count == Self.layers.count)
        for (layer, bytes) in zip(Self.layers, expected) {
            let kernel = layer.kernel
            let found = [
                kernel.convolution(overlay: 0), kernel.convolution(overlay: 5), kernel.depthwise,
                kernel.dense(overlay: 0), kernel.dense(overlay: 5),
                kernel.convolutionInputGradient, kernel.denseInputGradient,
                kernel.depthwiseInputGradient, kernel.weightGradient,
                kernel.depthwiseWeightGradient,
            ]
            #expect(found == bytes, "\(layer.testDescription)")
        }
    }

    /// A streamed block's scratch memory, whole and by rows, in C.
    private static func probe(_ block: StreamedBlock, _ graph: Graph) -> String {
        let layers = zip(
            ["first", "middle", "last"], [block.expansion, block.depthwise, block.projection])
        let declarations = layers.map { name, node in
            let kernel = KernelScratch(graph.nodes[node], in: graph)
            return "const kl_conv_layer \(name) = \(KernelProbe.layer(kernel));"
        }
        return """
            {
                \(declarations.joined(separator: "\n"))
                const kl_add_layer sum = {0};
                const kl_streamed_block block = {.expansion = &first, .depthwise = &middle,
                    .projection = &last, .addition = \(block.addition == nil ? "0" : "&sum"),
                    .tile_rows = \(block.tileRows)};
                printf("%d %d\\n", kl_streamed_block_s8_scratch_bytes(&block, false),
                    kl_streamed_block_s8_scratch_bytes(&block, true));
            }
            """
    }

    @Test(
        "should be those of streamed blocks", arguments: ["mcunet-5fps", "mbv2-w0.35", "small"])
    func streamed(network: String) throws {
        let graph =
            network == "small" ? try Example.small() : try NetworkShape.named(network).graph()
        let scheme = try Scheme(name: "s", update: .classifier).resolve(for: graph)
        let program = try BackwardProgram(graph, scheme: scheme)
        let blocks = TrainingSchedule(program, options: PassOptions()).streamedBlocks
        try #require(blocks.count > 2 && blocks.contains { $0.addition != nil })
        let tiled = blocks.flatMap { block in
            [1, 2, 3, 8, 200].map { rows in
                var tiled = block
                tiled.tileRows = rows
                return tiled
            }
        }
        let expected = try KernelProbe.numbers(tiled.map { Self.probe($0, graph) })
        let found = tiled.map { block in
            var rows = block
            rows.readsRows = true
            return [block.scratchBytes(in: graph), rows.scratchBytes(in: graph)]
        }
        #expect(found == expected)
    }

    /// A tiled block's scratch memory in C.
    private static func probe(_ block: TiledBlock, _ graph: Graph) -> String {
        let layers = [
            ("first", block.expansion), ("middle", block.depthwise), ("last", block.projection),
        ].map { name, node in
            let kernel = KernelScratch(graph.nodes[node], in: graph)
            return "const kl_conv_layer \(name) = \(KernelProbe.layer(kernel));"
        }
        return """
            {
                \(layers.joined(separator: "\n"))
                int8_t weights;
                const kl_tiled_block block = {.expansion = {.layer = &first},
                    .depthwise = {.layer = &middle}, .projection = {.layer = &last},
                    .trained_weights = \(block.trainsWeights ? "&weights" : "0"),
                    .tile_channels = \(block.tileChannels), .adds = \(block.addsGradient ? 1 : 0)};
                printf("%d\\n", kl_tiled_block_gradient_scratch_bytes(&block,
                    \(block.hasInputGradient)));
            }
            """
    }

    @Test("should be those of tiled blocks", arguments: ["mcunet-49kb", "mbv2-138kb", "biases"])
    func tiled(name: String) throws {
        let graph: Graph
        let scheme: ResolvedScheme
        if name == "biases" {
            graph = try Example.small()
            scheme = try Scheme(name: name, update: .biases(last: nil)).resolve(for: graph)
        } else {
            (graph, scheme) = try Example.published(name)
        }
        let program = try BackwardProgram(graph, scheme: scheme)
        let blocks = [0, 1, 3].flatMap { choice in
            var tiles = TileSizes()
            for (index, node) in graph.nodes.enumerated() {
                let channels = graph[node.inputs[0]].shape.channels
                tiles.channels[index] = choice == 0 ? nil : max(4, channels / choice / 8 * 4)
            }
            return TrainingSchedule(program, options: PassOptions(), tiles: tiles).tiledBlocks
        }
        try #require(blocks.count >= 6)
        let expected = try KernelProbe.numbers(blocks.map { Self.probe($0, graph) })
        #expect(blocks.map { [$0.scratchBytes(in: graph, gradientBytes: 2)] } == expected)
    }
}
