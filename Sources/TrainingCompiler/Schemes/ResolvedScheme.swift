// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// What a scheme trains of one layer.
package struct TrainedLayer: Sendable, Hashable {
    /// The layer's node in the graph.
    package let node: Int
    package var trainsBias: Bool
    /// Trained input channels, ascending; empty: the weights are frozen.
    package var channels: [Int]
    /// Input channels of the layer (of a depthwise convolution: all of its channels).
    package let channelCount: Int

    package var trainsWeights: Bool { !channels.isEmpty }
    /// Whether every weight is trained.
    package var trainsAllChannels: Bool { channels.count == channelCount }
}

/// A scheme applied to a graph: which nodes, and which of their channels.
package struct ResolvedScheme: Sendable, Hashable {
    package let name: String
    /// By node index, ascending; the classifier is the last.
    package let layers: [TrainedLayer]
    package let classifier: Int

    /// The first node with a trained parameter; back-propagation goes no further.
    package var earliest: Int { layers.first?.node ?? classifier }

    /// The same layers, all channels of each whose weights are trained.
    var trainingWholeLayers: ResolvedScheme {
        let layers = layers.map { layer in
            var layer = layer
            if layer.trainsWeights { layer.channels = Array(0..<layer.channelCount) }
            return layer
        }
        return ResolvedScheme(name: name, layers: layers, classifier: classifier)
    }

    /// What is trained of a node; nil: nothing.
    package func layer(_ node: Int) -> TrainedLayer? { layers.first { $0.node == node } }
}

extension Scheme {
    /// Finds the scheme's layers in a graph and chooses their channels.
    package func resolve(for graph: Graph) throws(TrainingError) -> ResolvedScheme {
        let convolutions = graph.convolutions
        guard let classifier = graph.classifier else {
            throw .scheme(
                name: name, what: "the graph's end", found: "no classifier",
                valid: "a fully connected layer or 1x1 convolution that makes a vector")
        }
        var layers: [Int: TrainedLayer] = [:]
        func train(_ node: Int, bias: Bool, channels: [Int]) {
            let count = graph.weightChannels(ofNode: node)
            var layer =
                layers[node]
                ?? TrainedLayer(node: node, trainsBias: false, channels: [], channelCount: count)
            layer.trainsBias = layer.trainsBias || bias
            if !channels.isEmpty { layer.channels = channels }
            layers[node] = layer
        }
        func all(_ node: Int) -> [Int] { Array(0..<graph.weightChannels(ofNode: node)) }
        switch update {
        case .classifier: break
        case .full:
            for node in graph.nodes.indices where graph.nodes[node].operation.hasParameters {
                train(node, bias: true, channels: all(node))
            }
        case .biases(let last):
            for node in try tail(last ?? convolutions.count, of: convolutions, "last") {
                train(node, bias: true, channels: [])
            }
        case .layers(let last):
            for node in try tail(last, of: convolutions, "last") {
                train(node, bias: true, channels: all(node))
            }
        case .sparse(let biases, let weights):
            for node in try tail(biases, of: convolutions, "biases") {
                train(node, bias: true, channels: [])
            }
            for choice in weights {
                let node = try find(choice.layer, in: graph, convolutions)
                guard layers[node]?.trainsWeights != true else {
                    throw .scheme(
                        name: name, what: "layer '\(choice.layer)'", found: "listed twice",
                        valid: "each layer once")
                }
                train(node, bias: false, channels: graph.channels(choice, ofNode: node))
            }
        }
        train(classifier, bias: true, channels: all(classifier))
        return ResolvedScheme(
            name: name, layers: layers.values.sorted { $0.node < $1.node },
            classifier: classifier)
    }

    private func tail(
        _ count: Int, of convolutions: [Int], _ key: String
    ) throws(TrainingError) -> ArraySlice<Int> {
        guard count <= convolutions.count else {
            throw .scheme(
                name: name, what: "'\(key)'", found: "\(count)",
                valid: "at most \(convolutions.count), the network's convolutions")
        }
        return convolutions.suffix(count)
    }

    private func find(
        _ reference: LayerReference, in graph: Graph, _ convolutions: [Int]
    ) throws(TrainingError) -> Int {
        let names = convolutions.map { graph.name(of: graph.nodes[$0]) }
        switch reference {
        case .number(let number):
            if convolutions.indices.contains(number) { return convolutions[number] }
        case .name(let wanted):
            if let index = names.firstIndex(of: wanted) { return convolutions[index] }
            // Converters join the names of what they fused with ';'.
            let partial = names.indices.filter {
                names[$0].split(separator: ";").contains(Substring(wanted))
            }
            if partial.count == 1 { return convolutions[partial[0]] }
        }
        throw .unknownLayer(scheme: name, found: "\(reference)", valid: names)
    }
}

extension Graph {
    /// Channels that a scheme counts for a layer: those of its input (features, for a fully connected
    /// layer).
    package func weightChannels(ofNode index: Int) -> Int {
        if case .fullyConnected = nodes[index].operation {
            return nodes[index].parameters.map { self[$0.weights].shape.channels } ?? 0
        }
        return inputShape(of: nodes[index]).channels
    }

    /// The input channels that a choice names, ascending.
    fileprivate func channels(_ choice: Scheme.LayerChoice, ofNode index: Int) -> [Int] {
        let count = weightChannels(ofNode: index)
        let wanted = choice.ratio.of(count)
        switch choice.channels {
        case .first: return Array(0..<wanted)
        case .largest:
            let magnitudes = magnitudes(ofNode: index, channels: count)
            let ranked = (0..<count).sorted {
                magnitudes[$0] == magnitudes[$1] ? $0 < $1 : magnitudes[$0] > magnitudes[$1]
            }
            return ranked.prefix(wanted).sorted()
        }
    }

    /// The sum of real |W| by input channel.
    private func magnitudes(ofNode index: Int, channels: Int) -> [Double] {
        var sums = Array(repeating: 0.0, count: channels)
        guard let parameters = nodes[index].parameters,
            let weights = self[parameters.weights].int8Values
        else { return sums }
        let quantization = quantization(of: parameters.weights)
        let outputs = outputShape(of: nodes[index]).channels
        if case .depthwiseConvolution(_, let multiplier, _) = nodes[index].operation {
            for (position, weight) in weights.enumerated() {
                let output = position % outputs
                sums[output / multiplier] +=
                    Double(weight.magnitude) * Double(quantization.scale(ofChannel: output))
            }
        } else {
            let length = weights.count / outputs
            for (position, weight) in weights.enumerated() {
                sums[position % channels] +=
                    Double(weight.magnitude)
                    * Double(quantization.scale(ofChannel: position / length))
            }
        }
        return sums
    }
}
