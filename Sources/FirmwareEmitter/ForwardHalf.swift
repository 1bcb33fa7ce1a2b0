// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// The function `forward` of `model.c`.
struct ForwardHalf {
    let emission: Emission
    private var graph: Graph { emission.graph }
    private var schedule: TrainingSchedule { emission.schedule }

    init(_ emission: Emission) { self.emission = emission }

    var text: String {
        var body = ""
        var keeps = false
        for (step, scheduled) in schedule.operations.enumerated() {
            switch scheduled.operation {
            case .input, .backward, .tiled: continue
            default: body += PositionMarks.mark(step)
            }
            switch scheduled.operation {
            case .input, .backward, .tiled: continue
            case .forward(let node):
                if !isKept(before: step) { body += "    // \(emission.summary(node))\n" }
                body += run(node, scratch: emission.offset(.scratch(step)))
            case .streamed(let block):
                body += stream(block, scratch: emission.offset(.scratch(step)))
            case .keepChannels(let node):
                keeps = true
                body += "    // \(emission.summary(node))\n" + keep(node)
            case .recordMask(let node):
                keeps = true
                body += mask(node)
            }
        }
        let rows = schedule.streamedBlocks.contains(where: \.readsRows)
        return (rows ? "static kl_row_source row_source;\nstatic void *row_context;\n\n" : "")
            + """
            // One sample through the network. With `training` it also keeps what `backward` needs.
            static bool forward(bool training) {
            \(keeps ? "" : "    (void)training;\n")\(body)\(PositionMarks.end)    return true;
            }

            """
    }

    /// Whether the operation before says which layer this is.
    private func isKept(before step: Int) -> Bool {
        guard step > 0, case .keepChannels = schedule.operations[step - 1].operation else {
            return false
        }
        return true
    }

    private func run(_ index: Int, scratch: Int) -> String {
        let node = graph.nodes[index]
        let base = emission.base(index)
        let input = emission.operand(node.inputs[0], of: index)
        let output = "x_\(base)"
        let weighted = [
            "&\(base)_layer", input, "&\(base)_filter", emission.biases(index), output,
            "AT(void, \(scratch))",
        ]
        switch node.operation {
        case .convolution: return CText.call("kl_conv_s8", weighted)
        case .depthwiseConvolution: return CText.call("kl_depthwise_s8", weighted)
        case .fullyConnected: return CText.call("kl_fully_connected_s8", weighted)
        case .add:
            return CText.call(
                "kl_add_s8",
                ["&\(base)_layer", input, emission.operand(node.inputs[1], of: index), output])
        case .averagePool:
            return CText.call("kl_average_pool_s8", ["&\(base)_layer", input, output])
        case .maxPool: return CText.call("kl_max_pool_s8", ["&\(base)_layer", input, output])
        case .mean: return mean(node, input, output)
        case .reshape: return move(node, input, output)
        case .pad: return CText.call("kl_pad_s8", ["&\(base)_layer", input, output])
        case .activation, .quantize:
            let count = graph.outputShape(of: node).count
            return CText.call(
                "kl_requantize_s8", ["&\(base)_layer", input, "\(count)", output])
        case .softmax: return ""
        }
    }

    private func mean(_ node: Node, _ input: String, _ output: String) -> String {
        let shape = graph.inputShape(of: node)
        let multiplier = graph.meanMultiplier(of: node)
        return CText.call(
            "kl_mean_s8",
            [
                "&(kl_shape){\(shape.height), \(shape.width), \(shape.channels)}", input,
                "\(graph.quantization(of: node.inputs[0]).zeroPoint)",
                "\(graph.quantization(of: node.output).zeroPoint)",
                "\(multiplier.multiplier)", "\(multiplier.shift)", output,
            ])
    }

    /// A reshape moves nothing where the plan gave both sides one place.
    private func move(_ node: Node, _ input: String, _ output: String) -> String {
        let (from, to) = (
            emission.offset(.activation(node.inputs[0])), emission.offset(.activation(node.output))
        )
        if from == to, !graph[node.inputs[0]].isConstant {
            return "    // The same bytes: \(output) stands where \(input) does.\n"
        }
        return CText.call("memmove", [output, input, "\(graph.outputShape(of: node).count)"])
    }

    private func keep(_ index: Int) -> String {
        let node = graph.nodes[index]
        let base = emission.base(index)
        let shape = KernelScratch(node, in: graph).input
        return "    if (training)\n"
            + CText.call(
                "kl_select_channels_s8",
                [
                    emission.operand(node.inputs[0], of: index), "\(shape.pixels)",
                    "\(shape.channels)", "\(base)_channels",
                    "\(schedule.gradientChannels(index))", "kept_\(base)",
                ], indent: 8)
    }

    private func mask(_ index: Int) -> String {
        "    if (training)\n"
            + CText.call(
                "kl_clamp_mask_s8", emission.clampArguments(index) + ["m_\(emission.base(index))"],
                indent: 8)
    }

    private func stream(_ block: StreamedBlock, scratch: Int) -> String {
        let base = emission.base(block.last)
        let scratch = "AT(void, \(scratch))"
        let notes = block.nodes.map { "    // \(emission.summary($0))\n" }.joined()
        guard block.readsRows else {
            let input = emission.operand(
                graph.nodes[block.expansion].inputs[0], of: block.expansion)
            return notes
                + CText.call(
                    "kl_streamed_block_s8", ["&\(base)_block", input, "x_\(base)", scratch])
        }
        return notes
            + CText.call(
                "if (!kl_streamed_block_rows_s8",
                ["&\(base)_block", "row_source", "row_context", "x_\(base)", scratch], ")")
            + "        return false;\n"
    }
}

extension Emission {
    /// Where the kernels read a layer's biases.
    func biases(_ node: Int) -> String {
        trainsBias(node) ? "trained_\(base(node))_biases" : "\(base(node))_biases"
    }

    /// A node's output, its elements and its limits, for kl_clamp_mask_s8.
    func clampArguments(_ index: Int) -> [String] {
        let node = graph.nodes[index]
        let range = graph.outputRange(of: node)
        return [
            "x_\(base(index))", "\(graph.outputShape(of: node).count)", "\(range.lowerBound)",
            "\(range.upperBound)",
        ]
    }
}
