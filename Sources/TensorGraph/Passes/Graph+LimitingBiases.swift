// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// The graph with every bias within ±`limit`, and the same outputs for every input.
    ///
    /// Dead channels, whose weight scale is near 0, come with biases near ±2^31 that leave no room
    /// in an accumulator. Such a channel gets a weight scale larger by a power of two, and weights
    /// and bias smaller by it: lawful where its output is one value, the same before and after.
    /// - Throws: where that is not so.
    package func limitingBiases(to limit: Int32) throws(GraphError) -> Graph {
        var graph = self
        for (index, node) in nodes.enumerated() {
            guard let parameters = node.parameters, let biases = self[parameters.bias].int32Values
            else { continue }
            let excessive = biases.indices.filter { biases[$0].magnitude > limit.magnitude }
            guard !excessive.isEmpty else { continue }
            for channel in excessive { graph.rescale(channel, of: node, limit: limit) }
            let (before, after) = (ChannelBounds(node, of: self), ChannelBounds(node, of: graph))
            for channel in excessive {
                let outputs = before.outputs(channel: channel)
                guard outputs.lowerBound == outputs.upperBound,
                    after.outputs(channel: channel) == outputs
                else {
                    throw .node(
                        node: label(ofNode: index), what: "the bias of channel \(channel)",
                        found: "\(biases[channel])", valid: "-\(limit)...\(limit)")
                }
            }
        }
        return graph
    }

    /// Divides a channel's weights and bias by the power of two that brings the bias to `limit`.
    /// A layer with one scale for all channels stays as it is.
    private mutating func rescale(_ channel: Int, of node: Node, limit: Int32) {
        guard let parameters = node.parameters, var weights = self[parameters.weights].int8Values,
            var biases = self[parameters.bias].int32Values,
            self[parameters.weights].quantization?.isPerChannel == true,
            self[parameters.bias].quantization?.isPerChannel == true
        else { return }
        var shift = 0
        while FixedPoint.roundingShift(biases[channel], by: shift).magnitude > limit.magnitude {
            shift += 1
        }
        for position in node.weightPositions(ofChannel: channel, of: biases.count, weights.count) {
            let weight = FixedPoint.roundingShift(Int32(weights[position]), by: min(shift, 8))
            weights[position] = Int8(weight)
        }
        biases[channel] = FixedPoint.roundingShift(biases[channel], by: shift)
        self[parameters.weights].data = .int8(weights)
        self[parameters.bias].data = .int32(biases)
        let factor = Float(sign: .plus, exponent: shift, significand: 1)
        self[parameters.weights].quantization?.scales[channel] *= factor
        self[parameters.bias].quantization?.scales[channel] *= factor
    }
}

extension Node {
    /// Where an output channel's weights stand among `count`, for `channels` channels.
    fileprivate func weightPositions(
        ofChannel channel: Int, of channels: Int, _ count: Int
    ) -> StrideTo<Int> {
        if case .depthwiseConvolution = operation {
            return stride(from: channel, to: count, by: channels)
        }
        let length = count / channels
        return stride(from: channel * length, to: (channel + 1) * length, by: 1)
    }
}

/// Bounds of a layer's results over all inputs.
private struct ChannelBounds {
    let multipliers: [FixedPointMultiplier]
    let zeroPoint: Int64
    let range: ClosedRange<Int32>
    /// Sums with bias, per channel.
    let sums: [ClosedRange<Int64>]

    init(_ node: Node, of graph: Graph) {
        multipliers = graph.outputMultipliers(of: node)
        zeroPoint = Int64(graph.quantization(of: node.output).zeroPoint)
        range = graph.outputRange(of: node)
        let inputZero = Int64(graph.quantization(of: node.inputs[0]).zeroPoint)
        let weights = node.parameters.flatMap { graph[$0.weights].int8Values } ?? []
        let biases = node.parameters.flatMap { graph[$0.bias].int32Values } ?? []
        sums = biases.enumerated().map { channel, bias in
            var (low, high) = (Int64(bias), Int64(bias))
            for position in node.weightPositions(
                ofChannel: channel, of: biases.count, weights.count)
            {
                let ends = [-128 - inputZero, 127 - inputZero].map { $0 * Int64(weights[position]) }
                // Padding contributes 0.
                low += min(0, ends[0], ends[1])
                high += max(0, ends[0], ends[1])
            }
            return low...high
        }
    }

    /// Smallest and largest output of a channel; requantisation is monotonic.
    func outputs(channel: Int) -> ClosedRange<Int32> {
        func output(_ sum: Int64) -> Int32 {
            let scaled = multipliers[channel].apply(Int32(clamping: sum))
            let value = Int32(clamping: Int64(scaled) + zeroPoint)
            return max(range.lowerBound, min(range.upperBound, value))
        }
        return output(sums[channel].lowerBound)...output(sums[channel].upperBound)
    }
}
