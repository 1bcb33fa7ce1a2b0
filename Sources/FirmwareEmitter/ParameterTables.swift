// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// `parameters.h` and `parameters.c`: what training changes, in SRAM, and the table of it.
struct ParameterTables {
    let emission: Emission
    let parameters: [Parameter]

    /// One array in SRAM.
    struct Parameter {
        var label: String
        var type: String
        var name: String
        var count: Int
        /// The array in flash that it starts from; nil: zeros.
        var initial: String?
        var note: String

        var bytes: Int { count * (type == "int32_t" ? 4 : type == "int16_t" ? 2 : 1) }
    }

    init(_ emission: Emission) {
        self.emission = emission
        let graph = emission.graph
        var parameters: [Parameter] = []
        for layer in emission.schedule.scheme.layers {
            let base = emission.base(layer.node)
            let node = graph.nodes[layer.node]
            guard let operands = node.parameters else { continue }
            let label = CText.harmless(Emission.first(graph.name(of: node)))
            let rows = graph.outputShape(of: node).channels
            if layer.trainsBias {
                parameters.append(
                    Parameter(
                        label: "\(label) biases", type: "int32_t", name: "trained_\(base)_biases",
                        count: rows, initial: "\(base)_biases", note: "\(rows) channels"))
            }
            if layer.trainsBias, emission.options.accumulates {
                parameters.append(
                    Parameter(
                        label: "\(label) accumulators", type: "int32_t",
                        name: "trained_\(base)_accumulators", count: rows, initial: nil,
                        note: "steps of the biases that are still to be made"))
            }
            guard layer.trainsWeights else { continue }
            let shape = graph[operands.weights].shape
            let count = emission.trainedWeightCount(layer.node)
            let overlay = emission.hasOverlay(layer.node)
            let part =
                layer.trainsAllChannels
                ? "all" : "\(layer.channels.count) of \(layer.channelCount)"
            let note = "\(CText.extents(shape.extents)), \(part) channels"
            parameters.append(
                Parameter(
                    label: "\(label) weights", type: "int8_t", name: "trained_\(base)_weights",
                    count: overlay ? count : shape.count,
                    initial: overlay ? "\(base)_slice" : "\(base)_weights", note: note))
            if emission.options.bytesBesideWeight > 0 {
                parameters.append(
                    Parameter(
                        label: "\(label) residuals",
                        type: emission.options.bytesBesideWeight == 2 ? "int16_t" : "int8_t",
                        name: "trained_\(base)_residuals", count: count, initial: nil,
                        note: "below the unit of the trained weights"))
            }
        }
        self.parameters = parameters
    }

    var header: String {
        var text =
            CText.license + """

                // What training changes: \(CText.grouped(parameters.reduce(0) { $0 + $1.bytes })) bytes \
                of SRAM that keep their values between steps.

                #ifndef PARAMETERS_H
                #define PARAMETERS_H

                #include "runtime/model.h"


                """
        for parameter in parameters {
            text +=
                "extern \(parameter.type) \(parameter.name)[\(parameter.count)]; "
                + "// \(parameter.note)\n"
        }
        return text + """

            extern const kl_parameter model_parameters[\(parameters.count)];

            #endif

            """
    }

    var source: String {
        var text = CText.license + "\n#include \"parameters.h\"\n\n#include \"weights.h\"\n\n"
        for parameter in parameters {
            text += "\(parameter.type) \(parameter.name)[\(parameter.count)];\n"
        }
        text += "\nconst kl_parameter model_parameters[\(parameters.count)] = {\n"
        for parameter in parameters {
            text +=
                "    {\"\(parameter.label)\", \(parameter.name), \(parameter.initial ?? "0"), "
                + "sizeof \(parameter.name)},\n"
        }
        return text + "};\n"
    }
}
