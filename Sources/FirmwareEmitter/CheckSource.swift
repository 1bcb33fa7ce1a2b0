// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// `check.c`: a host program that compares planned scratch memory with what the kernels ask for.
struct CheckSource {
    let emission: Emission
    private var graph: Graph { emission.graph }

    init(_ emission: Emission) { self.emission = emission }

    var text: String {
        let lines = emission.schedule.operations.enumerated().compactMap { step, scheduled in
            scheduled.scratchBytes > 0
                ? call(scheduled.operation).map { needed in
                    CText.call(
                        "check", ["\(step)", "\(scheduled.scratchBytes)", needed])
                } : nil
        }
        return CText.license + """

            // Does the plan give every kernel the scratch memory that it asks for? `make check` runs this on
            // the host; it fails where the compiler and the kernels disagree.

            #include "layers.h"

            #include <stdio.h>

            static int failures;

            static void check(int step, int32_t planned, int32_t needed) {
                if (planned == needed)
                    return;
                fprintf(stderr, "step %d of plan.txt: %d bytes of scratch planned, the kernel asks for %d\\n",
                        step, (int)planned, (int)needed);
                failures++;
            }

            int main(void) {
            \(lines.joined())    return failures > 0;
            }

            """
    }

    private func call(_ operation: StepOperation) -> String? {
        switch operation {
        case .forward(let node): return forward(node)
        case .streamed(let block):
            return "kl_streamed_block_s8_scratch_bytes(&\(emission.base(block.last))_block, "
                + "\(block.readsRows))"
        case .tiled(let block): return tiled(block)
        case .backward(.inputGradient(let node, _, _)): return inputGradient(node)
        case .backward(.weightGradient(let node)), .backward(.updateFromGradient(let node)):
            return weightGradient(node)
        case .backward(.clamp(let node)):
            return "kl_clamp_mask_bytes(\(graph.outputShape(of: graph.nodes[node]).count))"
        default: return nil
        }
    }

    /// Only what the size depends on: model.c has the whole descriptor.
    private func tiled(_ block: TiledBlock) -> String {
        func layer(_ node: Int) -> String { "{.layer = &\(emission.base(node))_layer}" }
        let weights = block.trainsWeights ? "(int8_t *)1" : "0"
        return "kl_tiled_block_gradient_scratch_bytes(&(kl_tiled_block){.expansion = "
            + "\(layer(block.expansion)), .depthwise = \(layer(block.depthwise)), "
            + ".projection = \(layer(block.projection)), .trained_weights = \(weights), "
            + ".tile_channels = \(block.tileChannels), .adds = \(block.addsGradient ? 1 : 0)}, "
            + "\(block.hasInputGradient))"
    }

    private func forward(_ node: Int) -> String? {
        let base = emission.base(node)
        let overlay = emission.schedule.overlayChannels(node)
        switch graph.nodes[node].operation {
        case .convolution: return "kl_conv_s8_scratch_bytes(&\(base)_layer, \(overlay))"
        case .depthwiseConvolution: return "kl_depthwise_s8_scratch_bytes(&\(base)_layer)"
        case .fullyConnected:
            return "kl_fully_connected_s8_scratch_bytes(&\(base)_layer, \(overlay))"
        default: return nil
        }
    }

    private func inputGradient(_ node: Int) -> String? {
        let family: String
        switch graph.nodes[node].operation {
        case .convolution: family = "conv"
        case .depthwiseConvolution: family = "depthwise"
        case .fullyConnected: family = "fully_connected"
        default: return nil
        }
        return "kl_\(family)_input_gradient_scratch_bytes(&\(emission.base(node))_layer)"
    }

    private func weightGradient(_ node: Int) -> String? {
        let base = emission.base(node)
        guard emission.isDepthwise(node) else {
            return "kl_conv_weight_gradient_scratch_bytes(&\(base)_layer)"
        }
        guard emission.schedule.keepsChannels(node) else {
            return "kl_depthwise_weight_gradient_scratch_bytes(&\(base)_layer)"
        }
        let shape = graph.outputShape(of: graph.nodes[node])
        let gathered = KernelScratch.up4(
            shape.pixels * emission.schedule.gradientChannels(node)
                * emission.options.gradientBytes)
        return "\(gathered) + kl_depthwise_weight_gradient_scratch_bytes(&\(base)_trained_layer)"
    }
}
