// SPDX-License-Identifier: GPL-2.0-or-later

extension Interpreter {
    /// What turns a layer's sums into outputs.
    private struct Requantization {
        let multipliers: [FixedPointMultiplier]
        let biases: [Int32]
        let zeroPoint: Int32
        let range: ClosedRange<Int32>

        init(_ node: Node, of graph: Graph) {
            multipliers = graph.outputMultipliers(of: node)
            biases = node.parameters.flatMap { graph[$0.bias].int32Values } ?? []
            zeroPoint = Int32(graph.quantization(of: node.output).zeroPoint)
            range = graph.outputRange(of: node)
        }

        func output(
            _ sum: Int32, channel: Int, rounding: DenseRounding = .twice
        ) -> Int8 {
            let total = sum &+ biases[channel]
            let scaled =
                switch rounding {
                case .once: multipliers[channel].applyRoundingOnce(total)
                case .twice: multipliers[channel].apply(total)
                }
            return range.clamp(Int32(clamping: Int64(scaled) + Int64(zeroPoint)))
        }
    }

    private func weights(of node: Node) -> [Int8] {
        node.parameters.flatMap { graph[$0.weights].int8Values } ?? []
    }

    /// Less the zero point, so that padding is 0.
    private func centred(_ input: [Int8], _ node: Node) -> [Int16] {
        let zeroPoint = Int16(self.zeroPoint(node.inputs[0]))
        return input.map { Int16($0) &- zeroPoint }
    }

    func convolution(_ node: Node, _ window: Window, _ values: [Int8]) -> [Int8] {
        let (input, output) = (graph.inputShape(of: node), graph.outputShape(of: node))
        let requantization = Requantization(node, of: graph)
        let weights = weights(of: node)
        let centred = centred(values, node)
        let channels = input.channels
        let taps = window.kernelHeight * window.kernelWidth * channels
        var patch = [Int16](repeating: 0, count: taps)
        var result: [Int8] = []
        result.reserveCapacity(output.count)
        for y in 0..<output.height {
            for x in 0..<output.width {
                var target = 0
                for ky in 0..<window.kernelHeight {
                    let row = window.row(y, tap: ky)
                    for kx in 0..<window.kernelWidth {
                        let column = window.column(x, tap: kx)
                        let isInside =
                            (0..<input.height).contains(row) && (0..<input.width).contains(column)
                        let source = (row * input.width + column) * channels
                        for channel in 0..<channels {
                            patch[target + channel] = isInside ? centred[source + channel] : 0
                        }
                        target += channels
                    }
                }
                for channel in 0..<output.channels {
                    let sum = Self.dotProduct(patch, weights, from: channel * taps)
                    result.append(requantization.output(sum, channel: channel))
                }
            }
        }
        return result
    }

    func fullyConnected(_ node: Node, _ values: [Int8]) -> [Int8] {
        let requantization = Requantization(node, of: graph)
        let weights = weights(of: node)
        let centred = centred(values, node)
        return (0..<graph.outputShape(of: node).channels).map { channel in
            let sum = Self.dotProduct(centred, weights, from: channel * centred.count)
            return requantization.output(sum, channel: channel, rounding: denseRounding)
        }
    }

    private static func dotProduct(_ values: [Int16], _ weights: [Int8], from start: Int) -> Int32 {
        var sum: Int32 = 0
        let row = weights[start..<start + values.count]
        for (value, weight) in zip(values, row) { sum &+= Int32(value) &* Int32(weight) }
        return sum
    }

    func depthwise(
        _ node: Node, _ window: Window, _ depthMultiplier: Int, _ values: [Int8]
    ) -> [Int8] {
        let (input, output) = (graph.inputShape(of: node), graph.outputShape(of: node))
        let requantization = Requantization(node, of: graph)
        let weights = weights(of: node)
        let centred = centred(values, node)
        var result: [Int8] = []
        result.reserveCapacity(output.count)
        var sums = [Int32](repeating: 0, count: output.channels)
        for y in 0..<output.height {
            for x in 0..<output.width {
                for channel in sums.indices { sums[channel] = 0 }
                for ky in 0..<window.kernelHeight {
                    let row = window.row(y, tap: ky)
                    guard (0..<input.height).contains(row) else { continue }
                    for kx in 0..<window.kernelWidth {
                        let column = window.column(x, tap: kx)
                        guard (0..<input.width).contains(column) else { continue }
                        let source = (row * input.width + column) * input.channels
                        let tap = (ky * window.kernelWidth + kx) * output.channels
                        if depthMultiplier == 1 {
                            for channel in sums.indices {
                                sums[channel] &+=
                                    Int32(centred[source + channel])
                                    &* Int32(weights[tap + channel])
                            }
                            continue
                        }
                        for channel in sums.indices {
                            sums[channel] &+=
                                Int32(centred[source + channel / depthMultiplier])
                                &* Int32(weights[tap + channel])
                        }
                    }
                }
                for (channel, sum) in sums.enumerated() {
                    result.append(requantization.output(sum, channel: channel))
                }
            }
        }
        return result
    }
}

extension Window {
    /// The input row that tap `tap` of output row `y` reads; outside the input it is padding.
    func row(_ y: Int, tap: Int) -> Int { y * strideHeight - padding.top + tap * dilationHeight }

    /// As `row`, for columns.
    func column(_ x: Int, tap: Int) -> Int { x * strideWidth - padding.left + tap * dilationWidth }
}
