// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// The node index of the classifier: the last layer with weights, when it makes a vector and
    /// only reshapes, requantisations and a softmax lie between it and the output.
    package var classifier: Int? {
        guard let last = nodes.lastIndex(where: { $0.operation.hasParameters }),
            outputShape(of: nodes[last]).pixels == 1
        else { return nil }
        if case .depthwiseConvolution = nodes[last].operation { return nil }
        for node in nodes[(last + 1)...] {
            switch node.operation {
            case .reshape, .softmax, .quantize: continue
            default: return nil
            }
        }
        return last
    }

    /// Node indices of the convolutions in order: position i is convolution i of a sparse-update
    /// scheme. A classifier that is a 1x1 convolution is not counted.
    package var convolutions: [Int] {
        let classifier = classifier
        return nodes.indices.filter { index in
            switch nodes[index].operation {
            case .convolution, .depthwiseConvolution: index != classifier
            default: false
            }
        }
    }

    /// The number of a convolution, of a node index; nil for other nodes.
    package func convolutionNumber(ofNode index: Int) -> Int? {
        convolutions.firstIndex(of: index)
    }
}
