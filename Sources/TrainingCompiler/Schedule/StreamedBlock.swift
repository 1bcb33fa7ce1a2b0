// SPDX-License-Identifier: GPL-2.0-or-later
package import MemoryPlanner
package import TensorGraph

/// A frozen inverted-residual block that runs in tiles of rows: the first convolution writes only the
/// rows that the depthwise convolution still needs, the projection follows each tile.
///
/// Nothing is computed twice: rows that two tiles see are moved to the buffer's start.
package struct StreamedBlock: Sendable, Hashable {
    /// The convolution before the depthwise one: an expansion, or the network's first layer.
    package let expansion: Int
    package let depthwise: Int
    package let projection: Int
    /// The addition of the block's input, if any.
    package let addition: Int?
    /// Output rows a tile.
    package var tileRows: Int
    /// Whether the block's input is no buffer: rows arrive as the first convolution needs them.
    package var readsRows = false

    package var nodes: [Int] { [expansion, depthwise, projection] + (addition.map { [$0] } ?? []) }
    /// The node whose output the block writes.
    package var last: Int { addition ?? projection }

    /// The block that begins at a node, if the nodes from there are one and none of them is in `busy`
    /// or makes a tensor in `kept` other than the block's output.
    init?(at start: Int, in graph: Graph, busy: Set<Int>, kept: Set<TensorID>) {
        guard start + 2 < graph.nodes.count else { return nil }
        let nodes = graph.nodes
        func isLink(_ from: Int, _ to: Int) -> Bool {
            nodes[to].inputs == [nodes[from].output]
                && graph.consumers(of: nodes[from].output) == [to]
                && !graph.outputs.contains(nodes[from].output)
                && !kept.contains(nodes[from].output)
        }
        guard case .convolution(let first, _) = nodes[start].operation, !first.isDilated,
            case .depthwiseConvolution(let middle, 1, _) = nodes[start + 1].operation,
            !middle.isDilated,
            case .convolution(let last, _) = nodes[start + 2].operation, last.isPointwise,
            isLink(start, start + 1), isLink(start + 1, start + 2)
        else { return nil }
        expansion = start
        depthwise = start + 1
        projection = start + 2
        tileRows = 1
        let made = nodes[start + 2].output
        let input = nodes[start].inputs[0]
        if start + 3 < nodes.count, case .add = nodes[start + 3].operation,
            Set(nodes[start + 3].inputs) == [made, input],
            graph.consumers(of: made) == [start + 3], !kept.contains(made)
        {
            addition = start + 3
        } else {
            addition = nil
        }
        if self.nodes.contains(where: busy.contains) { return nil }
    }

    /// Rolling rows, the depthwise convolution's tile, the addition's tile and the kernels' scratch.
    package func scratchBytes(in graph: Graph) -> Int {
        let node = graph.nodes[depthwise]
        let expanded = graph.inputShape(of: node)
        let output = graph.outputShape(of: node)
        let made = graph.outputShape(of: graph.nodes[projection])
        guard let window = node.operation.window else { return 0 }
        let tile = min(tileRows, output.height)
        let rows = min((tile - 1) * window.strideHeight + window.kernelHeight, expanded.height)
        let middle = KernelScratch(
            input: Shape(height: rows, width: expanded.width, channels: expanded.channels),
            output: Shape(height: tile, width: output.width, channels: output.channels),
            window: window)
        let kernels = max(
            KernelScratch(graph.nodes[expansion], in: graph).convolution(overlay: 0),
            middle.depthwise,
            KernelScratch(graph.nodes[projection], in: graph).convolution(overlay: 0))
        let source = graph.inputShape(of: graph.nodes[expansion])
        let windowRows = graph.nodes[expansion].operation.window?.kernelHeight ?? source.height
        let arriving =
            readsRows ? min(windowRows, source.height) * source.width * source.channels : 0
        return KernelScratch.up4(arriving)
            + KernelScratch.up4(rows * expanded.width * expanded.channels)
            + KernelScratch.up4(tile * output.width * output.channels)
            + (addition == nil ? 0 : KernelScratch.up4(tile * made.width * made.channels))
            + KernelScratch.up4(kernels)
    }

    /// The leave of the block's output to overwrite rows of its input that are consumed.
    /// The names are still to be filled in.
    package func sharing(in graph: Graph) -> Sharing {
        let source = graph.inputShape(of: graph.nodes[expansion])
        let expanded = graph.outputShape(of: graph.nodes[expansion])
        let made = graph.outputShape(of: graph.nodes[projection])
        guard let first = graph.nodes[expansion].operation.window,
            let middle = graph.nodes[depthwise].operation.window
        else { return .inPlace(output: "", input: "") }
        let consumed = (0..<made.height).map { row in
            let lastOfTile = min((row / tileRows + 1) * tileRows, made.height) - 1
            let ready = min(
                expanded.height,
                lastOfTile * middle.strideHeight - middle.padding.top + middle.kernelHeight)
            if lastOfTile == made.height - 1 { return source.height }
            return max(0, min(source.height, ready * first.strideHeight - first.padding.top))
        }
        let rowBytes = source.width * source.channels
        var sharing = Sharing.streamed(
            output: "", input: "", outputRowBytes: made.width * made.channels,
            consumedBytes: consumed.map { $0 * rowBytes })
        // The addition reads each element of the input just before it writes its sum.
        if addition != nil { sharing.highestDelta = min(0, sharing.highestDelta ?? 0) }
        return sharing
    }
}
