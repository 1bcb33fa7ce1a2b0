// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// The graph without the conversion of a float32 input: what it made is the input now, so that
    /// samples are given in the network's own int8 units.
    ///
    /// An input that anything but one quantisation reads stays as it is.
    package func takingQuantizedInputs() -> Graph {
        var graph = self
        for (position, input) in inputs.enumerated() where self[input].elementType == .float32 {
            let readers = consumers(of: input)
            guard readers.count == 1, case .quantize = nodes[readers[0]].operation,
                nodes[readers[0]].inputs == [input], !outputs.contains(nodes[readers[0]].output)
            else { continue }
            graph.inputs[position] = nodes[readers[0]].output
            graph.nodes.removeAll { $0.output == nodes[readers[0]].output }
        }
        return graph.removingUnused()
    }
}
