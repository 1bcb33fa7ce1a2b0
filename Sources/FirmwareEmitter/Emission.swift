// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// What all emitted files know: the plan, its offsets, and what things are called in C.
struct Emission {
    let plan: TrainingPlan
    let identifiers: Identifiers
    let offsets: [TrainingBuffer: Int]

    init(_ plan: TrainingPlan) {
        self.plan = plan
        identifiers = Identifiers(plan.schedule.graph)
        offsets = plan.offsets
    }

    var schedule: TrainingSchedule { plan.schedule }
    var graph: Graph { plan.schedule.graph }
    var options: PassOptions { plan.schedule.options }
    var logits: TensorID { plan.schedule.program.logits }

    /// The base name of a node.
    func base(_ node: Int) -> String { identifiers.nodes[node] }

    func offset(_ buffer: TrainingBuffer) -> Int { offsets[buffer] ?? 0 }

    /// The base name of the node that makes a tensor; `input` for the sample.
    func base(of tensor: TensorID) -> String {
        graph.producer(of: tensor).map { base($0) } ?? "input"
    }

    /// How an operand of a node is read: a place in the arena, or a constant.
    func operand(_ tensor: TensorID, of node: Int) -> String {
        graph[tensor].isConstant ? "\(base(node))_values" : "x_\(base(of: tensor))"
    }

    /// `block7/depthwise: 8x8x240 -> 8x8x240, depthwise 5x5 stride 2`
    func summary(_ index: Int) -> String {
        let node = graph.nodes[index]
        var text =
            "\(CText.harmless(Self.first(graph.name(of: node)))): "
            + "\(CText.extents(graph.inputShape(of: node).extents)) -> "
            + "\(CText.extents(graph.outputShape(of: node).extents)), \(node.operation.name)"
        if let window = node.operation.window {
            text += " \(window.kernelHeight)x\(window.kernelWidth)"
            if window.strideHeight > 1 || window.strideWidth > 1 {
                text +=
                    window.strideHeight == window.strideWidth
                    ? " stride \(window.strideHeight)"
                    : " stride \(window.strideHeight)x\(window.strideWidth)"
            }
        }
        return text
    }

    /// Of names that a converter joined with ';', the first.
    static func first(_ name: String) -> String { String(name.prefix { $0 != ";" }) }

    // MARK: What is trained of a node

    func trained(_ node: Int) -> TrainedLayer? { schedule.scheme.layer(node) }
    func trainsWeights(_ node: Int) -> Bool { trained(node)?.trainsWeights ?? false }
    func trainsBias(_ node: Int) -> Bool { trained(node)?.trainsBias ?? false }

    func isDepthwise(_ node: Int) -> Bool {
        if case .depthwiseConvolution = graph.nodes[node].operation { true } else { false }
    }

    /// Whether a node runs as part of a block, through rows.
    func isStreamed(_ node: Int) -> Bool {
        schedule.streamedBlocks.contains { $0.nodes.contains(node) }
    }

    /// Whether the trained weights are some input channels beside a base in flash.
    func hasOverlay(_ node: Int) -> Bool { schedule.overlayChannels(node) > 0 }

    /// Trained weights, in the order in which they are kept.
    func trainedWeightCount(_ node: Int) -> Int {
        guard let parameters = graph.nodes[node].parameters else { return 0 }
        return graph[parameters.weights].shape.count / graph.weightChannels(ofNode: node)
            * schedule.gradientChannels(node)
    }

    /// Nodes whose weight scales the backward half reads.
    var nodesWithUnits: Set<Int> {
        Set(
            schedule.backwardOperations.compactMap { operation in
                switch operation {
                case .inputGradient(let node, _, _)
                where graph.nodes[node].operation.hasParameters:
                    return node
                case .updateBiases(let node), .updateWeights(let node),
                    .updateFromGradient(let node):
                    return node
                default: return nil
                }
            })
    }

    /// Nodes that gradients pass.
    var nodesWithInputGradient: Set<Int> {
        Set(
            schedule.backwardOperations.compactMap { operation in
                if case .inputGradient(let node, _, _) = operation { node } else { nil }
            })
    }

    /// Nodes that run, in order: a softmax at the end is part of the loss.
    var nodesThatRun: [Int] {
        schedule.operations.flatMap { scheduled -> [Int] in
            switch scheduled.operation {
            case .forward(let node): return [node]
            case .streamed(let block): return block.nodes
            default: return []
            }
        }
    }
}
