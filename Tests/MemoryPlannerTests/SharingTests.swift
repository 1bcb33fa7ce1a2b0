// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner
import TestSupport
import Testing

@Suite("Outputs over inputs")
struct SharingTests {
    private func plan(_ buffers: [ArenaBuffer], _ sharings: [Sharing]) throws -> ArenaPlan {
        let plan = ArenaPlanner().plan(try ArenaProblem(buffers, sharings: sharings))
        #expect(PlanChecker.violations(plan) == [])
        return plan
    }

    @Test("should put an in-place output exactly on its input")
    func inPlace() throws {
        let buffers = [
            ArenaBuffer("x", sizeBytes: 100, firstStep: 0, lastStep: 1),
            ArenaBuffer("y", sizeBytes: 100, firstStep: 1, lastStep: 2),
        ]
        let alone = try plan(buffers, [])
        #expect(alone.arenaBytes == 200)
        let shared = try plan(buffers, [.inPlace(output: "y", input: "x")])
        #expect(shared.arenaBytes == 100)
        #expect(shared.bound.bytes == 100)
        #expect(shared.offset(of: "x") == shared.offset(of: "y"))
    }

    @Test("should let a sum overwrite either operand, and count it once")
    func sum() throws {
        let plan = try plan(
            [
                ArenaBuffer("x", sizeBytes: 64, firstStep: 0, lastStep: 2),
                ArenaBuffer("y", sizeBytes: 64, firstStep: 1, lastStep: 2),
                ArenaBuffer("s", sizeBytes: 64, firstStep: 2, lastStep: 3),
            ],
            [.ascending(output: "s", input: "x"), .ascending(output: "s", input: "y")])
        #expect(plan.arenaBytes == 128)
        #expect(plan.bound.bytes == 128)
    }

    @Test("should stand a larger streamed output as far below its input as its rows need")
    func streamed() throws {
        // 8 rows of 40 bytes over 8 rows of 32, each read before its output row is written.
        let sharing = Sharing.streamed(
            output: "y", input: "x", outputRowBytes: 40, consumedBytes: (1...8).map { 32 * $0 })
        #expect(sharing.highestDelta == -56)
        let plan = try plan(
            [
                ArenaBuffer("x", sizeBytes: 256, firstStep: 0, lastStep: 1),
                ArenaBuffer("y", sizeBytes: 320, firstStep: 1, lastStep: 2),
            ], [sharing])
        #expect(plan.offset(of: "y") == 0)
        #expect(plan.offset(of: "x") == 56)
        #expect(plan.arenaBytes == 320)
    }

    @Test("should never lose an input row that is still to be read, at any lawful delta")
    func rowsSurvive() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            let inputRow = Int.random(in: 1...9, using: &random)
            let outputRow = Int.random(in: 1...9, using: &random)
            let stride = Int.random(in: 1...2, using: &random)
            let reach = Int.random(in: 0...3, using: &random)
            let outputRows = Int.random(in: 1...8, using: &random)
            let inputRows = outputRows * stride
            let rowsRead = (0..<outputRows).map { min(inputRows, $0 * stride + reach + 1) }
            let sharing = Sharing.streamed(
                output: "y", input: "x", outputRowBytes: outputRow,
                consumedBytes: rowsRead.map { $0 * inputRow })
            func losesInput(at delta: Int) -> Bool {
                // Memory holds who wrote each byte last: the input, or an output row.
                let base = 200
                var isInput = Array(repeating: false, count: 500)
                for byte in 0..<inputRows * inputRow { isInput[base + byte] = true }
                var read = 0
                for row in 0..<outputRows {
                    while read < rowsRead[row] * inputRow {
                        if !isInput[base + read] { return true }
                        read += 1
                    }
                    for byte in 0..<outputRow {
                        isInput[base + delta + row * outputRow + byte] = false
                    }
                }
                return false
            }
            let overlap = (-outputRows * outputRow + 1)..<(inputRows * inputRow)
            for delta in overlap where sharing.allows(delta: delta) {
                #expect(!losesInput(at: delta))
            }
            if let limit = sharing.highestDelta, overlap.contains(limit + 1) {
                // The rule gives nothing away: one byte further loses a row.
                #expect(losesInput(at: limit + 1))
            }
        }
    }
}
