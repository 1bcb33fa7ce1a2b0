// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TestSupport

/// Problems from a seed, of the kinds that compilers and bad luck make.
enum RandomProblems {
    enum Kind: CaseIterable {
        /// Any lifetimes, some of a single step.
        case scattered
        /// All alive at once.
        case equalLifetimes
        /// Each is handed to the next.
        case chain
        /// A chain with buffers that skip ahead.
        case skips
        /// Buffer i lives from forward i to backward i.
        case mirrored
        /// Scattered, some at fixed offsets.
        case fixed
        /// A chain whose members may overwrite each other.
        case sharing
    }

    static func problem(
        _ kind: Kind, count: Int, seed: UInt64, alignments: [Int] = [1, 4, 16], largest: Int = 200
    ) throws -> ArenaProblem {
        var random = SeededGenerator(seed: seed &* 7919 &+ UInt64(count))
        var buffers: [ArenaBuffer] = []
        var sharings: [Sharing] = []
        var fixedTop = 0
        for index in 0..<count {
            var (first, last) = (index, index + 1)
            switch kind {
            case .scattered, .fixed:
                first = Int.random(in: 0..<count, using: &random)
                last = first + Int.random(in: 0...max(1, count / 3), using: &random)
            case .equalLifetimes: (first, last) = (3, 7)
            case .chain, .sharing: break
            case .skips: last += index % 3 == 0 ? Int.random(in: 0...5, using: &random) : 0
            case .mirrored: last = 2 * count - index - Int.random(in: 0...1, using: &random)
            }
            let alignment = alignments[Int.random(in: 0..<alignments.count, using: &random)]
            let size = Int.random(in: 1...largest, using: &random)
            var fixedOffset: Int?
            if kind == .fixed, index % 4 == 1 {
                let gap = Int.random(in: 0...largest / 2, using: &random)
                fixedOffset = (fixedTop + gap + alignment - 1) / alignment * alignment
                fixedTop = (fixedOffset ?? 0) + size
            }
            buffers.append(
                ArenaBuffer(
                    "t\(index)", sizeBytes: size, alignmentBytes: alignment, firstStep: first,
                    lastStep: last, fixedOffset: fixedOffset))
            guard kind == .sharing, index > 0, Int.random(in: 0..<3, using: &random) > 0 else {
                continue
            }
            let low = Int.random(in: -40...40, using: &random)
            let high = low + Int.random(in: 0...40, using: &random)
            sharings.append(
                Sharing(
                    output: "t\(index)", input: "t\(index - 1)",
                    lowestDelta: index % 3 == 0 ? low : nil,
                    highestDelta: index % 3 == 1 ? nil : high))
        }
        return try ArenaProblem(buffers, sharings: sharings)
    }
}
