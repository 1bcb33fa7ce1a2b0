// SPDX-License-Identifier: GPL-2.0-or-later

/// A problem as the search sees it: plain numbers, sharings by buffer.
struct Instance {
    struct Item {
        var size: Int
        var alignment: Int
        var first: Int
        var last: Int
    }

    /// A buffer that another may overlap at some deltas.
    struct Partner {
        var index: Int
        /// The allowed `own offset - partner's offset`.
        var lowest: Int
        var highest: Int
    }

    let items: [Item]
    /// The fixed buffers with their offsets.
    let fixed: [(index: Int, offset: Int)]
    /// The buffers to be placed.
    let free: [Int]
    /// For each buffer, those that it may overlap.
    let partners: [[Partner]]
    /// The pairs that may overlap.
    let pairs: [(output: Int, input: Int)]
    /// For each buffer, the most bytes alive at any step of its life.
    let pressures: [Int]
    let lowerBound: Int

    init(_ problem: ArenaProblem, lowerBound: Int) {
        let buffers = problem.buffers
        items = buffers.map {
            Item(
                size: $0.sizeBytes, alignment: $0.alignmentBytes, first: $0.firstStep,
                last: $0.lastStep)
        }
        fixed = buffers.indices.compactMap { index in
            buffers[index].fixedOffset.map { (index, $0) }
        }
        free = buffers.indices.filter { buffers[$0].fixedOffset == nil }
        var partners = [[Partner]](repeating: [], count: buffers.count)
        var pairs: [(output: Int, input: Int)] = []
        for (sharing, pair) in zip(problem.sharings, problem.sharingIndices)
        where buffers[pair.input].lastStep == buffers[pair.output].firstStep {
            let lowest = sharing.lowestDelta ?? -ArenaProblem.sizeLimitBytes
            let highest = sharing.highestDelta ?? ArenaProblem.sizeLimitBytes
            partners[pair.output].append(
                Partner(index: pair.input, lowest: lowest, highest: highest))
            partners[pair.input].append(
                Partner(index: pair.output, lowest: -highest, highest: -lowest))
            pairs.append(pair)
        }
        self.partners = partners
        self.pairs = pairs
        self.lowerBound = lowerBound
        pressures = Self.pressures(items)
    }

    private static func pressures(_ items: [Item]) -> [Int] {
        let steps = Set(items.map(\.first)).sorted()
        let sums = steps.map { step in
            items.reduce(0) { $1.first <= step && step <= $1.last ? $0 + $1.size : $0 }
        }
        return items.map { item in
            // The live set grows only where a buffer begins, so one of these steps has the most.
            let begin = steps.partitioningIndex { $0 >= item.first }
            let end = steps.partitioningIndex { $0 > item.last }
            return sums[begin..<end].max() ?? 0
        }
    }

    func meet(_ one: Int, _ other: Int) -> Bool {
        items[one].first <= items[other].last && items[other].first <= items[one].last
    }
}

/// The least multiple of `alignment`, a power of two, that is not below `value`.
func alignedUp(_ value: Int, to alignment: Int) -> Int {
    (value + alignment - 1) & ~(alignment - 1)
}
