// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// Multiply-accumulates of one training step, padding counted.
package struct StepMACs: Sendable, Equatable {
    package var forward: Int
    /// Of convolutions; the classifier's is in `step` only.
    package var inputGradients: Int
    /// Of convolutions; the classifier's is in `step` only.
    package var weightGradients: Int
    /// Everything, the classifier's forward pass and two gradients included.
    package var step: Int
}

extension ResolvedScheme {
    /// Memory as the authors of the published schemes count it: one bit for each output element of a
    /// layer with a trained bias and 4 bytes for the bias; the trained channels of a layer's input and
    /// its trained weights; the classifier's input. Not what firmware needs: see `TrainingPlan`.
    package func analyticBytes(in graph: Graph) -> Int {
        var bits = 0
        var bytes = 0
        for layer in layers {
            let node = graph.nodes[layer.node]
            if layer.node == classifier {
                bytes += graph.inputShape(of: node).count
                continue
            }
            let output = graph.outputShape(of: node)
            if layer.trainsBias {
                bits += output.count
                bytes += 4 * output.channels
            }
            if layer.trainsWeights {
                bytes += graph.inputShape(of: node).pixels * layer.channels.count
                bytes += trainedWeights(of: layer, in: graph)
            }
        }
        return bytes + (bits + 7) / 8
    }

    /// Weights that a layer trains.
    package func trainedWeights(of layer: TrainedLayer, in graph: Graph) -> Int {
        guard let parameters = graph.nodes[layer.node].parameters else { return 0 }
        return graph[parameters.weights].shape.count / layer.channelCount * layer.channels.count
    }

    /// The arithmetic of one step.
    package func macs(in graph: Graph) -> StepMACs {
        var macs = StepMACs(
            forward: graph.totals.macs, inputGradients: 0, weightGradients: 0, step: 0)
        for (index, node) in graph.nodes.enumerated() where index != classifier {
            if index > earliest { macs.inputGradients += graph.macs(of: node) }
            if let layer = layer(index) {
                macs.weightGradients +=
                    graph.macs(of: node) / layer.channelCount * layer.channels.count
            }
        }
        let classifierMACs = graph.macs(of: graph.nodes[classifier])
        let passesClassifier = earliest < classifier ? 2 : 1
        macs.step =
            macs.forward + macs.inputGradients + macs.weightGradients
            + passesClassifier * classifierMACs
        return macs
    }
}
