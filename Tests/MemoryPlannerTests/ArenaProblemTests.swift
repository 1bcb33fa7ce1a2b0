// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import Testing

@Suite("Problems that cannot be planned")
struct ArenaProblemTests {
    private func buffer(
        _ name: String = "a", size: Int = 8, alignment: Int = 4, steps: (Int, Int) = (0, 1),
        at fixedOffset: Int? = nil
    ) -> ArenaBuffer {
        ArenaBuffer(
            name, sizeBytes: size, alignmentBytes: alignment, firstStep: steps.0,
            lastStep: steps.1, fixedOffset: fixedOffset)
    }

    private func message(_ buffers: [ArenaBuffer], _ sharings: [Sharing] = []) -> String? {
        do throws(PlanningError) {
            _ = try ArenaProblem(buffers, sharings: sharings)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("should name the buffer, what was found and what is valid")
    func buffers() {
        #expect(message([buffer()]) == nil)
        #expect(message([buffer(), buffer()]) == "two buffers are called 'a'; names must differ")
        for size in [Int.min, -1, 0, 1 << 41, Int.max] {
            #expect(
                message([buffer(size: size)])
                    == "buffer 'a' has \(size) bytes; valid are 1 to 1099511627776")
        }
        for alignment in [Int.min, -4, 0, 3, 8192, Int.max] {
            #expect(
                message([buffer(alignment: alignment)])
                    == "buffer 'a' has alignment \(alignment); valid are powers of two up to 4096")
        }
        #expect(
            message([buffer(steps: (5, 4))]) == "buffer 'a' lives from step 5 to step 4; "
                + "the last step must not come before the first")
        for steps in [(-1, 3), (Int.min, 0), (0, Int.max)] {
            #expect(message([buffer(steps: steps)])?.contains("valid are 0 to") == true)
        }
        let many = (0...ArenaProblem.bufferLimit).map { buffer("t\($0)") }
        #expect(message(many) == "4097 buffers; at most 4096 can be planned")
    }

    @Test("should refuse fixed offsets that are unaligned or collide")
    func fixedOffsets() {
        for offset in [-4, 2, Int.max] {
            #expect(
                message([buffer(at: offset)]) == "buffer 'a' is fixed at offset \(offset); "
                    + "valid are multiples of 4 from 0 to 1099511627776")
        }
        let collision = [buffer(at: 0), buffer("b", steps: (1, 2), at: 4)]
        #expect(
            message(collision) == "buffers 'a' at offset 0 and 'b' at offset 4 are fixed, live at "
                + "the same time and overlap; move one of them")
        #expect(message([buffer(at: 0), buffer("b", steps: (2, 2), at: 4)]) == nil)
        #expect(message([buffer(at: 0), buffer("b", steps: (1, 2), at: 8)]) == nil)
        let sharing = Sharing(output: "b", input: "a", lowestDelta: 4, highestDelta: 4)
        #expect(message(collision, [sharing]) == nil)
        let other = Sharing(output: "b", input: "a", lowestDelta: 5, highestDelta: 9)
        #expect(message(collision, [other]) != nil)
    }

    @Test("should refuse sharing that would lose data or makes no sense")
    func sharings() {
        let pair = [buffer(), buffer("b", steps: (1, 2))]
        #expect(message(pair, [.inPlace(output: "b", input: "a")]) == nil)
        #expect(
            message(pair, [.inPlace(output: "a", input: "b")]) == "'a' may overwrite 'b' from step "
                + "0 on, but 'b' is needed until step 2; it must end at step 0 or before")
        #expect(
            message(pair, [.inPlace(output: "c", input: "a")])
                == "the sharing 'c' over 'a' names 'c', which is no buffer of this problem")
        let twice = [Sharing.inPlace(output: "b", input: "a"), .ascending(output: "b", input: "a")]
        #expect(message(pair, twice)?.contains("by more than one rule") == true)
        #expect(message(pair, [.inPlace(output: "a", input: "a")])?.contains("themselves") == true)
        for (low, high) in [(1, 0), (Int.min, 0), (0, Int.max)] {
            let sharing = Sharing(output: "b", input: "a", lowestDelta: low, highestDelta: high)
            #expect(message(pair, [sharing])?.contains("deltas from \(low) to \(high)") == true)
        }
    }
}
