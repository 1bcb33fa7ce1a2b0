// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TensorGraph
import TrainingCompiler

/// Gradients of one sample in double precision, by plain loops over the stored values that the
/// interpreter computes. Shares nothing with the compiler or the kernels.
struct ReferenceStep {
    let graph: Graph
    private let values: [[Int8]]
    private var gradients: [TensorID: [Double]] = [:]
    private(set) var loss = 0.0
    /// Of real weights and biases, by node.
    private(set) var weights: [Int: [Double]] = [:]
    private(set) var biases: [Int: [Double]] = [:]

    init(_ graph: Graph, sample: [Int8], label: Int) throws {
        self.graph = graph
        values = try Interpreter(graph).activations([.int8(sample)])
        startFromLoss(label)
        for index in graph.nodes.indices.reversed() { differentiate(index) }
    }

    private func real(_ id: TensorID) -> [Double] {
        let quantization = graph.quantization(of: id)
        return values[id.index].map {
            Double(quantization.scale) * Double(Int($0) - quantization.zeroPoint)
        }
    }

    private mutating func startFromLoss(_ label: Int) {
        guard let logits = graph.logits else { return }
        let reals = real(logits)
        let largest = reals.max() ?? 0
        let powers = reals.map { exp($0 - largest) }
        let sum = powers.reduce(0, +)
        gradients[logits] = powers.enumerated().map {
            $0.element / sum - ($0.offset == label ? 1 : 0)
        }
        loss = log(sum) - (reals[label] - largest)
    }

    private mutating func add(_ gradient: [Double], to id: TensorID) {
        let old = gradients[id] ?? Array(repeating: 0, count: gradient.count)
        gradients[id] = zip(old, gradient).map { $0.0 + $0.1 }
    }

    private mutating func differentiate(_ index: Int) {
        let node = graph.nodes[index]
        guard var gradient = gradients[node.output] else { return }
        switch node.operation {
        case .reshape, .averagePool(_, .none), .maxPool(_, .none): break
        default:
            // A value at a limit counts as clamped.
            let range = graph.outputRange(of: node)
            for (position, value) in values[node.output.index].enumerated()
            where Int32(value) <= range.lowerBound || Int32(value) >= range.upperBound {
                gradient[position] = 0
            }
        }
        let input = graph.inputShape(of: node)
        switch node.operation {
        case .convolution(let window, _): layer(index, window, gradient, isDepthwise: false)
        case .depthwiseConvolution(let window, _, _):
            layer(index, window, gradient, isDepthwise: true)
        case .fullyConnected:
            layer(index, Window(kernel: (1, 1)), gradient, isDepthwise: false)
        case .averagePool(let window, _): averagePool(node, window, gradient)
        case .mean: averagePool(node, Window(kernel: (input.height, input.width)), gradient)
        case .maxPool(let window, _): maxPool(node, window, gradient)
        default: for id in node.inputs { add(gradient, to: id) }
        }
    }

    /// Shapes of a layer; a vector is one pixel.
    private func shapes(_ node: Node) -> (input: Shape, output: Shape) {
        func pixel(_ shape: Shape) -> Shape {
            shape.rank == 4
                ? shape : Shape(height: 1, width: 1, channels: shape.count)
        }
        if case .fullyConnected = node.operation {
            return (
                Shape(height: 1, width: 1, channels: graph.inputShape(of: node).count),
                pixel(graph.outputShape(of: node))
            )
        }
        return (graph.inputShape(of: node), pixel(graph.outputShape(of: node)))
    }

    /// For each output pixel and tap inside the input: output pixel, tap, input pixel.
    private static func taps(
        _ window: Window, _ input: Shape, _ output: Shape, _ body: (Int, Int, Int) -> Void
    ) {
        for y in 0..<output.height {
            for x in 0..<output.width {
                for ky in 0..<window.kernelHeight {
                    for kx in 0..<window.kernelWidth {
                        let row = y * window.strideHeight - window.padding.top + ky
                        let column = x * window.strideWidth - window.padding.left + kx
                        guard (0..<input.height).contains(row),
                            (0..<input.width).contains(column)
                        else { continue }
                        body(
                            y * output.width + x, ky * window.kernelWidth + kx,
                            row * input.width + column)
                    }
                }
            }
        }
    }

    private mutating func layer(
        _ index: Int, _ window: Window, _ gradient: [Double], isDepthwise: Bool
    ) {
        let node = graph.nodes[index]
        guard let parameters = node.parameters, let stored = graph[parameters.weights].int8Values
        else { return }
        let (input, output) = shapes(node)
        let scales = graph.quantization(of: parameters.weights)
        let x = real(node.inputs[0])
        let tapCount = window.kernelHeight * window.kernelWidth
        var ofWeights = Array(repeating: 0.0, count: stored.count)
        var ofBiases = Array(repeating: 0.0, count: output.channels)
        var ofInput = Array(repeating: 0.0, count: x.count)
        for (position, value) in gradient.enumerated() {
            ofBiases[position % output.channels] += value
        }
        func accumulate(_ pixel: Int, _ tap: Int, _ source: Int, _ channel: Int, _ from: Int) {
            let g = gradient[pixel * output.channels + channel]
            let weight =
                isDepthwise
                ? tap * output.channels + channel
                : (channel * tapCount + tap) * input.channels + from
            ofWeights[weight] += g * x[source * input.channels + from]
            ofInput[source * input.channels + from] +=
                g * Double(stored[weight]) * Double(scales.scale(ofChannel: channel))
        }
        Self.taps(window, input, output) { pixel, tap, source in
            for channel in 0..<output.channels {
                if isDepthwise {
                    accumulate(pixel, tap, source, channel, channel)
                } else {
                    for from in 0..<input.channels {
                        accumulate(pixel, tap, source, channel, from)
                    }
                }
            }
        }
        weights[index] = ofWeights
        biases[index] = ofBiases
        add(ofInput, to: node.inputs[0])
    }

    private mutating func averagePool(_ node: Node, _ window: Window, _ gradient: [Double]) {
        let (input, output) = shapes(node)
        let channels = input.channels
        var covered = Array(repeating: 0.0, count: output.pixels)
        Self.taps(window, input, output) { pixel, _, _ in covered[pixel] += 1 }
        var result = Array(repeating: 0.0, count: input.count)
        Self.taps(window, input, output) { pixel, _, source in
            for channel in 0..<channels {
                result[source * channels + channel] +=
                    gradient[pixel * channels + channel] / covered[pixel]
            }
        }
        add(result, to: node.inputs[0])
    }

    private mutating func maxPool(_ node: Node, _ window: Window, _ gradient: [Double]) {
        let (input, output) = shapes(node)
        let channels = input.channels
        let x = values[node.inputs[0].index]
        var best = Array(repeating: -1, count: output.count)
        Self.taps(window, input, output) { pixel, _, source in
            for channel in 0..<channels {
                let (target, candidate) = (pixel * channels + channel, source * channels + channel)
                if best[target] < 0 || x[candidate] > x[best[target]] { best[target] = candidate }
            }
        }
        var result = Array(repeating: 0.0, count: input.count)
        for (target, source) in best.enumerated() { result[source] += gradient[target] }
        add(result, to: node.inputs[0])
    }
}
