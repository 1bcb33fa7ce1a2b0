// SPDX-License-Identifier: GPL-2.0-or-later
package import MemoryPlanner
import TensorGraph

extension TrainingSchedule {
    private typealias Lifetimes = (
        order: [TrainingBuffer], first: [TrainingBuffer: Int], last: [TrainingBuffer: Int]
    )

    /// Buffers in the order of their first use, with their first and last operation.
    private var lifetimes: Lifetimes {
        var lifetimes: Lifetimes = ([], [:], [:])
        for (step, operation) in operations.enumerated() {
            let scratch: [TrainingBuffer] = operation.scratchBytes > 0 ? [.scratch(step)] : []
            for buffer in operation.reads + operation.writes + scratch {
                if lifetimes.first[buffer] == nil {
                    lifetimes.first[buffer] = step
                    lifetimes.order.append(buffer)
                }
                lifetimes.last[buffer] = step
            }
        }
        return lifetimes
    }

    /// Every buffer, in the order of `arenaProblem().buffers`.
    package var buffers: [TrainingBuffer] { lifetimes.order }

    /// Buffers with their lifetimes, and what may overwrite what: the planner's problem. Steps are
    /// positions in `operations`.
    package func arenaProblem() throws(PlanningError) -> ArenaProblem {
        let (order, first, last) = lifetimes
        let names = uniqueNames(order)
        let buffers = order.map { buffer in
            ArenaBuffer(
                names[buffer] ?? "", sizeBytes: byteCount(buffer), firstStep: first[buffer] ?? 0,
                lastStep: last[buffer] ?? 0)
        }
        var sharings: [Sharing] = []
        for (step, operation) in operations.enumerated() {
            for output in operation.writes where first[output] == step {
                for input in Set(operation.reads) where last[input] == step {
                    guard
                        var sharing = sharing(operation.operation, output: output, input: input)
                    else { continue }
                    sharing.output = names[output] ?? ""
                    sharing.input = names[input] ?? ""
                    sharings.append(sharing)
                }
            }
        }
        sharings.sort { ($0.output, $0.input) < ($1.output, $1.input) }
        return try ArenaProblem(buffers, sharings: sharings)
    }

    /// Tensors of a model may have any names, equal ones too.
    private func uniqueNames(_ buffers: [TrainingBuffer]) -> [TrainingBuffer: String] {
        var taken: Set<String> = []
        var names: [TrainingBuffer: String] = [:]
        for buffer in buffers {
            var name = name(buffer)
            while !taken.insert(name).inserted { name += "'" }
            names[buffer] = name
        }
        return names
    }

    /// Leave to overwrite an operand that dies in an operation, if its kernel can do that; the names
    /// are still to be filled in.
    private func sharing(
        _ operation: StepOperation, output: TrainingBuffer, input: TrainingBuffer
    ) -> Sharing? {
        if case .streamed(let block) = operation {
            return block.sharing(in: graph)
        }
        guard options.has(.inPlace) else { return nil }
        let inPlace = Sharing.inPlace(output: "", input: "")
        switch operation {
        case .forward(let index):
            let node = graph.nodes[index]
            let (from, to) = (graph.inputShape(of: node), graph.outputShape(of: node))
            switch node.operation {
            case .depthwiseConvolution(_, 1, _): return to.pixels <= from.pixels ? inPlace : nil
            case .add, .reshape, .activation: return inPlace
            case .quantize:
                return graph[node.inputs[0]].elementType == .int8 ? inPlace : nil
            default: return nil
            }
        case .backward(.inputGradient(let index, _, _)):
            guard let rule = try? graph.gradientRule(ofNode: index), rule.isInPlace,
                case .gradient = input
            else { return nil }
            return inPlace
        default: return nil
        }
    }

    /// A buffer's name in tables and pictures.
    package func name(_ buffer: TrainingBuffer) -> String {
        func name(_ node: Int) -> String { graph.name(of: graph.nodes[node]) }
        return switch buffer {
        case .activation(let tensor): graph[tensor].name
        case .channels(let node): "\(name(node)).channels"
        case .mask(let node): "\(name(node)).mask"
        case .gradient(let tensor): "\(graph[tensor].name).gradient"
        case .contribution(let tensor, let node):
            "\(graph[tensor].name).gradient of \(name(node))"
        case .biasSums(let node): "\(name(node)).db"
        case .weightSums(let node): "\(name(node)).dW"
        case .scratch(let step): "scratch \(step)"
        }
    }
}

extension TrainingSchedule: CustomStringConvertible {
    /// One line a step: its number, the operation, its scratch memory.
    package var description: String {
        var lines = ["schedule \"\(scheme.name)\" of graph \"\(graph.name)\""]
        for (step, scheduled) in operations.enumerated() {
            let scratch = scheduled.scratchBytes
            lines.append(
                "  \(step): \(text(scheduled.operation))"
                    + (scratch > 0 ? "  // scratch \(scratch) B" : ""))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What an operation computes, for people.
    package func text(_ operation: StepOperation) -> String {
        func name(_ node: Int) -> String { graph.name(of: graph.nodes[node]) }
        switch operation {
        case .input: return graph.inputs.map { graph[$0].name }.joined(separator: ", ") + " = input"
        case .forward(let node):
            let inputs = graph.nodes[node].inputs.map { graph[$0].name }
            return "\(name(node)) = \(graph.nodes[node].operation.name) "
                + inputs.joined(separator: " ")
        case .streamed(let block):
            let input = graph[graph.nodes[block.expansion].inputs[0]].name
            return "\(name(block.last)) = stream \(block.readsRows ? "rows of " : "")\(input)"
                + " through \(block.nodes.map(name).joined(separator: ", "))"
                + ", \(block.tileRows) row\(block.tileRows == 1 ? "" : "s") a tile"
        case .keepChannels(let node):
            return "keep \(gradientChannels(node)) channels of "
                + graph[graph.nodes[node].inputs[0]].name
        case .recordMask(let node): return "record the mask of \(name(node))"
        case .tiled(let block):
            let channels = "\(block.tileChannels) of \(block.channelCount(in: graph)) channels"
            return "\(channels) at a time: "
                + block.operations.map { program.text($0) }.joined(separator: "; ")
        case .backward(let operation): return program.text(operation)
        }
    }
}
