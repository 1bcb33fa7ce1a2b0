// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import MemoryPlanner
import TensorGraph
import TrainingCompiler

/// `plan.json`: the arena for programs to read. The Makefile puts it into each ELF as a section that no
/// chip loads, so that a simulator can say what stands where.
struct PlanNote: Encodable {
    struct Position: Encodable {
        var name: String
        var phase: String
        /// Names of the layers that it works on.
        var layers: [String]
        /// First and last line in `source`, for programs that find it by DWARF; absent where it needs no code.
        var lines: [Int]?
    }

    struct Buffer: Encodable {
        var name: String
        var offsetBytes: Int
        var bytes: Int
        var firstPosition: Int
        var lastPosition: Int

        enum CodingKeys: String, CodingKey {
            case name, bytes
            case offsetBytes = "offset_bytes"
            case firstPosition = "first_position"
            case lastPosition = "last_position"
        }
    }

    static let fileName = "plan.json"
    static let sectionName = ".kinglet.plan"

    let schemaVersion = 1
    let model: String
    let scheme: String
    /// The array in `model.c`.
    let symbol = "arena"
    let source = ModelSource.fileName
    let bytes: Int
    let positions: [Position]
    let buffers: [Buffer]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case model, scheme, symbol, source, bytes, positions, buffers
    }

    /// - Parameter lines: of each operation in `source`.
    init(_ plan: TrainingPlan, lines: [Int: ClosedRange<Int>]) {
        let schedule = plan.schedule
        model = schedule.graph.name
        scheme = schedule.scheme.name
        bytes = plan.arena.arenaBytes
        let graph = schedule.graph
        positions = schedule.operations.enumerated().map { step, scheduled in
            let operation = scheduled.operation
            return Position(
                name: schedule.text(operation), phase: operation.phase,
                layers: operation.nodes.map { graph.name(of: graph.nodes[$0]) },
                lines: lines[step].map { [$0.lowerBound, $0.upperBound] })
        }
        buffers = zip(plan.arena.problem.buffers, plan.arena.offsets).map { buffer, offset in
            Buffer(
                name: buffer.name, offsetBytes: offset, bytes: buffer.sizeBytes,
                firstPosition: buffer.firstStep, lastPosition: buffer.lastStep)
        }.sorted {
            ($0.offsetBytes, $0.firstPosition, $0.name) < (
                $1.offsetBytes, $1.firstPosition, $1.name
            )
        }
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a plan holds only strings and integers")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}

extension StepOperation {
    /// The layers that it works on; none of the sample and the loss.
    fileprivate var nodes: [Int] {
        switch self {
        case .input: []
        case .forward(let node), .keepChannels(let node), .recordMask(let node): [node]
        case .streamed(let block): block.nodes
        case .backward(let operation): operation.node.map { [$0] } ?? []
        case .tiled(let block): [block.expansion, block.depthwise, block.projection]
        }
    }

    /// What the firmware's markers call the part of the step that it belongs to.
    fileprivate var phase: String {
        switch self {
        case .input, .forward, .streamed, .keepChannels, .recordMask: "forward"
        case .backward(let operation): operation.isUpdate ? "update" : "backward"
        case .tiled: "backward"
        }
    }
}
