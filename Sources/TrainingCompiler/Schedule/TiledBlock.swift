// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// The backward half of an inverted-residual block, some of its expanded channels at a time: the
/// gradients before and after the depthwise convolution, a step's widest, are never whole.
///
/// Each expanded channel passes the depthwise convolution on its own. Its bias and its trained weights
/// are updated from the sums of whole channels, as without tiles; only the gradient at the block's
/// input is a sum of the tiles' parts.
package struct TiledBlock: Sendable, Hashable {
    package let expansion: Int
    package let depthwise: Int
    package let projection: Int
    /// Expanded channels a tile, a multiple of 4.
    package let tileChannels: Int
    /// What it does, as the program has it.
    package let operations: [BackwardOperation]

    /// The block that begins with operation `start`, the gradient that passes a projection, if the
    /// operations from there are nothing but the way through one block.
    init?(_ program: BackwardProgram, at start: Int, tileChannels: Int) {
        let graph = program.graph
        let operations = program.operations
        guard case .inputGradient(let projection, 0, true) = operations[start],
            case .convolution(let last, _) = graph.nodes[projection].operation, !last.isDilated,
            let depthwise = graph.onlyProducer(ofInputOf: projection),
            case .depthwiseConvolution(let middle, 1, _) = graph.nodes[depthwise].operation,
            !middle.isDilated, let expansion = graph.onlyProducer(ofInputOf: depthwise),
            case .convolution(let first, _) = graph.nodes[expansion].operation, !first.isDilated
        else { return nil }
        var next = start + 1
        func take(_ operation: BackwardOperation) -> Bool {
            guard next < operations.count, operations[next] == operation else { return false }
            next += 1
            return true
        }
        /// The mask and the bias of a node.
        func takesMaskAndBias(_ node: Int) -> Bool {
            guard take(.clamp(node)) else { return false }
            return !take(.biasGradient(node)) || take(.updateBiases(node))
        }
        guard takesMaskAndBias(depthwise),
            take(.inputGradient(depthwise, operand: 0, isFirst: true)),
            takesMaskAndBias(expansion)
        else { return nil }
        if take(.inputGradient(expansion, operand: 0, isFirst: false)) {
            guard take(.sum(expansion, operand: 0)) else { return nil }
        } else {
            _ = take(.inputGradient(expansion, operand: 0, isFirst: true))
        }
        _ = take(.updateFromGradient(expansion))
        // Whatever else these layers want reads the gradients as a whole.
        let inside: Set<Int> = [projection, depthwise, expansion]
        if next < operations.count, let node = operations[next].node, inside.contains(node) {
            return nil
        }
        self.expansion = expansion
        self.depthwise = depthwise
        self.projection = projection
        self.tileChannels = tileChannels
        self.operations = Array(operations[start..<next])
    }

    package func channelCount(in graph: Graph) -> Int {
        graph.outputShape(of: graph.nodes[expansion]).channels
    }

    /// The tensor at whose gradient the block ends.
    package func input(in graph: Graph) -> TensorID { graph.nodes[expansion].inputs[0] }

    /// Whether the gradient at the block's input is wanted.
    package var hasInputGradient: Bool {
        operations.contains { $0 == .inputGradient(expansion, operand: 0, isFirst: true) }
            || addsGradient
    }
    /// Whether that gradient has a value already, to which the block adds.
    package var addsGradient: Bool { operations.contains(.sum(expansion, operand: 0)) }
    package var trainsWeights: Bool { operations.contains(.updateFromGradient(expansion)) }

    /// `kl_tiled_block_gradient_scratch_bytes`.
    package func scratchBytes(in graph: Graph, gradientBytes: Int) -> Int {
        let channels = channelCount(in: graph)
        let count = min(tileChannels, channels)
        let whole = KernelScratch(graph.nodes[depthwise], in: graph)
        var (before, after) = (whole.input, whole.output)
        before.extents[3] = count
        after.extents[3] = count
        let window = whole.window
        let first = KernelScratch(graph.nodes[expansion], in: graph)
        let source = first.input
        var shared = max(4, window.kernelHeight * window.kernelWidth) * count
        shared = max(shared, (max(before.pixels, after.pixels) * count + 7) / 8)
        if hasInputGradient, addsGradient || count < channels {
            shared = max(shared, source.count * gradientBytes)
        }
        var made = first.output
        made.extents[3] = count
        let group = KernelScratch(input: source, output: made, window: first.window)
        var kernels = max(
            KernelScratch(graph.nodes[projection], in: graph).convolutionInputGradient,
            KernelScratch(input: before, output: after, window: window).depthwiseInputGradient)
        if hasInputGradient { kernels = max(kernels, group.convolutionInputGradient) }
        if trainsWeights { kernels = max(kernels, group.weightGradient) }
        // The depthwise convolution's gradients take each other's place.
        return KernelScratch.up4(max(before.count, after.count) * gradientBytes)
            + KernelScratch.up4(shared) + KernelScratch.up4(kernels)
    }
}

extension Graph {
    /// The node that makes a node's first operand, where nothing else reads it.
    fileprivate func onlyProducer(ofInputOf index: Int) -> Int? {
        let tensor = nodes[index].inputs[0]
        guard consumers(of: tensor) == [index], !outputs.contains(tensor) else { return nil }
        return producer(of: tensor)
    }
}
