// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// The backward half of a training step: gradients and updates in order.
package struct BackwardProgram: Sendable, Hashable {
    package let graph: Graph
    package let scheme: ResolvedScheme
    /// The tensor that the loss reads.
    package let logits: TensorID
    package internal(set) var operations: [BackwardOperation]

    /// Differentiates a graph and applies the passes that `options` name.
    ///
    /// Throws where a gradient that is needed would have to pass an operator without a rule.
    package init(
        _ graph: Graph, scheme: ResolvedScheme, options: PassOptions = PassOptions()
    ) throws(TrainingError) {
        do {
            try graph.validate()
        } catch {
            throw .graph(error)
        }
        guard let logits = graph.logits else {
            throw .scheme(
                name: scheme.name, what: "the graph's outputs", found: "\(graph.outputs.count)",
                valid: "one, made by the last node")
        }
        self.graph = graph
        self.scheme = options.has(.slices) ? scheme : scheme.trainingWholeLayers
        self.logits = logits
        operations = []
        differentiate()
        if options.has(.prune) { prune() }
        if options.has(.reorder) { reorder() }
        if options.has(.fuse) { fuse() }
        for node in Set(operations.compactMap(\.node)).sorted() {
            _ = try graph.gradientRule(ofNode: node)
        }
    }

    /// Every gradient, as a framework would find them: layer by layer from the end; then the updates.
    private mutating func differentiate() {
        operations = [.loss]
        var hasGradient: Set<TensorID> = [logits]
        let unmasked = nodesOfLogits
        var updates: [BackwardOperation] = []
        for (index, node) in graph.nodes.enumerated().reversed()
        where hasGradient.contains(node.output) {
            // A node without a rule is an error only if it survives the passes.
            let rule = try? graph.gradientRule(ofNode: index)
            if rule?.clamps == true, !unmasked.contains(index) {
                operations.append(.clamp(index))
            }
            // The skip, which comes first, waits longest: its gradient takes the output's place last.
            for (operand, tensor) in node.inputs.enumerated().reversed()
            where graph.producer(of: tensor) != nil {
                let isFirst = hasGradient.insert(tensor).inserted
                operations.append(.inputGradient(index, operand: operand, isFirst: isFirst))
                if !isFirst { operations.append(.sum(index, operand: operand)) }
            }
            guard node.operation.hasParameters else { continue }
            operations += [.biasGradient(index), .weightGradient(index)]
            guard let layer = scheme.layer(index) else { continue }
            if layer.trainsBias { updates.append(.updateBiases(index)) }
            if layer.trainsWeights { updates.append(.updateWeights(index)) }
        }
        operations += updates
    }

    /// The nodes that only say the logits, up to the layer that makes them.
    ///
    /// Saturation is no mask for their gradient: a wrong class at 127, or the right one at -128, would never
    /// move again. An activation that was asked for is one.
    private var nodesOfLogits: Set<Int> {
        var nodes: Set<Int> = []
        var next = graph.producer(of: logits)
        while let index = next {
            let node = graph.nodes[index]
            guard node.operation.activation == .none else { break }
            nodes.insert(index)
            guard case .reshape = node.operation else { break }
            next = graph.producer(of: node.inputs[0])
        }
        return nodes
    }

    /// Keeps what an update needs, directly or not.
    private mutating func prune() {
        var needed: Set<BackwardValue> = []
        var kept: [BackwardOperation] = []
        for operation in operations.reversed() {
            let (reads, writes) = operation.values(in: graph, logits: logits)
            guard writes.isEmpty || writes.contains(where: needed.contains) else { continue }
            needed.formUnion(reads)
            kept.append(operation)
        }
        operations = kept.reversed()
    }

    /// Parameters' gradients before the input's, updates as soon as the layer's weights were read for
    /// the last time: each sum is used and freed before the layer before begins.
    private mutating func reorder() {
        var groups: [Int: [BackwardOperation]] = [:]
        var order: [Int] = []
        var first: [BackwardOperation] = []
        for operation in operations {
            guard let node = operation.node else {
                first.append(operation)
                continue
            }
            if groups[node] == nil { order.append(node) }
            groups[node, default: []].append(operation)
        }
        operations = first
        for node in order {
            operations += (groups[node] ?? []).enumerated()
                .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
                .map(\.element)
        }
    }

    private mutating func fuse() {
        for node in graph.nodes.indices {
            guard let gradient = operations.firstIndex(of: .weightGradient(node)),
                let update = operations.firstIndex(of: .updateWeights(node)),
                (try? graph.gradientRule(ofNode: node))?.weights == .dense,
                operations[gradient..<update].allSatisfy({ $0.node == node })
            else { continue }
            operations[update] = .updateFromGradient(node)
            operations.remove(at: gradient)
        }
    }
}

extension BackwardOperation {
    /// Order among the operations of one node after `reorder`. Biases are read by no gradient; weights
    /// are, by the input's.
    fileprivate var rank: Int {
        switch self {
        case .loss, .clamp: 0
        case .biasGradient: 1
        case .updateBiases: 2
        case .weightGradient: 3
        case .inputGradient, .sum: 4
        case .updateWeights, .updateFromGradient: 5
        }
    }
}

extension BackwardProgram: CustomStringConvertible {
    /// One line an operation: `g(x)` is the gradient at tensor x, `dW` and `db` sums for a layer.
    package var description: String {
        let lines = operations.map { "  " + text($0) }
        return (["backward \"\(scheme.name)\" of graph \"\(graph.name)\""] + lines)
            .joined(separator: "\n") + "\n"
    }

    /// One operation as text.
    func text(_ operation: BackwardOperation) -> String {
        func name(_ node: Int) -> String { graph.name(of: graph.nodes[node]) }
        func operand(_ node: Int, _ index: Int) -> String {
            graph[graph.nodes[node].inputs[index]].name
        }
        func channels(_ node: Int) -> String {
            guard let layer = scheme.layer(node), !layer.trainsAllChannels else { return "" }
            return " [\(layer.channels.count) of \(layer.channelCount) channels]"
        }
        switch operation {
        case .loss: return "g(\(graph[logits].name)) = loss \(graph[logits].name)"
        case .clamp(let node): return "g(\(name(node))) = clamp g(\(name(node)))"
        case .inputGradient(let node, let index, let isFirst):
            let rule = try? graph.gradientRule(ofNode: node)
            return "\(isFirst ? "g" : "g'")(\(operand(node, index))) = "
                + "\(rule?.input.rawValue ?? "none") g(\(name(node)))"
        case .sum(let node, let index):
            let tensor = operand(node, index)
            return "g(\(tensor)) += g'(\(tensor))"
        case .biasGradient(let node): return "db(\(name(node))) = sum g(\(name(node)))"
        case .weightGradient(let node):
            return "dW(\(name(node))) = x * g(\(name(node)))\(channels(node))"
        case .updateBiases(let node): return "b(\(name(node))) -= db(\(name(node)))"
        case .updateWeights(let node): return "W(\(name(node))) -= dW(\(name(node)))"
        case .updateFromGradient(let node):
            return "W(\(name(node))) -= x * g(\(name(node)))\(channels(node))"
        }
    }
}
