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
    let bytes: Int
    let positions: [Position]
    let buffers: [Buffer]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case model, scheme, symbol, bytes, positions, buffers
    }

    init(_ plan: TrainingPlan) {
        let schedule = plan.schedule
        model = schedule.graph.name
        scheme = schedule.scheme.name
        bytes = plan.arena.arenaBytes
        positions = schedule.operations.map {
            Position(name: schedule.text($0.operation), phase: $0.operation.phase)
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
    /// What the firmware's markers call the part of the step that it belongs to.
    fileprivate var phase: String {
        switch self {
        case .input, .forward, .streamed, .keepChannels, .recordMask: "forward"
        case .backward(let operation): operation.isUpdate ? "update" : "backward"
        case .tiled: "backward"
        }
    }
}
