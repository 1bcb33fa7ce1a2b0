// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph

extension TrainingSchedule {
    typealias Operands = (reads: [TrainingBuffer], writes: [TrainingBuffer], scratch: Int)

    func operands(of operation: StepOperation) -> Operands {
        switch operation {
        case .input: return ([], graph.inputs.map { .activation($0) }, 0)
        case .forward(let index):
            let node = graph.nodes[index]
            return (activations(node), [.activation(node.output)], forwardScratch(index))
        case .streamed(let block):
            let input = graph.nodes[block.expansion].inputs[0]
            return (
                block.readsRows ? [] : [.activation(input)],
                [.activation(graph.nodes[block.last].output)], block.scratchBytes(in: graph)
            )
        case .keepChannels(let index):
            return ([.activation(graph.nodes[index].inputs[0])], [.channels(index)], 0)
        case .recordMask(let index):
            return ([.activation(graph.nodes[index].output)], [.mask(index)], 0)
        case .tiled(let block): return operands(of: block)
        case .backward(let operation): return operands(of: operation)
        }
    }

    private func operands(of block: TiledBlock) -> Operands {
        let (input, output) = (block.input(in: graph), graph.nodes[block.projection].output)
        var reads: [TrainingBuffer] = [
            .gradient(output), .mask(block.depthwise), .mask(block.expansion),
        ]
        if block.addsGradient { reads.append(.gradient(input)) }
        if block.trainsWeights { reads.append(keptInput(block.expansion)) }
        return (
            reads, block.hasInputGradient ? [.gradient(input)] : [],
            block.scratchBytes(in: graph, gradientBytes: options.gradientBytes)
        )
    }

    /// What a layer's weight gradient reads.
    private func keptInput(_ node: Int) -> TrainingBuffer {
        keepsChannels(node) ? .channels(node) : .activation(graph.nodes[node].inputs[0])
    }

    func operands(of operation: BackwardOperation) -> Operands {
        var (reads, writes): ([TrainingBuffer], [TrainingBuffer]) = ([], [])
        let values = operation.values(in: graph, logits: program.logits)
        reads = values.reads.map(buffer)
        writes = values.writes.map(buffer)
        switch operation {
        case .loss:
            reads.append(.activation(program.logits))
            // The work array of kl_softmax_cross_entropy_s8.
            return (reads, writes, 4 * graph[program.logits].shape.count)
        case .clamp(let node):
            if options.has(.maskBits) {
                reads.append(.mask(node))
                return (reads, writes, 0)
            }
            reads.append(.activation(graph.nodes[node].output))
            return (reads, writes, byteCount(.mask(node)))
        case .inputGradient(let node, let operand, _):
            if case .maxPool = graph.nodes[node].operation {
                reads.append(.activation(graph.nodes[node].inputs[operand]))
            }
            return (reads, writes, inputGradientScratch(node))
        case .weightGradient(let node), .updateFromGradient(let node):
            reads.append(keptInput(node))
            return (reads, writes, weightGradientScratch(node))
        case .sum, .biasGradient, .updateBiases, .updateWeights: return (reads, writes, 0)
        }
    }

    private func activations(_ node: Node) -> [TrainingBuffer] {
        node.inputs.filter { !graph[$0].isConstant }.map { .activation($0) }
    }

    private func buffer(_ value: BackwardValue) -> TrainingBuffer {
        switch value {
        case .gradient(let tensor): .gradient(tensor)
        case .contribution(let tensor, let node): .contribution(tensor, node: node)
        case .biasSums(let node): .biasSums(node)
        case .weightSums(let node): .weightSums(node)
        }
    }

    private func forwardScratch(_ index: Int) -> Int {
        let node = graph.nodes[index]
        let overlay = overlayChannels(index)
        switch node.operation {
        case .convolution:
            return KernelScratch(node, in: graph).convolution(overlay: overlay)
        case .depthwiseConvolution: return KernelScratch(node, in: graph).depthwise
        case .fullyConnected: return KernelScratch(node, in: graph).dense(overlay: overlay)
        default: return 0
        }
    }

    private func inputGradientScratch(_ index: Int) -> Int {
        let node = graph.nodes[index]
        switch node.operation {
        case .convolution: return KernelScratch(node, in: graph).convolutionInputGradient
        case .depthwiseConvolution: return KernelScratch(node, in: graph).depthwiseInputGradient
        case .fullyConnected: return KernelScratch(node, in: graph).denseInputGradient
        default: return 0
        }
    }

    private func weightGradientScratch(_ index: Int) -> Int {
        let node = graph.nodes[index]
        let kernel = KernelScratch(node, in: graph)
        guard case .depthwiseConvolution = node.operation else { return kernel.weightGradient }
        // Trained channels alone: their gradients are gathered first, as a layer of its own.
        let gathered =
            keepsChannels(index)
            ? KernelScratch.up4(
                kernel.output.pixels * gradientChannels(index) * options.gradientBytes) : 0
        return kernel.depthwiseWeightGradient + gathered
    }
}
