// SPDX-License-Identifier: GPL-2.0-or-later
import ThumbISA

/// The instruction fetch of the Cortex-M7: one aligned 8-byte chunk a cycle, at most four ahead of issue (M7 TRM, prefetch
/// unit: 64-bit fetch, a queue of 4 × 64 bits).
///
/// Chunks come from zero-wait-state memory or a cache hit.
struct CortexM7FetchQueue {
    private static let depth = 4

    private var chunk: UInt32?
    /// First cycle in which the chunk's instructions can issue.
    private var readyCycle: Int
    /// Issue cycles of the last instruction of the chunks before, oldest first.
    private var consumed: [Int] = []
    private var lastIssue = 0

    /// Nothing fetched; the first chunk can issue at `cycle`.
    init(startingAt cycle: Int) {
        readyCycle = cycle - 1
    }

    /// A taken branch that was predicted: the next chunk follows directly, even when it is the same one.
    mutating func jump() {
        guard chunk != nil else { return }
        finishChunk()
        chunk = nil
    }

    /// The first cycle in which the instruction's last byte is there.
    mutating func cycle(of instruction: Instruction) -> Int {
        let first = instruction.address >> 3
        let last = (instruction.endAddress &- 1) >> 3
        if chunk == nil {
            fetch(first)
        } else if chunk != first {
            finishChunk()
            fetch(first)
        }
        if last != first {
            finishChunk()
            fetch(last)
        }
        return readyCycle
    }

    mutating func didIssue(at cycle: Int) {
        lastIssue = cycle
    }

    private mutating func finishChunk() {
        consumed.append(lastIssue)
        if consumed.count > Self.depth { consumed.removeFirst() }
    }

    private mutating func fetch(_ next: UInt32) {
        readyCycle += 1
        if consumed.count == Self.depth, let oldest = consumed.first {
            readyCycle = max(readyCycle, oldest + 1)
        }
        chunk = next
    }
}
