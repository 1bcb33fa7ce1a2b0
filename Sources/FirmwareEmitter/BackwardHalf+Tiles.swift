// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

extension BackwardHalf {
    /// A block whose expanded gradients are never whole: one call.
    func write(_ block: TiledBlock, at step: Int, scratch: Int, to writer: inout BackwardWriter) {
        let base = emission.base(block.projection)
        let input = block.input(in: graph)
        let target = "g_\(emission.base(of: input))"
        let nodes = [block.projection, block.depthwise, block.expansion]
        writer.enterBlock(
            nodes.map(emission.summary) + [
                "\(block.tileChannels) of \(block.channelCount(in: graph)) channels at a time, "
                    + "updates included"
            ], at: step)
        if block.hasInputGradient, !block.addsGradient {
            writer.declare(gradient(input, .gradient(input), target))
        }
        writer.add(descriptor(block, named: "\(base)_tiles"))
        writer.add(
            CText.call(
                "kl_tiled_block_gradient",
                [
                    "&\(base)_tiles", "&g_\(base)",
                    block.hasInputGradient ? "&\(target)" : "&(kl_gradient){.data = 0}", "sgd",
                    "AT(void, \(scratch))",
                ]))
    }

    private func descriptor(_ block: TiledBlock, named name: String) -> String {
        var lines = ["    static const kl_tiled_block \(name) = {"]
        lines += layer("expansion", block.expansion, of: block)
        lines += layer("depthwise", block.depthwise, of: block)
        lines += layer("projection", block.projection, of: nil)
        if block.trainsWeights {
            let node = block.expansion
            lines += [
                "        .trained_weights = trained_\(emission.base(node))_weights,",
                "        .trained_residuals = \(residuals(node)),",
                "        .trained_input = \(place(of: node)),",
                "        .trained_channels = \(schedule.gradientChannels(node)),",
            ]
        }
        lines.append("        .tile_channels = \(block.tileChannels),")
        if block.addsGradient { lines.append("        .adds = 1,") }
        return (lines + ["    };"]).joined(separator: "\n") + "\n"
    }

    /// What the weight gradient reads, as a constant expression.
    private func place(of node: Int) -> String {
        let input = graph.nodes[node].inputs[0]
        let buffer: TrainingBuffer =
            schedule.keepsChannels(node) ? .channels(node) : .activation(input)
        return "AT(int8_t, \(emission.offset(buffer)))"
    }

    /// Mask and biases only inside the block.
    private func layer(_ member: String, _ node: Int, of block: TiledBlock?) -> [String] {
        let base = emission.base(node)
        let start =
            "        .\(member) = {.layer = &\(base)_layer, .weights = &\(base)_filter, "
            + ".scales = &\(base)_units"
        guard let block else { return [start + "},"] }
        var lines = [
            start + ",",
            "                       .mask = AT(uint8_t, \(emission.offset(.mask(node))))",
        ]
        if block.operations.contains(.updateBiases(node)) {
            lines[1] += ","
            var biases = "                       .biases = trained_\(base)_biases"
            if schedule.options.accumulates {
                biases += ", .residuals = trained_\(base)_accumulators"
            }
            lines.append(biases)
        }
        lines[lines.count - 1] += "},"
        return lines
    }
}
