// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TensorGraph
import TrainingCompiler

/// `model.c`: the arena, the forward and the backward half of a step, and what an app calls.
struct ModelSource {
    let emission: Emission
    let fingerprint: UInt32
    let parameterCount: Int

    var schedule: TrainingSchedule { emission.schedule }
    var graph: Graph { emission.graph }

    static let fileName = "model.c"

    /// The file, and which of its lines do which operation.
    var marked: PositionMarks { PositionMarks(text) }

    private var text: String {
        let backward = BackwardHalf(emission)
        let body = backward.text
        return [
            head, arena, ForwardHalf(emission).text, backward.helpers + body, interface,
        ].joined(separator: "\n")
    }

    private var head: String {
        let bits = emission.options.gradientBytes * 8
        return CText.license + """

            // \(CText.harmless(graph.name)), of which \(CText.harmless(schedule.scheme.name)) is trained. \
            Written by `kinglet compile`.
            //
            // Everything that a step holds for a while stands in one arena, at offsets that were planned: \
            plan.txt
            // says why each buffer stands where it does. Names: x_ activations, g_ gradients, m_ masks \
            of outputs
            // that were not clamped, kept_ inputs of trained channels, db_ and dw_ sums of gradients.

            #include "layers.h"
            #include "parameters.h"
            #include "runtime/marker.h"
            #include "runtime/model.h"
            #include "weights.h"

            #include <string.h>

            _Static_assert(KINGLET_GRADIENT_BITS == \(bits), "the arena is planned for \(bits)-bit gradients");

            """
    }

    /// One line a buffer; gradients and scratch memory are named where they are used.
    private var arena: String {
        let bytes = emission.plan.arena.arenaBytes
        var text = """
            static uint32_t arena[\((bytes + 3) / 4)]; // \(CText.grouped(bytes)) bytes
            #define AT(type, offset) ((type *)(void *)((uint8_t *)arena + (offset)))

            // Buffers with their shape, bytes, and the steps of plan.txt that they live through.

            """
        for (buffer, planned) in zip(schedule.buffers, emission.plan.arena.problem.buffers) {
            guard let (type, name, shape) = declaration(buffer) else { continue }
            let steps =
                planned.firstStep == planned.lastStep
                ? "step \(planned.firstStep)"
                : "steps \(planned.firstStep) to \(planned.lastStep)"
            text +=
                "static \(type) *const \(name) = AT(\(type), \(emission.offset(buffer))); "
                + "// \(shape), \(CText.grouped(planned.sizeBytes)) B, \(steps)\n"
        }
        return text
    }

    private func declaration(
        _ buffer: TrainingBuffer
    ) -> (type: String, name: String, shape: String)? {
        func extents(_ tensor: TensorID) -> String { CText.extents(graph[tensor].shape.extents) }
        func output(_ node: Int) -> String { extents(graph.nodes[node].output) }
        switch buffer {
        case .activation(let tensor):
            return ("int8_t", "x_\(emission.base(of: tensor))", extents(tensor))
        case .channels(let node):
            let count = schedule.gradientChannels(node)
            let pixels = graph.inputShape(of: graph.nodes[node]).pixels
            return ("int8_t", "kept_\(emission.base(node))", "\(pixels) pixels x \(count)")
        case .mask(let node):
            return ("uint8_t", "m_\(emission.base(node))", "\(output(node)) bits")
        case .biasSums(let node):
            let channels = graph.outputShape(of: graph.nodes[node]).channels
            return ("int32_t", "db_\(emission.base(node))", "\(channels)")
        case .weightSums(let node):
            return (
                "int32_t", "dw_\(emission.base(node))", "\(emission.trainedWeightCount(node))"
            )
        case .gradient, .contribution, .scratch: return nil
        }
    }

    private var interface: String {
        let rows = schedule.streamedBlocks.contains(where: \.readsRows)
        let input = graph[graph.inputs[0]]
        let quantization = graph.quantization(of: graph.inputs[0])
        let shape = input.shape
        let extents =
            shape.rank == 4
            ? "\(shape.height), \(shape.width), \(shape.channels)" : "1, 1, \(shape.count)"
        let setRows =
            rows
            ? "    row_source = source;\n    row_context = context;"
            : "    (void)source;\n    (void)context;"
        let hash = String(fingerprint, radix: 16)
        return """
            const kl_model_info kl_model = {
                .name = "\(CText.harmless(graph.name))",
                .scheme = "\(CText.harmless(schedule.scheme.name))",
                .input = {\(extents)},
                .input_zero_point = \(quantization.zeroPoint),
                .input_scale = \(CText.float(quantization.scale)),
                .classes = \(graph[emission.logits].shape.count),
                .residual_bits = \(emission.options.bytesBesideWeight * 8),
                .reads_rows = \(rows ? 1 : 0),
                .accumulates = \(emission.options.accumulates ? 1 : 0),
                .parameters = model_parameters,
                .parameter_count = \(parameterCount),
                .arena_bytes = sizeof arena,
                .fingerprint = 0x\(hash)u,
            };

            int8_t *kl_model_input(void) {
                return \(rows ? "0" : "x_input");
            }

            void kl_model_set_rows(kl_row_source source, void *context) {
            \(setRows)
            }

            void kl_model_reset(void) {
                for (int32_t i = 0; i < kl_model.parameter_count; i++) {
                    const kl_parameter *parameter = &model_parameters[i];
                    if (parameter->initial)
                        memcpy(parameter->data, parameter->initial, parameter->bytes);
                    else
                        memset(parameter->data, 0, parameter->bytes);
                }
            }

            bool kl_model_forward(void) {
                return forward(false);
            }

            const int8_t *kl_model_logits(void) {
                return x_\(emission.base(of: emission.logits));
            }

            bool kl_model_train(int32_t label, kl_sgd *sgd, float *loss) {
                kl_phase_begin(KL_PHASE_FORWARD);
                const bool read = forward(true);
                kl_phase_end(KL_PHASE_FORWARD);
                if (!read)
                    return false;
                kl_phase_begin(KL_PHASE_BACKWARD);
                *loss = backward(label, sgd);
                kl_phase_end(KL_PHASE_BACKWARD);
                return true;
            }

            """
    }
}
