// SPDX-License-Identifier: GPL-2.0-or-later

/// Leave for the output of a step to overwrite an input that dies in the same step.
///
/// The two may overlap in memory wherever `output.offset - input.offset` lies from `lowestDelta` to
/// `highestDelta` (nil: unbounded); elsewhere they must be disjoint. Leaves to different inputs of
/// one output hold at once, because each speaks only of its own pair.
package struct Sharing: Equatable, Sendable {
    /// The name of the buffer that is written.
    package var output: String
    /// The name of the buffer that is read for the last time; it must not outlive the output's
    /// first step.
    package var input: String
    /// The least lawful `output.offset - input.offset`, in bytes.
    package var lowestDelta: Int?
    /// The greatest lawful `output.offset - input.offset`, in bytes.
    package var highestDelta: Int?

    /// Leave for `output` to overwrite `input` at a delta from `lowestDelta` to `highestDelta`.
    package init(output: String, input: String, lowestDelta: Int?, highestDelta: Int?) {
        self.output = output
        self.input = input
        self.lowestDelta = lowestDelta
        self.highestDelta = highestDelta
    }

    /// The output takes exactly the input's place, as when a kernel works in place.
    package static func inPlace(output: String, input: String) -> Sharing {
        Sharing(output: output, input: input, lowestDelta: 0, highestDelta: 0)
    }

    /// Elements of equal size written in ascending order, each after its input has been read.
    package static func ascending(output: String, input: String) -> Sharing {
        Sharing(output: output, input: input, lowestDelta: nil, highestDelta: 0)
    }

    /// Rows written in ascending order over input that has been consumed.
    ///
    /// Rows that are written when all input has been consumed may stand anywhere.
    /// - Parameters:
    ///   - outputRowBytes: the bytes of each output row; row i is written whole, after row i - 1.
    ///   - consumedBytes: for each output row, how many leading bytes of the input are no longer read
    ///     once that row is about to be written; as many as there are output rows, not descending. The
    ///     last is all that is ever read.
    package static func streamed(
        output: String, input: String, outputRowBytes: Int, consumedBytes: [Int]
    ) -> Sharing {
        let all = consumedBytes.last ?? 0
        let slacks = consumedBytes.enumerated().compactMap { row, consumed in
            consumed < all ? consumed - (row + 1) * outputRowBytes : nil
        }
        return Sharing(
            output: output, input: input, lowestDelta: nil, highestDelta: slacks.min())
    }

    /// Whether overlapping at this `output.offset - input.offset` is lawful.
    package func allows(delta: Int) -> Bool {
        if let lowestDelta, delta < lowestDelta { return false }
        if let highestDelta, delta > highestDelta { return false }
        return true
    }
}
