// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite struct BranchPredictorTests {
    /// How many of these outcomes of one branch are mispredicted.
    private func mispredictions(of outcomes: [Bool], isBackward: Bool = false) -> Int {
        var predictor = BranchPredictor()
        return outcomes.filter {
            predictor.predictAndTrain(branchAddress: 0x100, isBackward: isBackward, taken: $0)
        }.count
    }

    @Test("should mispredict the end of a loop, and not its beginning the next time")
    func loops() {
        let passage = [Bool](repeating: true, count: 9) + [false]
        #expect(mispredictions(of: passage, isBackward: true) == 1)
        #expect(mispredictions(of: passage + passage + passage, isBackward: true) == 3)
    }

    @Test("should follow a branch that goes one way")
    func oneWay() {
        #expect(mispredictions(of: [Bool](repeating: false, count: 100)) == 0)
        #expect(mispredictions(of: [Bool](repeating: true, count: 100)) == 1)
    }

    @Test("should be wrong for the minority when that is rare")
    func minority() {
        let outcomes = (0..<100).map { $0 % 10 == 9 }
        #expect(mispredictions(of: outcomes) == 10)
    }

    @Test("should keep branches apart")
    func keepsApart() {
        var predictor = BranchPredictor()
        for _ in 0..<4 {
            _ = predictor.predictAndTrain(branchAddress: 0x100, isBackward: false, taken: true)
        }
        let isWrong = predictor.predictAndTrain(
            branchAddress: 0x102, isBackward: false, taken: false)
        #expect(!isWrong)
    }

    @Test("should expect an indirect branch where it went the last time")
    func indirect() {
        var predictor = BranchPredictor()
        let wrong = [0x10, 0x10, 0x20, 0x20, 0x10].map {
            predictor.predictAndTrain(branchAddress: 0x100, target: $0)
        }
        #expect(wrong == [true, false, true, false, true])
    }

    struct Edge: Sendable {
        var code: String
        var path: [Int]
        var isTaken: Bool
        var isIndirect = false
        var predicted: Double
        var misprediction: Double
    }

    static let edges = [
        Edge(
            code: "ldrd r2, r3, [r4]; cmp r0, r1; beq 1f; nop; 1: adds r0, #1", path: [0, 2],
            isTaken: true, predicted: 1, misprediction: 8),
        Edge(
            code: "ldrd r2, r3, [r4]; cmp r0, r1; beq 1f; nop; 1: adds r0, #1", path: [0, 1],
            isTaken: false, predicted: 1, misprediction: 8),
        Edge(
            code: "1: ldrd r2, r3, [r4]; cmp r0, r1; bne 1b; adds r0, #1", path: [0, 1],
            isTaken: false, predicted: 1, misprediction: 8),
        Edge(
            code: "1: subs r0, #1; ldm r1, {r2-r7}; nop; bne 1b; adds r0, #1", path: [0, 1],
            isTaken: false, predicted: 1, misprediction: 6),
        Edge(
            code: "ldrd r2, r3, [r4]; nop; bx lr; adds r0, #1", path: [0, 1], isTaken: true,
            isIndirect: true, predicted: 1, misprediction: 8),
    ]

    @Test(
        "should tell what an edge costs when its branch is predicted, and when not",
        arguments: edges)
    func costs(edge: Edge) throws {
        let blocks = try CodeBlock.blocks(ofAssembly: edge.code)
        let branch = try #require(
            CortexM7Pipeline().predictedBranch(
                from: blocks[edge.path[0]], to: blocks[edge.path[1]]))
        #expect(branch.isTaken == edge.isTaken)
        #expect(branch.isIndirect == edge.isIndirect)
        #expect(branch.predictedCost.exactCycles == edge.predicted)
        #expect(Double(branch.mispredictionFixedPoint) / 256 == edge.misprediction)
    }

    @Test("should not predict what can go one way only")
    func direct() throws {
        for code in ["b 1f; nop; 1: nop", "bl 1f; nop; 1: nop"] {
            let blocks = try CodeBlock.blocks(ofAssembly: code)
            #expect(CortexM7Pipeline().predictedBranch(from: blocks[0], to: blocks[2]) == nil)
        }
        let straight = try CodeBlock.blocks(ofAssembly: "nop; 1: nop; b 1b")
        #expect(CortexM7Pipeline().predictedBranch(from: straight[0], to: straight[1]) == nil)
    }

    @Test("should predict nothing on a Cortex-M4")
    func cortexM4() throws {
        let blocks = try CodeBlock.blocks(ofAssembly: "1: subs r0, #1; bne 1b; nop")
        let pipeline = Pipelines.make(core: .cortexM4, memory: MemoryTiming())
        #expect(pipeline.predictedBranch(from: blocks[0], to: blocks[0]) == nil)
    }

    @Test("should train on the program's edges")
    func trains() throws {
        let blocks = try CodeBlock.blocks(ofAssembly: "1: subs r0, #1; bne 1b; nop")
        let pipeline = CortexM7Pipeline()
        let back = try #require(pipeline.predictedBranch(from: blocks[0], to: blocks[0]))
        let out = try #require(pipeline.predictedBranch(from: blocks[0], to: blocks[1]))
        var predictor = BranchPredictor()
        let wrong = [back, back, out, back, back, out].map { predictor.predictAndTrain($0) }
        #expect(wrong == [false, false, true, false, false, true])
    }
}
