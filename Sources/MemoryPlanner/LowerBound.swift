// SPDX-License-Identifier: GPL-2.0-or-later

/// The most memory that any one step needs, whatever the offsets.
///
/// Counted in granules of the smallest alignment among the step's live buffers, since every buffer
/// starts on a granule: padding that no plan avoids is included. Where buffers may share memory, the
/// greatest overlap that the rules allow is taken off.
package struct LowerBound: Equatable, Sendable {
    package let bytes: Int
    /// The earliest step that needs the most; 0 of an empty problem.
    package let step: Int
    /// The buffers alive at `step`, as positions in `ArenaProblem.buffers`.
    package let buffers: [Int]

    /// The bound of a problem, fixed offsets included.
    package init(_ problem: ArenaProblem) {
        let buffers = problem.buffers
        var sharingsByStep: [Int: [Int]] = [:]
        for (index, pair) in problem.sharingIndices.enumerated()
        where buffers[pair.input].lastStep == buffers[pair.output].firstStep {
            sharingsByStep[buffers[pair.output].firstStep, default: []].append(index)
        }
        var best = (bytes: 0, step: 0, live: [Int]())
        // The set of live buffers grows only where one begins.
        for step in Set(buffers.map(\.firstStep)).sorted() {
            let live = buffers.indices.filter {
                buffers[$0].firstStep <= step && step <= buffers[$0].lastStep
            }
            let need = Self.need(problem, live: live, sharings: sharingsByStep[step] ?? [])
            if need > best.bytes { best = (need, step, live) }
        }
        bytes = best.bytes
        step = best.step
        self.buffers = best.live
    }

    private static func need(_ problem: ArenaProblem, live: [Int], sharings: [Int]) -> Int {
        let buffers = problem.buffers
        let granule = live.map { buffers[$0].alignmentBytes }.min() ?? 1
        func granules(_ index: Int) -> Int { (buffers[index].sizeBytes + granule - 1) / granule }
        // The union of the buffers is at least the sum, over any order, of what each adds to those
        // before it. Outputs come last in one order and first in the other.
        var overlapOfOutput: [Int: Int] = [:]
        var overlapOfInput: [Int: Int] = [:]
        for sharing in sharings {
            let pair = problem.sharingIndices[sharing]
            let overlap = greatestOverlap(
                output: granules(pair.output), input: granules(pair.input),
                problem.sharings[sharing], granule: granule)
            overlapOfOutput[pair.output, default: 0] += overlap
            overlapOfInput[pair.input, default: 0] += overlap
        }
        let isLayered = overlapOfOutput.keys.allSatisfy { overlapOfInput[$0] == nil }
        let sum = live.reduce(0) { $0 + granules($1) }
        func union(without overlaps: [Int: Int]) -> Int {
            overlaps.reduce(sum) { $0 - min($1.value, granules($1.key)) }
        }
        // A buffer both output and input in one step belongs in the middle: plain inclusion-exclusion.
        let union =
            isLayered
            ? max(union(without: overlapOfOutput), union(without: overlapOfInput))
            : sum - overlapOfOutput.values.reduce(0, +)
        let emptyTail = live.map { granules($0) * granule - buffers[$0].sizeBytes }.max() ?? 0
        let fixedEnd = live.map { index in
            buffers[index].fixedOffset.map { $0 + buffers[index].sizeBytes } ?? 0
        }
        return max(union * granule - emptyTail, fixedEnd.max() ?? 0)
    }

    /// The most granules that the two may have in common.
    private static func greatestOverlap(
        output: Int, input: Int, _ sharing: Sharing, granule: Int
    ) -> Int {
        // Deltas are multiples of the granule: round the allowed range inwards.
        let lowest = sharing.lowestDelta.map { -floorDivided(-$0, by: granule) } ?? -output
        let highest = sharing.highestDelta.map { floorDivided($0, by: granule) } ?? input
        guard lowest <= highest else { return 0 }
        // The overlap is a trapezium over the delta: it rises to where one holds the other.
        let rise = min(0, input - output)
        let fall = max(0, input - output)
        if highest < rise { return max(0, highest + output) }
        if lowest > fall { return max(0, input - lowest) }
        return min(output, input)
    }

    private static func floorDivided(_ value: Int, by divisor: Int) -> Int {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
