// SPDX-License-Identifier: GPL-2.0-or-later

/// A stretch of memory with a lifetime, to be placed in an arena.
package struct ArenaBuffer: Equatable, Sendable {
    /// What the buffer is called in tables, pictures and errors; one of a kind in a problem.
    package var name: String
    /// 1…`ArenaProblem.sizeLimitBytes`.
    package var sizeBytes: Int
    /// A power of two up to `ArenaProblem.alignmentLimitBytes`; the offset is a multiple of it.
    package var alignmentBytes: Int
    /// The schedule step that first writes the buffer; 0…`ArenaProblem.stepLimit`.
    package var firstStep: Int
    /// The last schedule step that reads or writes it, inclusive: a buffer that only one step uses
    /// has `lastStep == firstStep`.
    package var lastStep: Int
    /// Where the buffer must stand; nil leaves the choice to the planner.
    package var fixedOffset: Int?

    /// A buffer of `sizeBytes` that lives from `firstStep` to `lastStep`, both included.
    package init(
        _ name: String, sizeBytes: Int, alignmentBytes: Int = 4, firstStep: Int, lastStep: Int,
        fixedOffset: Int? = nil
    ) {
        self.name = name
        self.sizeBytes = sizeBytes
        self.alignmentBytes = alignmentBytes
        self.firstStep = firstStep
        self.lastStep = lastStep
        self.fixedOffset = fixedOffset
    }
}
