// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
package import RunModel

/// A profile as speedscope.app opens it: the whole run, and each phase.
///
/// The format is `https://www.speedscope.app/file-format-schema.json`, with profiles of type `sampled`: one
/// sample for each way of calls, its cycles as weight.
package struct SpeedscopeFile: Encodable {
    struct Frame: Encodable {
        var name: String
        var file: String?
        var line: Int?
    }

    struct Shared: Encodable {
        var frames: [Frame]
    }

    struct Profile: Encodable {
        var type = "sampled"
        var name: String
        /// Cycles are none of the format's units.
        var unit = "none"
        var startValue = 0
        var endValue: UInt64
        /// From the outermost function to the innermost one, as indices of frames.
        var samples: [[Int]]
        var weights: [UInt64]
    }

    let schema = "https://www.speedscope.app/file-format-schema.json"
    let exporter: String
    let name: String
    let activeProfileIndex = 0
    let shared: Shared
    let profiles: [Profile]

    enum CodingKeys: String, CodingKey {
        case schema = "$schema"
        case exporter, name, activeProfileIndex, shared, profiles
    }

    package init(_ record: ProfileRecord) {
        exporter = "kinglet \(record.kingletVersion)"
        name = record.name
        shared = Shared(
            frames: record.functions.map {
                Frame(name: $0.name.printable, file: $0.file?.printable, line: $0.line)
            })
        var profiles = [
            Self.profile("whole run, cycles", record) { $0.cycles.reduce(0, +) }
        ]
        for (index, phase) in record.phases.enumerated() where record.phases.count > 1 {
            profiles.append(
                Self.profile("\(phase.printable), cycles", record) {
                    $0.cycles.indices.contains(index) ? $0.cycles[index] : 0
                })
        }
        self.profiles = profiles
    }

    private static func profile(
        _ name: String, _ record: ProfileRecord, _ cycles: (ProfileNodeRecord) -> UInt64
    ) -> Profile {
        var stacks: [[Int]] = []
        var profile = Profile(name: name, endValue: 0, samples: [], weights: [])
        for node in record.nodes {
            let below = node.parent.flatMap { stacks.indices.contains($0) ? stacks[$0] : nil }
            stacks.append((below ?? []) + [node.function])
            let weight = cycles(node)
            guard weight > 0 else { continue }
            profile.samples.append(stacks[stacks.count - 1])
            profile.weights.append(weight)
            profile.endValue += weight
        }
        return profile
    }

    /// The file's text, a newline at its end; equal records give equal text.
    package var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("a profile holds only strings and numbers")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
