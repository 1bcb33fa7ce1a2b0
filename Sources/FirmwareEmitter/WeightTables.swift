// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// `weights.h` and `weights.c`: constants in flash, and what trained parameters start from.
struct WeightTables {
    let emission: Emission
    private var graph: Graph { emission.graph }

    init(_ emission: Emission) { self.emission = emission }

    private struct Table {
        var note: String?
        var type: String
        var name: String
        var values: [Int32]
    }

    var header: String {
        var text =
            CText.license + """

                // Weights and biases in flash. Convolutions: [out][row][column][in], depthwise ones:
                // [row][column][channel]. Of trained parameters, what they start from.

                #ifndef WEIGHTS_H
                #define WEIGHTS_H

                #include <stdint.h>


                """
        for node in emission.nodesThatRun {
            let tables = tables(node)
            guard !tables.isEmpty else { continue }
            text += "// \(emission.summary(node))\n"
            for table in tables {
                text += "extern const \(table.type) \(table.name)[\(table.values.count)];"
                text += (table.note.map { " // \($0)" } ?? "") + "\n"
            }
        }
        return text + "\n#endif\n"
    }

    var source: String {
        var text = CText.license + "\n#include \"weights.h\"\n"
        for node in emission.nodesThatRun {
            let tables = tables(node)
            guard !tables.isEmpty else { continue }
            text += "\n// \(emission.summary(node))\n"
            for table in tables { text += CText.array(table.type, table.name, table.values) }
        }
        return text
    }

    private func tables(_ index: Int) -> [Table] {
        let node = graph.nodes[index]
        let base = emission.base(index)
        guard let parameters = node.parameters else {
            return node.inputs.compactMap { graph[$0].int8Values }.map {
                Table(type: "int8_t", name: "\(base)_values", values: $0.map(Int32.init))
            }
        }
        let values = (graph[parameters.weights].int8Values ?? []).map(Int32.init)
        let biases = Table(
            type: "int32_t", name: "\(base)_biases",
            values: graph[parameters.bias].int32Values ?? [])
        let channels = emission.trained(index)?.channels ?? []
        let list = Table(
            type: "uint16_t", name: "\(base)_channels", values: channels.map(Int32.init))
        let whole = Table(type: "int8_t", name: "\(base)_weights", values: values)
        guard emission.schedule.keepsChannels(index) else { return [whole, biases] }
        guard emission.hasOverlay(index) else { return [whole, biases, list] }
        let count = graph.weightChannels(ofNode: index)
        let trained = Set(channels)
        let frozen = values.enumerated().map { position, value in
            trained.contains(position % count) ? 0 : value
        }
        let slice = values.enumerated().filter { trained.contains($0.offset % count) }
            .map(\.element)
        return [
            Table(
                note: "0 at the channels that are trained", type: "int8_t",
                name: "\(base)_weights", values: frozen),
            biases, list,
            Table(
                note: "the trained channels at first", type: "int8_t", name: "\(base)_slice",
                values: slice),
        ]
    }
}
