// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// `layers.h` and `layers.c`: constant descriptors of every layer.
struct LayerTables {
    let emission: Emission
    private var graph: Graph { emission.graph }

    init(_ emission: Emission) { self.emission = emission }

    var header: String {
        var text =
            CText.license + """

                // Descriptors of the layers: shapes, quantisation, and which weights they read.

                #ifndef LAYERS_H
                #define LAYERS_H

                #include "kinglet/kinglet.h"


                """
        for node in emission.nodesThatRun { text += declarations(node) }
        for block in emission.schedule.streamedBlocks {
            text +=
                "extern const kl_streamed_block \(emission.base(block.last))_block;\n"
        }
        return text + "\n#endif\n"
    }

    private func declarations(_ index: Int) -> String {
        let base = emission.base(index)
        let node = graph.nodes[index]
        var lines = ["// \(emission.summary(index))"]
        switch node.operation {
        case .convolution, .depthwiseConvolution, .fullyConnected:
            lines.append("extern const kl_conv_layer \(base)_layer;")
            if !emission.isStreamed(index) {
                lines.append("extern const kl_weights \(base)_filter;")
            }
            if emission.nodesWithUnits.contains(index) {
                lines.append("extern const kl_parameter_scales \(base)_units;")
            }
            if emission.isDepthwise(index), emission.schedule.keepsChannels(index) {
                lines.append("extern const kl_conv_layer \(base)_trained_layer;")
            }
        case .add: lines.append("extern const kl_add_layer \(base)_layer;")
        case .averagePool, .maxPool: lines.append("extern const kl_pool_layer \(base)_layer;")
        case .pad: lines.append("extern const kl_pad_layer \(base)_layer;")
        case .activation, .quantize:
            lines.append("extern const kl_requantize_layer \(base)_layer;")
        case .mean where emission.nodesWithInputGradient.contains(index):
            lines.append("extern const kl_pool_layer \(base)_layer;")
        default: return ""
        }
        return lines.joined(separator: "\n") + "\n"
    }

    var source: String {
        var text =
            CText.license + """

                #include "layers.h"

                #include "parameters.h"
                #include "weights.h"

                """
        for node in emission.nodesThatRun {
            let definition = definition(node)
            if !definition.isEmpty { text += "\n// \(emission.summary(node))\n" + definition }
        }
        for block in emission.schedule.streamedBlocks { text += "\n" + definition(block) }
        return text
    }

    private func definition(_ index: Int) -> String {
        let node = graph.nodes[index]
        switch node.operation {
        case .convolution, .depthwiseConvolution, .fullyConnected: return weighted(index)
        case .add: return addition(index)
        case .averagePool(let window, _), .maxPool(let window, _): return pool(index, window)
        case .mean where emission.nodesWithInputGradient.contains(index):
            let input = graph.inputShape(of: node)
            return pool(index, Window(kernel: (input.height, input.width)))
        case .pad(let padding, let before, _): return pad(index, padding, before)
        case .activation, .quantize: return requantization(index)
        default: return ""
        }
    }

    private func weighted(_ index: Int) -> String {
        let node = graph.nodes[index]
        let base = emission.base(index)
        let multipliers = graph.outputMultipliers(of: node)
        var text =
            CText.array(
                "int32_t", "\(base)_multipliers", multipliers.map(\.multiplier), isStatic: true)
            + CText.array("int8_t", "\(base)_shifts", multipliers.map(\.shift), isStatic: true)
            + descriptor("\(base)_layer", index, channels: nil)
        if emission.isDepthwise(index), emission.schedule.keepsChannels(index) {
            text +=
                "// The channels whose weights are trained, as a layer of their own: shapes alone.\n"
                + descriptor(
                    "\(base)_trained_layer", index,
                    channels: emission.schedule.gradientChannels(index))
        }
        // A streamed block names the weights of its layers itself.
        if !emission.isStreamed(index) { text += filter(index) }
        if emission.nodesWithUnits.contains(index), let parameters = node.parameters {
            let weights = graph.quantization(of: parameters.weights)
            let scales = (0..<graph.outputShape(of: node).channels).map {
                CText.float(weights.scale(ofChannel: $0))
            }
            let input = graph.quantization(of: node.inputs[0]).scale
            text +=
                CText.array("float", "\(base)_scales", scales, isStatic: true)
                + "const kl_parameter_scales \(base)_units = {"
                + "\(base)_scales, \(CText.float(input))};\n"
        }
        return text
    }

    /// A layer of `channels` in and out where that is not nil.
    private func descriptor(_ name: String, _ index: Int, channels: Int?) -> String {
        let node = graph.nodes[index]
        let kernel = KernelScratch(node, in: graph)
        let window = kernel.window
        let range = graph.outputRange(of: node)
        func shape(_ shape: Shape) -> String {
            "{\(shape.height), \(shape.width), \(channels ?? shape.channels)}"
        }
        let base = emission.base(index)
        return """
            const kl_conv_layer \(name) = {
                .input = \(shape(kernel.input)),
                .output = \(shape(kernel.output)),
                .window = \(Self.window(window)),
                .input_zero_point = \(graph.quantization(of: node.inputs[0]).zeroPoint),
                .output_zero_point = \(graph.quantization(of: node.output).zeroPoint),
                .activation_min = \(range.lowerBound),
                .activation_max = \(range.upperBound),
                .multipliers = \(channels == nil ? "\(base)_multipliers" : "0"),
                .shifts = \(channels == nil ? "\(base)_shifts" : "0"),
            };

            """
    }

    private static func window(_ window: Window) -> String {
        "{\(window.kernelHeight), \(window.kernelWidth), \(window.strideHeight), "
            + "\(window.strideWidth), \(window.padding.top), \(window.padding.left)}"
    }

    /// Which weights the kernels read: flash, SRAM, or both.
    private func filter(_ index: Int) -> String {
        let base = emission.base(index)
        let start = "const kl_weights \(base)_filter = "
        guard emission.trainsWeights(index) else { return "\(start){.base = \(base)_weights};\n" }
        guard emission.hasOverlay(index) else {
            return "\(start){.base = trained_\(base)_weights};\n"
        }
        return """
            \(start){
                .base = \(base)_weights,
                .overlay = trained_\(base)_weights,
                .overlay_channels = \(base)_channels,
                .overlay_count = \(emission.schedule.overlayChannels(index)),
            };

            """
    }

    private func addition(_ index: Int) -> String {
        let node = graph.nodes[index]
        let scaling = graph.additionScaling(of: node)
        let range = graph.outputRange(of: node)
        // In a streamed block the left operand is the block's input.
        let block = emission.schedule.streamedBlocks.first { $0.addition == index }
        let swaps = block.map { graph.nodes[$0.projection].output == node.inputs[0] } ?? false
        let operands = [
            (graph.quantization(of: node.inputs[0]).zeroPoint, scaling.left),
            (graph.quantization(of: node.inputs[1]).zeroPoint, scaling.right),
        ]
        let (left, right) = swaps ? (operands[1], operands[0]) : (operands[0], operands[1])
        return """
            const kl_add_layer \(emission.base(index))_layer = {
                .count = \(graph.outputShape(of: node).count),
                .left_zero_point = \(left.0),
                .left_multiplier = \(left.1.multiplier),
                .left_shift = \(left.1.shift),
                .right_zero_point = \(right.0),
                .right_multiplier = \(right.1.multiplier),
                .right_shift = \(right.1.shift),
                .output_zero_point = \(graph.quantization(of: node.output).zeroPoint),
                .output_multiplier = \(scaling.output.multiplier),
                .output_shift = \(scaling.output.shift),
                .activation_min = \(range.lowerBound),
                .activation_max = \(range.upperBound),
            };

            """
    }

    private func pool(_ index: Int, _ window: Window) -> String {
        let node = graph.nodes[index]
        let (input, output) = (graph.inputShape(of: node), graph.outputShape(of: node))
        let range = graph.outputRange(of: node)
        return """
            const kl_pool_layer \(emission.base(index))_layer = {
                .input = {\(input.height), \(input.width), \(input.channels)},
                .output = {\(output.height), \(output.width), \(output.channels)},
                .window = \(Self.window(window)),
                .activation_min = \(range.lowerBound),
                .activation_max = \(range.upperBound),
            };

            """
    }

    private func pad(_ index: Int, _ padding: Padding, _ channelsBefore: Int) -> String {
        let node = graph.nodes[index]
        let (input, output) = (graph.inputShape(of: node), graph.outputShape(of: node))
        return """
            const kl_pad_layer \(emission.base(index))_layer = {
                .input = {\(input.height), \(input.width), \(input.channels)},
                .output = {\(output.height), \(output.width), \(output.channels)},
                .top = \(padding.top),
                .left = \(padding.left),
                .channels_before = \(channelsBefore),
                .value = \(graph.quantization(of: node.output).zeroPoint),
            };

            """
    }

    private func requantization(_ index: Int) -> String {
        let node = graph.nodes[index]
        let factor = graph.requantizationMultiplier(of: node)
        let range = graph.outputRange(of: node)
        return """
            const kl_requantize_layer \(emission.base(index))_layer = {
                .input_zero_point = \(graph.quantization(of: node.inputs[0]).zeroPoint),
                .output_zero_point = \(graph.quantization(of: node.output).zeroPoint),
                .multiplier = \(factor.multiplier),
                .shift = \(factor.shift),
                .activation_min = \(range.lowerBound),
                .activation_max = \(range.upperBound),
            };

            """
    }

    private func definition(_ block: StreamedBlock) -> String {
        func base(_ node: Int) -> String { emission.base(node) }
        var lines = [
            "// \(block.nodes.count) layers through \(block.tileRows) output "
                + "row\(block.tileRows == 1 ? "" : "s") at a time.",
            "const kl_streamed_block \(base(block.last))_block = {",
        ]
        let parts = [
            ("expansion", block.expansion), ("depthwise", block.depthwise),
            ("projection", block.projection),
        ]
        lines += parts.map { "    .\($0.0) = &\(base($0.1))_layer," }
        lines += parts.map { "    .\($0.0)_weights = {.base = \(base($0.1))_weights}," }
        lines += parts.map { "    .\($0.0)_bias = \(base($0.1))_biases," }
        if let addition = block.addition {
            lines.append("    .addition = &\(base(addition))_layer,")
        }
        lines.append("    .tile_rows = \(block.tileRows),")
        return lines.joined(separator: "\n") + "\n};\n"
    }
}
