// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph

/// SRAM that trained parameters hold between steps.
package struct TrainedState: Sendable, Hashable {
    /// int8 weights: the trained slices, or whole layers.
    package var weightBytes = 0
    /// int32 biases.
    package var biasBytes = 0
    /// What is kept below the unit of each trained weight, or summed for several samples. Biases have
    /// only sums: their unit, input scale times weight scale, is fine enough.
    package var residualBytes = 0

    package var totalBytes: Int { weightBytes + biasBytes + residualBytes }
}

extension TrainingSchedule {
    /// The trained parameters of the scheme. A depthwise layer is held whole: its kernel takes no
    /// overlay.
    package var trainedState: TrainedState {
        var state = TrainedState()
        for layer in scheme.layers {
            guard let parameters = graph.nodes[layer.node].parameters else { continue }
            let biases = graph[parameters.bias].shape.count
            if layer.trainsBias {
                state.biasBytes += 4 * biases
                state.residualBytes += options.accumulates ? 4 * biases : 0
            }
            guard layer.trainsWeights else { continue }
            let trained = scheme.trainedWeights(of: layer, in: graph)
            var isWhole = !options.has(.slices)
            if case .depthwiseConvolution = graph.nodes[layer.node].operation { isWhole = true }
            state.weightBytes += isWhole ? graph[parameters.weights].byteCount : trained
            state.residualBytes += trained * options.bytesBesideWeight
        }
        return state
    }
}
