// SPDX-License-Identifier: GPL-2.0-or-later

extension Interpreter {
    /// Runs `body` for each output pixel and channel with the input values under its window.
    private func pool(
        _ node: Node, _ window: Window, _ values: [Int8], _ body: ([Int32]) -> Int32
    ) -> [Int8] {
        let (input, output) = (graph.inputShape(of: node), graph.outputShape(of: node))
        let range = graph.outputRange(of: node)
        var result: [Int8] = []
        result.reserveCapacity(output.count)
        var covered: [Int32] = []
        for y in 0..<output.height {
            let rows = (0..<window.kernelHeight).map { window.row(y, tap: $0) }
                .filter((0..<input.height).contains)
            for x in 0..<output.width {
                let columns = (0..<window.kernelWidth).map { window.column(x, tap: $0) }
                    .filter((0..<input.width).contains)
                for channel in 0..<output.channels {
                    covered.removeAll(keepingCapacity: true)
                    for row in rows {
                        for column in columns {
                            let pixel = row * input.width + column
                            covered.append(Int32(values[pixel * input.channels + channel]))
                        }
                    }
                    result.append(range.clamp(body(covered)))
                }
            }
        }
        return result
    }

    /// Rounds half away from zero.
    func averagePool(_ node: Node, _ window: Window, _ values: [Int8]) -> [Int8] {
        pool(node, window, values) { covered in
            let sum = covered.reduce(0, +)
            let count = Int32(covered.count)
            return (sum + (sum > 0 ? count / 2 : -(count / 2))) / count
        }
    }

    func maxPool(_ node: Node, _ window: Window, _ values: [Int8]) -> [Int8] {
        pool(node, window, values) { covered in covered.reduce(-128, max) }
    }

    /// The sum less the zero points, times a factor that includes the division.
    func mean(_ node: Node, _ values: [Int8]) -> [Int8] {
        let input = graph.inputShape(of: node)
        let multiplier = graph.meanMultiplier(of: node)
        let zeroPoint = self.zeroPoint(node.output)
        let offset = self.zeroPoint(node.inputs[0]) &* Int32(input.pixels)
        return (0..<input.channels).map { channel in
            var sum: Int32 = 0
            for pixel in 0..<input.pixels {
                sum &+= Int32(values[pixel * input.channels + channel])
            }
            let value = multiplier.apply(sum &- offset) &+ zeroPoint
            return graph.outputRange(of: node).clamp(value)
        }
    }

    func pad(
        _ node: Node, _ padding: Padding, _ channelsBefore: Int, _ values: [Int8]
    ) -> [Int8] {
        let (input, output) = (graph.inputShape(of: node), graph.outputShape(of: node))
        let zero = Int8(zeroPoint(node.output))
        var result = [Int8](repeating: zero, count: output.count)
        for y in 0..<input.height {
            for x in 0..<input.width {
                let source = (y * input.width + x) * input.channels
                let pixel = (y + padding.top) * output.width + x + padding.left
                let target = pixel * output.channels + channelsBefore
                for channel in 0..<input.channels {
                    result[target + channel] = values[source + channel]
                }
            }
        }
        return result
    }
}
