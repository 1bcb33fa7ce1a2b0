// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// The function `backward` of `model.c`: loss, gradients and updates in the planned order.
struct BackwardHalf {
    let emission: Emission
    var graph: Graph { emission.graph }
    var schedule: TrainingSchedule { emission.schedule }

    init(_ emission: Emission) { self.emission = emission }

    /// Functions that `backward` calls.
    var helpers: String {
        let copies = schedule.backwardOperations.contains { operation in
            guard case .inputGradient(let node, let operand, let isFirst) = operation else {
                return false
            }
            return isIdentity(node) && !sharesPlace(node, operand, isFirst)
        }
        let copy = """
            // The same gradient at another place.
            static kl_gradient copy_gradient(const kl_gradient *gradient, kl_grad *to, int32_t count) {
                memmove(to, gradient->data, (size_t)count * sizeof *to);
                return (kl_gradient){.data = to, .exponent = gradient->exponent};
            }


            """
        return copies ? copy : ""
    }

    var text: String {
        var writer = BackwardWriter()
        for (step, scheduled) in schedule.operations.enumerated() {
            let scratch = emission.offset(.scratch(step))
            switch scheduled.operation {
            case .backward(let operation):
                writer.enter(
                    operation, at: step, summary: operation.node.map(emission.summary))
                write(operation, scratch: scratch, to: &writer)
            case .tiled(let block): write(block, at: step, scratch: scratch, to: &writer)
            default: continue
            }
        }
        writer.finish()
        return """
            // Loss, gradients and updates, from the last layer to the first that is trained. Returns the loss.
            static float backward(int32_t label, kl_sgd *sgd) {
            \(writer.text)
                return loss;
            }

            """
    }

    private func write(
        _ operation: BackwardOperation, scratch: Int, to writer: inout BackwardWriter
    ) {
        switch operation {
        case .loss: loss(scratch, &writer)
        case .clamp(let node): clamp(node, scratch, &writer)
        case .inputGradient(let node, let operand, let isFirst):
            inputGradient(node, operand, isFirst, scratch, &writer)
        case .sum(let node, let operand):
            let tensor = graph.nodes[node].inputs[operand]
            let base = emission.base(of: tensor)
            writer.add(
                CText.call(
                    "kl_gradient_add",
                    ["&g_\(base)", "&c_\(base)", "\(graph[tensor].shape.count)"]))
        case .biasGradient(let node):
            let shape = KernelScratch(graph.nodes[node], in: graph).output
            let base = emission.base(node)
            writer.add(
                CText.call(
                    "kl_bias_gradient",
                    ["&g_\(base)", "\(shape.pixels)", "\(shape.channels)", "db_\(base)"]))
        case .weightGradient(let node): weightGradient(node, scratch, &writer)
        case .updateBiases(let node):
            let base = emission.base(node)
            writer.add(
                CText.call(
                    "kl_update_biases",
                    [
                        "sgd", "&\(base)_units",
                        "\(graph.outputShape(of: graph.nodes[node]).channels)", "db_\(base)",
                        "g_\(base).exponent", "trained_\(base)_biases",
                        schedule.options.accumulates ? "trained_\(base)_accumulators" : "0",
                    ]))
        case .updateWeights(let node): updateWeights(node, &writer)
        case .updateFromGradient(let node):
            let base = emission.base(node)
            writer.add(
                CText.call(
                    "kl_conv_update_weights",
                    [
                        "&\(base)_layer", keptInput(node), "\(schedule.gradientChannels(node))",
                        "&g_\(base)", "sgd", "&\(base)_units", "trained_\(base)_weights",
                        residuals(node), "AT(void, \(scratch))",
                    ]))
        }
    }

    private func loss(_ scratch: Int, _ writer: inout BackwardWriter) {
        let logits = emission.logits
        let base = emission.base(of: logits)
        let quantization = graph.quantization(of: logits)
        writer.declare(gradient(logits, .gradient(logits), "g_\(base)"))
        writer.add(
            CText.call(
                "const float loss = kl_softmax_cross_entropy_s8",
                [
                    "x_\(base)", "\(graph[logits].shape.count)",
                    CText.float(quantization.scale), "\(quantization.zeroPoint)", "label",
                    "AT(float, \(scratch))", "&g_\(base)",
                ]))
    }

    private func clamp(_ node: Int, _ scratch: Int, _ writer: inout BackwardWriter) {
        let base = emission.base(node)
        let count = "\(graph.outputShape(of: graph.nodes[node]).count)"
        if schedule.options.has(.maskBits) {
            writer.add(
                CText.call("kl_gradient_apply_mask", ["&g_\(base)", count, "m_\(base)"]))
            return
        }
        let bits = "AT(uint8_t, \(scratch))"
        writer.add(CText.call("kl_clamp_mask_s8", emission.clampArguments(node) + [bits]))
        writer.add(CText.call("kl_gradient_apply_mask", ["&g_\(base)", count, bits]))
    }

    // MARK: Input gradients

    /// A gradient's declaration, with what it holds.
    func gradient(
        _ tensor: TensorID, _ buffer: TrainingBuffer, _ name: String
    ) -> BackwardWriter.Declaration {
        let note =
            "\(CText.extents(graph[tensor].shape.extents)), "
            + "\(CText.grouped(schedule.byteCount(buffer))) B"
        return BackwardWriter.Declaration(
            name: name, value: "{.data = AT(kl_grad, \(emission.offset(buffer)))}", note: note)
    }

    private func isIdentity(_ node: Int) -> Bool {
        (try? graph.gradientRule(ofNode: node))?.input == .identity
    }

    private func target(_ node: Int, _ operand: Int, _ isFirst: Bool) -> TrainingBuffer {
        let tensor = graph.nodes[node].inputs[operand]
        return isFirst ? .gradient(tensor) : .contribution(tensor, node: node)
    }

    private func sharesPlace(_ node: Int, _ operand: Int, _ isFirst: Bool) -> Bool {
        emission.offset(target(node, operand, isFirst))
            == emission.offset(.gradient(graph.nodes[node].output))
    }

    private func inputGradient(
        _ index: Int, _ operand: Int, _ isFirst: Bool, _ scratch: Int,
        _ writer: inout BackwardWriter
    ) {
        let node = graph.nodes[index]
        let tensor = node.inputs[operand]
        let buffer = target(index, operand, isFirst)
        let name = (isFirst ? "g_" : "c_") + emission.base(of: tensor)
        let from = "g_\(emission.base(index))"
        var declaration = gradient(tensor, buffer, name)
        if isIdentity(index) {
            declaration.value =
                sharesPlace(index, operand, isFirst)
                ? from
                : "copy_gradient(&\(from), AT(kl_grad, \(emission.offset(buffer))), "
                    + "\(graph[tensor].shape.count))"
            writer.declare(declaration)
            return
        }
        writer.declare(declaration)
        let base = emission.base(index)
        let weighted = [
            "&\(base)_layer", "&\(base)_filter", "\(base)_units.weight_scales", "&\(from)",
            "&\(name)", "AT(void, \(scratch))",
        ]
        switch node.operation {
        case .convolution: writer.add(CText.call("kl_conv_input_gradient", weighted))
        case .depthwiseConvolution:
            writer.add(CText.call("kl_depthwise_input_gradient", weighted))
        case .fullyConnected:
            writer.add(CText.call("kl_fully_connected_input_gradient", weighted))
        case .maxPool:
            writer.add(
                CText.call(
                    "kl_max_pool_input_gradient",
                    [
                        "&\(base)_layer", emission.operand(tensor, of: index), "&\(from)",
                        "&\(name)",
                    ]))
        default:
            writer.add(
                CText.call(
                    "kl_average_pool_input_gradient",
                    ["&\(base)_layer", "&\(from)", "&\(name)"]))
        }
    }

    // MARK: Weights

    func keptInput(_ node: Int) -> String {
        schedule.keepsChannels(node)
            ? "kept_\(emission.base(node))"
            : emission.operand(graph.nodes[node].inputs[0], of: node)
    }

    func residuals(_ node: Int) -> String {
        schedule.options.bytesBesideWeight > 0 ? "trained_\(emission.base(node))_residuals" : "0"
    }

    private func weightGradient(
        _ node: Int, _ scratch: Int, _ writer: inout BackwardWriter
    ) {
        let base = emission.base(node)
        // Sums that no update reads have an exponent that nobody needs.
        let start =
            schedule.backwardOperations.contains(.updateWeights(node))
            ? "const int32_t e_\(base) = " : ""
        guard emission.isDepthwise(node) else {
            writer.add(
                CText.call(
                    start + "kl_conv_weight_gradient",
                    [
                        "&\(base)_layer", keptInput(node), "\(schedule.gradientChannels(node))",
                        "&g_\(base)", "dw_\(base)", "AT(void, \(scratch))",
                    ]))
            return
        }
        guard schedule.keepsChannels(node) else {
            writer.add(
                CText.call(
                    start + "kl_depthwise_weight_gradient",
                    [
                        "&\(base)_layer", keptInput(node), "&g_\(base)", "dw_\(base)",
                        "AT(void, \(scratch))",
                    ]))
            return
        }
        let shape = graph.outputShape(of: graph.nodes[node])
        let count = schedule.gradientChannels(node)
        let gathered = KernelScratch.up4(shape.pixels * count * schedule.options.gradientBytes)
        writer.declare(
            BackwardWriter.Declaration(
                name: "c_\(base)", value: "{.data = AT(kl_grad, \(scratch))}",
                note: "the trained channels alone: \(shape.height)x\(shape.width)x\(count)"))
        writer.add(
            CText.call(
                "kl_select_channels_gradient",
                [
                    "&g_\(base)", "\(shape.pixels)", "\(shape.channels)", "\(base)_channels",
                    "\(count)", "&c_\(base)",
                ])
                + CText.call(
                    start + "kl_depthwise_weight_gradient",
                    [
                        "&\(base)_trained_layer", keptInput(node), "&c_\(base)", "dw_\(base)",
                        "AT(void, \(scratch + gathered))",
                    ]))
    }

    private func updateWeights(_ node: Int, _ writer: inout BackwardWriter) {
        let base = emission.base(node)
        let output = graph.outputShape(of: graph.nodes[node])
        let end = [
            "dw_\(base)", "e_\(base)", "trained_\(base)_weights", residuals(node),
        ]
        guard emission.isDepthwise(node) else {
            let rows = output.channels
            let length = emission.trainedWeightCount(node) / rows
            writer.add(
                CText.call(
                    "kl_update_weights",
                    ["sgd", "&\(base)_units", "\(rows)", "\(length)"] + end))
            return
        }
        let taps = graph.nodes[node].operation.window.map { $0.kernelHeight * $0.kernelWidth } ?? 1
        let start = ["sgd", "&\(base)_units", "\(taps)", "\(output.channels)"]
        guard schedule.keepsChannels(node) else {
            writer.add(CText.call("kl_update_depthwise_weights", start + end))
            return
        }
        writer.add(
            CText.call(
                "kl_update_depthwise_channels",
                start + ["\(base)_channels", "\(schedule.gradientChannels(node))"] + end))
    }
}
