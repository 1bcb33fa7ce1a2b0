// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// Cycles of a mean step by layer. Layers that the firmware works on in one go, such as a block that streams
/// through row buffers, stand together: nobody can tell their cycles apart.
struct LayerShares {
    struct Layer {
        var name: String
        /// By phase.
        var cycles: [String: Double]

        var total: Double { cycles.values.reduce(0, +) }
    }

    /// In the order of the step.
    let layers: [Layer]
    /// In the order in which they first ran.
    let phases: [String]

    /// nil where the record does not say.
    init?(_ record: RunRecord) {
        guard let operations = record.operations, let positions = record.arena?.positions,
            !record.steps.isEmpty
        else { return nil }
        let known = operations.filter { positions.indices.contains($0.position) }
        let groups = Groups(positions.map { $0.layers ?? [] })
        var layers: [Layer] = []
        var indices: [Int: Int] = [:]
        var phases: [String] = []
        for operation in known {
            let group = groups.group(ofPosition: operation.position)
            let index = indices[group] ?? layers.count
            if index == layers.count {
                indices[group] = index
                layers.append(Layer(name: groups.name(group), cycles: [:]))
            }
            let cycles = Double(operation.cycles) / Double(record.steps.count)
            layers[index].cycles[operation.phase, default: 0] += cycles
            if !phases.contains(operation.phase) { phases.append(operation.phase) }
        }
        guard !layers.isEmpty else { return nil }
        self.layers = layers
        self.phases = phases
    }

    /// Sets of layers that some operation joins.
    private struct Groups {
        private var members: [[String]] = [[]]
        private var groups: [Int] = []

        /// - Parameter layers: of each position; those of none are group 0.
        init(_ layers: [[String]]) {
            var numbers: [String: Int] = [:]
            for names in layers {
                let joined = Set(names.compactMap { numbers[$0] })
                guard !names.isEmpty else { continue }
                let target = joined.min() ?? members.count
                if target == members.count { members.append([]) }
                for other in joined where other != target {
                    for name in members[other] { numbers[name] = target }
                    members[target] += members[other]
                    members[other] = []
                }
                for name in names where numbers[name] == nil {
                    numbers[name] = target
                    members[target].append(name)
                }
            }
            groups = layers.map { $0.first.flatMap { numbers[$0] } ?? 0 }
        }

        func group(ofPosition position: Int) -> Int { groups[position] }

        /// "block3: pointwise1, depthwise" where all begin alike.
        func name(_ group: Int) -> String {
            let names = members[group]
            guard let first = names.first else { return "input and loss" }
            guard names.count > 1, let slash = first.lastIndex(of: "/") else {
                return names.joined(separator: ", ")
            }
            let folder = first[...slash]
            guard names.allSatisfy({ $0.hasPrefix(folder) }) else {
                return names.joined(separator: ", ")
            }
            return "\(folder.dropLast()): "
                + names.map { String($0.dropFirst(folder.count)) }.joined(separator: ", ")
        }
    }
}
