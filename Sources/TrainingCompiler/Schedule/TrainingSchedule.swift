// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// A whole training step in order: forward, backward, update.
package struct TrainingSchedule: Sendable, Hashable {
    package let program: BackwardProgram
    package let options: PassOptions
    package private(set) var operations: [ScheduledOperation] = []

    package var graph: Graph { program.graph }
    package var scheme: ResolvedScheme { program.scheme }

    /// Builds the forward half that a backward half needs.
    /// - Parameter tiles: sizes of tiles, where they are not the smallest.
    package init(
        _ program: BackwardProgram, options: PassOptions, tiles: TileSizes = TileSizes()
    ) {
        self.program = program
        self.options = options
        let clamped = Set(
            program.operations.compactMap { operation -> Int? in
                if case .clamp(let node) = operation { node } else { nil }
            })
        let busy = Set(program.operations.compactMap(\.node))
        let kept = Set(
            program.operations.flatMap { operands(of: $0).reads }.compactMap { buffer in
                if case .activation(let tensor) = buffer { tensor } else { nil }
            })
        if !arrivesByRows(busy: busy, kept: kept) { append(.input) }
        var index = graph.nodes.startIndex
        while index < graph.nodes.endIndex {
            defer { index += 1 }
            if case .softmax = graph.nodes[index].operation,
                graph.nodes[index].output != program.logits, index == graph.nodes.count - 1
            {
                continue
            }
            if options.has(.stream),
                var block = StreamedBlock(at: index, in: graph, busy: busy, kept: kept)
            {
                block.tileRows = tiles.rows[index] ?? 1
                block.readsRows = index == 0 && arrivesByRows(busy: busy, kept: kept)
                append(.streamed(block))
                index = block.last
                continue
            }
            if keepsChannels(index), busy.contains(index) { append(.keepChannels(index)) }
            append(.forward(index))
            if options.has(.maskBits), clamped.contains(index) { append(.recordMask(index)) }
        }
        appendBackward(tiles)
    }

    private mutating func appendBackward(_ tiles: TileSizes) {
        var next = program.operations.startIndex
        while next < program.operations.endIndex {
            if let block = tiledBlock(at: next, tiles) {
                append(.tiled(block))
                next += block.operations.count
            } else {
                append(.backward(program.operations[next]))
                next += 1
            }
        }
    }

    private func tiledBlock(at start: Int, _ tiles: TileSizes) -> TiledBlock? {
        guard options.has(.tiles), options.has(.maskBits),
            case .inputGradient(let projection, _, _) = program.operations[start]
        else { return nil }
        let channels = graph.inputShape(of: graph.nodes[projection]).channels
        let size = tiles.channels[projection] ?? TileSizes.channelChoices(of: channels).last
        guard let size, size < channels else { return nil }
        return TiledBlock(program, at: start, tileChannels: size)
    }

    /// Whether the first block can take the sample row by row.
    private func arrivesByRows(busy: Set<Int>, kept: Set<TensorID>) -> Bool {
        guard options.readsInputByRows, options.has(.stream), graph.inputs.count == 1,
            let block = StreamedBlock(at: 0, in: graph, busy: busy, kept: kept),
            graph.nodes[0].inputs == graph.inputs, block.addition == nil
        else { return false }
        return graph.consumers(of: graph.inputs[0]) == [0] && !kept.contains(graph.inputs[0])
    }

    /// The blocks that run through row buffers.
    package var streamedBlocks: [StreamedBlock] {
        operations.compactMap {
            if case .streamed(let block) = $0.operation { block } else { nil }
        }
    }

    /// The blocks whose gradients go back some channels at a time.
    package var tiledBlocks: [TiledBlock] {
        operations.compactMap {
            if case .tiled(let block) = $0.operation { block } else { nil }
        }
    }

    /// The operations of the backward half, those in tiles included.
    package var backwardOperations: [BackwardOperation] {
        operations.flatMap { scheduled -> [BackwardOperation] in
            switch scheduled.operation {
            case .backward(let operation): [operation]
            case .tiled(let block): block.operations
            default: []
            }
        }
    }

    private mutating func append(_ operation: StepOperation) {
        let (reads, writes, scratch) = operands(of: operation)
        operations.append(
            ScheduledOperation(
                operation: operation, reads: reads, writes: writes, scratchBytes: scratch))
    }

    /// Whether a layer's weight gradient reads a copy of some channels instead of the whole input.
    package func keepsChannels(_ node: Int) -> Bool {
        guard options.has(.slices), let layer = scheme.layer(node) else { return false }
        return layer.trainsWeights && !layer.trainsAllChannels
    }

    /// Input channels whose weight gradients are computed.
    package func gradientChannels(_ node: Int) -> Int {
        guard let layer = scheme.layer(node), layer.trainsWeights, options.has(.slices) else {
            return graph.weightChannels(ofNode: node)
        }
        return layer.channels.count
    }

    /// Trained channels that stand beside the frozen weights in the forward pass.
    package func overlayChannels(_ node: Int) -> Int {
        guard keepsChannels(node) else { return 0 }
        if case .depthwiseConvolution = graph.nodes[node].operation { return 0 }
        return gradientChannels(node)
    }

    /// Bytes of a buffer other than scratch.
    package func byteCount(_ buffer: TrainingBuffer) -> Int {
        switch buffer {
        case .activation(let tensor): graph[tensor].byteCount
        case .channels(let node):
            graph.inputShape(of: graph.nodes[node]).count
                / graph.weightChannels(ofNode: node) * gradientChannels(node)
        case .mask(let node): (graph.outputShape(of: graph.nodes[node]).count + 7) / 8
        case .gradient(let tensor), .contribution(let tensor, _):
            graph[tensor].shape.count * options.gradientBytes
        case .biasSums(let node): 4 * graph.outputShape(of: graph.nodes[node]).channels
        case .weightSums(let node): 4 * gradientWeights(node)
        case .scratch(let step): operations[step].scratchBytes
        }
    }

    /// Weights whose gradients are computed.
    private func gradientWeights(_ node: Int) -> Int {
        guard let parameters = graph.nodes[node].parameters else { return 0 }
        return graph[parameters.weights].shape.count / graph.weightChannels(ofNode: node)
            * gradientChannels(node)
    }
}
