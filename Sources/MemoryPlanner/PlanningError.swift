// SPDX-License-Identifier: GPL-2.0-or-later

/// Why buffers cannot be planned.
package enum PlanningError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooManyBuffers(count: Int, limit: Int)
    case duplicateName(String)
    case unlawfulSize(name: String, sizeBytes: Int, limit: Int)
    case unlawfulAlignment(name: String, alignmentBytes: Int, limit: Int)
    case unlawfulStep(name: String, step: Int, limit: Int)
    case negativeLifetime(name: String, firstStep: Int, lastStep: Int)
    case unlawfulFixedOffset(name: String, offset: Int, alignmentBytes: Int, limit: Int)
    case collidingFixedOffsets(name: String, offset: Int, other: String, otherOffset: Int)
    case unknownBuffer(name: String, sharing: String)
    case repeatedSharing(output: String, input: String)
    case emptyDeltaRange(output: String, input: String, lowest: Int, highest: Int)
    case inputOutlivesSharing(output: String, firstStep: Int, input: String, lastStep: Int)

    /// The message: what was found and what would be valid.
    package var description: String {
        switch self {
        case .tooManyBuffers(let count, let limit):
            "\(count) buffers; at most \(limit) can be planned"
        case .duplicateName(let name):
            "two buffers are called '\(name)'; names must differ"
        case .unlawfulSize(let name, let size, let limit):
            "buffer '\(name)' has \(size) bytes; valid are 1 to \(limit)"
        case .unlawfulAlignment(let name, let alignment, let limit):
            "buffer '\(name)' has alignment \(alignment); valid are powers of two up to \(limit)"
        case .unlawfulStep(let name, let step, let limit):
            "buffer '\(name)' lives at step \(step); valid are 0 to \(limit)"
        case .negativeLifetime(let name, let first, let last):
            "buffer '\(name)' lives from step \(first) to step \(last); "
                + "the last step must not come before the first"
        case .unlawfulFixedOffset(let name, let offset, let alignment, let limit):
            "buffer '\(name)' is fixed at offset \(offset); valid are multiples of "
                + "\(alignment) from 0 to \(limit)"
        case .collidingFixedOffsets(let name, let offset, let other, let otherOffset):
            "buffers '\(name)' at offset \(offset) and '\(other)' at offset \(otherOffset) are "
                + "fixed, live at the same time and overlap; move one of them"
        case .unknownBuffer(let name, let sharing):
            "the sharing \(sharing) names '\(name)', which is no buffer of this problem"
        case .repeatedSharing(let output, let input):
            "'\(output)' and '\(input)' share memory by more than one rule, or with themselves; "
                + "one rule between two different buffers is valid"
        case .emptyDeltaRange(let output, let input, let lowest, let highest):
            "'\(output)' may overwrite '\(input)' at deltas from \(lowest) to \(highest); "
                + "the lowest must not exceed the highest, and both lie within ±"
                + "\(ArenaProblem.sizeLimitBytes)"
        case .inputOutlivesSharing(let output, let first, let input, let last):
            "'\(output)' may overwrite '\(input)' from step \(first) on, but '\(input)' is needed "
                + "until step \(last); it must end at step \(first) or before"
        }
    }
}
