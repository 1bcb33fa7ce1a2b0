// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage

/// A profile's ways of calls in the order in which they are drawn, and their sums by function.
struct ProfileTree {
    /// Cycles of a function itself, and with what it called; a recursion counts once.
    struct Sum: Equatable {
        var own: UInt64 = 0
        var total: UInt64 = 0
    }

    /// Each behind its caller's, callees in the order of their first call; without ways that nothing took.
    private(set) var nodes: [ProfileMeasurement.Node] = []
    /// By function.
    private(set) var whole: [Int: Sum] = [:]
    /// By phase, then by function.
    private(set) var byPhase: [[Int: Sum]] = []
    private(set) var calls: [UInt64]
    private let measured: [ProfileMeasurement.Node]
    private let functionsOfInstructions: Set<Int>

    init(_ profile: ProfileMeasurement) {
        measured = profile.nodes
        functionsOfInstructions = Set(
            profile.instructions.lazy.filter { $0.cycles > 0 }.map(\.function))
        calls = [UInt64](repeating: 0, count: profile.functions.count)
        for node in profile.nodes { calls[node.function] += node.calls }
        addNodes()
        whole = sums(measured.enumerated().map { ($0.offset, $0.element.cycles.reduce(0, +)) })
        byPhase = profile.phases.indices.map { phase in
            sums(measured.enumerated().map { ($0.offset, $0.element.cycles[phase]) })
        }
    }

    private mutating func addNodes() {
        var isUsed = measured.map { $0.calls > 0 || $0.cycles.contains { $0 > 0 } }
        for (index, node) in measured.enumerated().reversed() where isUsed[index] {
            if let parent = node.parent { isUsed[parent] = true }
        }
        var callees: [[Int]] = measured.map { _ in [] }
        var roots: [Int] = []
        for (index, node) in measured.enumerated() where isUsed[index] {
            if let parent = node.parent {
                callees[parent].append(index)
            } else {
                roots.append(index)
            }
        }
        var open: [(index: Int, parent: Int?)] = roots.reversed().map { ($0, nil) }
        while let (index, parent) = open.popLast() {
            var node = measured[index]
            node.parent = parent
            open += callees[index].reversed().map { ($0, nodes.count) }
            nodes.append(node)
        }
    }

    /// Sums by function of what single nodes spent.
    func sums(_ spent: [(node: Int, cycles: UInt64)]) -> [Int: Sum] {
        var subtree: [Int: UInt64] = [:]
        var sums: [Int: Sum] = [:]
        for (node, cycles) in spent where cycles > 0 {
            sums[measured[node].function, default: Sum()].own += cycles
            subtree[node, default: 0] += cycles
        }
        var path: Set<Int> = []
        for (node, cycles) in subtree {
            path.removeAll(keepingCapacity: true)
            var next: Int? = node
            while let index = next {
                if path.insert(measured[index].function).inserted {
                    sums[measured[index].function, default: Sum()].total += cycles
                }
                next = measured[index].parent
            }
        }
        return sums
    }

    /// Functions that are somewhere in the tree or have instructions that ran, most cycles first.
    var functionOrder: [Int] {
        functionsOfInstructions.union(nodes.map(\.function)).sorted {
            let (left, right) = (whole[$0] ?? Sum(), whole[$1] ?? Sum())
            return (right.own, right.total, $0) < (left.own, left.total, $1)
        }
    }

    /// Names that tell functions apart: where several have one, the address stands behind it.
    static func uniqueNames(_ functions: [ProfileMeasurement.Function]) -> [String] {
        let counts = Dictionary(functions.map { ($0.name, 1) }, uniquingKeysWith: +)
        return functions.map { function in
            guard let address = function.address, counts[function.name, default: 0] > 1 else {
                return function.name
            }
            return "\(function.name)@\(HexText.word(address))"
        }
    }
}
