// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// A profile in the text form that flamegraph.pl and its kin read: `main;step;conv 1234`.
package struct CollapsedStacks {
    private let stacks: ProfileStacks

    /// - Parameter byPhase: puts the phase under every stack.
    package init(_ record: ProfileRecord, byPhase: Bool = false) {
        stacks = ProfileStacks(record, byPhase: byPhase)
    }

    /// A line for each way of calls that spent cycles, a newline at the end.
    package var text: String {
        var lines: [String] = []
        var sums: [String: UInt64] = [:]
        var names: [String] = []
        for frame in stacks.frames {
            // A semicolon would end the name.
            let name = frame.name.printable.map { $0 == ";" ? ":" : String($0) }.joined()
            names.append(frame.parent.map { names[$0] + ";" + name } ?? name)
            guard frame.cycles > 0 else { continue }
            let path = names[names.count - 1]
            if sums[path] == nil { lines.append(path) }
            sums[path, default: 0] += frame.cycles
        }
        return lines.map { "\($0) \(sums[$0, default: 0])\n" }.joined()
    }
}

/// A profile's ways of calls, each behind its caller's.
struct ProfileStacks {
    struct Frame {
        var name: String
        /// Nil for a phase.
        var function: Int?
        /// Index of the frame below it.
        var parent: Int?
        /// Of its own.
        var cycles: UInt64
    }

    private(set) var frames: [Frame] = []

    init(_ record: ProfileRecord, byPhase: Bool) {
        if byPhase {
            for (phase, name) in record.phases.enumerated() {
                let root = frames.count
                frames.append(Frame(name: name, cycles: 0))
                add(record, on: root) { $0.cycles.indices.contains(phase) ? $0.cycles[phase] : 0 }
                if frames.count == root + 1 { frames.removeLast() }
            }
        } else {
            add(record, on: nil) { $0.cycles.reduce(0, +) }
        }
    }

    /// Adds the ways that lead to some cycles.
    private mutating func add(
        _ record: ProfileRecord, on root: Int?, _ cycles: (ProfileNodeRecord) -> UInt64
    ) {
        var isUsed = record.nodes.map { cycles($0) > 0 }
        for (index, node) in record.nodes.enumerated().reversed() where isUsed[index] {
            if let parent = node.parent, parent < index { isUsed[parent] = true }
        }
        var places: [Int: Int] = [:]
        for (index, node) in record.nodes.enumerated() where isUsed[index] {
            places[index] = frames.count
            frames.append(
                Frame(
                    name: record.name(of: node.function), function: node.function,
                    parent: node.parent.flatMap { places[$0] } ?? root, cycles: cycles(node)))
        }
    }

    /// Cycles of each frame with all above it.
    var totals: [UInt64] {
        var totals = frames.map(\.cycles)
        for (index, frame) in frames.enumerated().reversed() {
            if let parent = frame.parent { totals[parent] += totals[index] }
        }
        return totals
    }
}

extension ProfileRecord {
    func name(of function: Int) -> String {
        functions.indices.contains(function) ? functions[function].name : "?"
    }
}
