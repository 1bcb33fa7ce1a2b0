// SPDX-License-Identifier: GPL-2.0-or-later

/// Buffers to be placed in one arena, checked on creation.
package struct ArenaProblem: Equatable, Sendable {
    /// 1 TiB: beyond any memory this is for, and small enough that no sum of sizes overflows.
    package static let sizeLimitBytes = 1 << 40
    package static let alignmentLimitBytes = 4096
    /// The last step that a schedule may have.
    package static let stepLimit = 1 << 40
    /// The search is quadratic in the number of buffers.
    package static let bufferLimit = 4096

    package let buffers: [ArenaBuffer]
    package let sharings: [Sharing]
    /// For each sharing, the positions of its output and input in `buffers`.
    let sharingIndices: [(output: Int, input: Int)]

    /// Checks names, sizes, alignments, lifetimes, fixed offsets and sharings.
    package init(_ buffers: [ArenaBuffer], sharings: [Sharing] = []) throws(PlanningError) {
        guard buffers.count <= Self.bufferLimit else {
            throw .tooManyBuffers(count: buffers.count, limit: Self.bufferLimit)
        }
        var positions: [String: Int] = [:]
        for (index, buffer) in buffers.enumerated() {
            guard positions.updateValue(index, forKey: buffer.name) == nil else {
                throw .duplicateName(buffer.name)
            }
            try Self.check(buffer)
        }
        self.buffers = buffers
        self.sharings = sharings
        sharingIndices = try Self.resolve(sharings, buffers, positions)
        try checkFixedOffsets()
    }

    package static func == (one: ArenaProblem, other: ArenaProblem) -> Bool {
        one.buffers == other.buffers && one.sharings == other.sharings
    }

    private static func check(_ buffer: ArenaBuffer) throws(PlanningError) {
        let name = buffer.name
        guard (1...sizeLimitBytes).contains(buffer.sizeBytes) else {
            throw .unlawfulSize(name: name, sizeBytes: buffer.sizeBytes, limit: sizeLimitBytes)
        }
        let alignment = buffer.alignmentBytes
        guard (1...alignmentLimitBytes).contains(alignment), alignment & (alignment - 1) == 0 else {
            throw .unlawfulAlignment(
                name: name, alignmentBytes: alignment, limit: alignmentLimitBytes)
        }
        for step in [buffer.firstStep, buffer.lastStep] {
            guard (0...stepLimit).contains(step) else {
                throw .unlawfulStep(name: name, step: step, limit: stepLimit)
            }
        }
        guard buffer.lastStep >= buffer.firstStep else {
            throw .negativeLifetime(
                name: name, firstStep: buffer.firstStep, lastStep: buffer.lastStep)
        }
        if let offset = buffer.fixedOffset {
            guard (0...sizeLimitBytes).contains(offset), offset % alignment == 0 else {
                throw .unlawfulFixedOffset(
                    name: name, offset: offset, alignmentBytes: alignment, limit: sizeLimitBytes)
            }
        }
    }

    private static func resolve(
        _ sharings: [Sharing], _ buffers: [ArenaBuffer], _ positions: [String: Int]
    ) throws(PlanningError) -> [(output: Int, input: Int)] {
        var pairs: Set<[Int]> = []
        var indices: [(output: Int, input: Int)] = []
        for sharing in sharings {
            let label = "'\(sharing.output)' over '\(sharing.input)'"
            guard let output = positions[sharing.output] else {
                throw .unknownBuffer(name: sharing.output, sharing: label)
            }
            guard let input = positions[sharing.input] else {
                throw .unknownBuffer(name: sharing.input, sharing: label)
            }
            let pair = [min(output, input), max(output, input)]
            guard output != input, pairs.insert(pair).inserted else {
                throw .repeatedSharing(output: sharing.output, input: sharing.input)
            }
            let lowest = sharing.lowestDelta ?? -sizeLimitBytes
            let highest = sharing.highestDelta ?? sizeLimitBytes
            guard lowest <= highest, lowest >= -sizeLimitBytes, highest <= sizeLimitBytes else {
                throw .emptyDeltaRange(
                    output: sharing.output, input: sharing.input, lowest: lowest, highest: highest)
            }
            guard buffers[input].lastStep <= buffers[output].firstStep else {
                throw .inputOutlivesSharing(
                    output: sharing.output, firstStep: buffers[output].firstStep,
                    input: sharing.input, lastStep: buffers[input].lastStep)
            }
            indices.append((output, input))
        }
        return indices
    }

    private func checkFixedOffsets() throws(PlanningError) {
        let fixed = buffers.filter { $0.fixedOffset != nil }
        for (index, one) in fixed.enumerated() {
            for other in fixed[(index + 1)...] {
                guard let offset = one.fixedOffset, let otherOffset = other.fixedOffset else {
                    continue
                }
                let meet = one.firstStep <= other.lastStep && other.firstStep <= one.lastStep
                let overlap =
                    offset < otherOffset + other.sizeBytes && otherOffset < offset + one.sizeBytes
                guard meet, overlap else { continue }
                let isLawful = sharings.contains {
                    ($0.output == one.name && $0.input == other.name
                        && $0.allows(delta: offset - otherOffset))
                        || ($0.output == other.name && $0.input == one.name
                            && $0.allows(delta: otherOffset - offset))
                }
                if !isLawful {
                    throw .collidingFixedOffsets(
                        name: one.name, offset: offset, other: other.name, otherOffset: otherOffset)
                }
            }
        }
    }
}
