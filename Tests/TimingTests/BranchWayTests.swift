// SPDX-License-Identifier: GPL-2.0-or-later
import Testing
import ThumbISA
import Timing

@Suite struct BranchWayTests {
    /// The ways along a walk through the blocks of some code.
    private func ways(of code: String, along walk: [Int]) throws -> [BranchWay?] {
        let blocks = try CodeBlock.blocks(ofAssembly: code)
        var ways = BranchWays()
        return zip(walk, walk.dropFirst()).map { from, to in
            ways.way(from: blocks[from], to: blocks[to])
        }
    }

    @Test("should keep the way that a branch took first")
    func keepsFirst() throws {
        let loop = "1: subs r0, #1; bne 1b; nop; b 1b"
        #expect(
            try ways(of: loop, along: [0, 0, 0, 1, 0, 0, 1])
                == [.first, .first, .other, nil, .first, .other])
        #expect(
            try ways(of: loop, along: [0, 1, 0, 0, 1]) == [.first, nil, .other, .first])
    }

    @Test("should know each branch by its address, whatever block it ends")
    func byAddress() throws {
        let code = "1: nop; 2: subs r0, #1; bne 3f; b 1b; 3: b 2b"
        #expect(try ways(of: code, along: [1, 2, 0]) == [.first, nil])
        let blocks = try CodeBlock.blocks(ofAssembly: code)
        let joined = CodeBlock(
            address: blocks[0].address,
            instructions: blocks[0].instructions + blocks[1].instructions)
        var ways = BranchWays()
        #expect(ways.way(from: blocks[1], to: blocks[2]) == .first)
        #expect(ways.way(from: joined, to: blocks[2]) == .first)
        #expect(ways.way(from: joined, to: blocks[3]) == .other)
    }

    @Test("should tell targets of returns apart")
    func returns() throws {
        let code = "bx lr; 1: nop; b 1b; 2: nop; b 2b"
        #expect(try ways(of: code, along: [0, 1]) == [.first])
        let blocks = try CodeBlock.blocks(ofAssembly: code)
        var ways = BranchWays()
        #expect(ways.way(from: blocks[0], to: blocks[2]) == .first)
        #expect(ways.way(from: blocks[0], to: blocks[1]) == .other)
        #expect(ways.way(from: blocks[0], to: blocks[2]) == .first)
    }

    @Test("should know nothing where nothing is predicted")
    func unpredicted() throws {
        let blocks = try CodeBlock.blocks(ofAssembly: "nop; 1: nop; b 1b")
        var ways = BranchWays()
        #expect(ways.way(from: nil, to: blocks[0]) == nil)
        #expect(ways.way(from: blocks[0], to: blocks[1]) == nil)
        #expect(ways.way(from: blocks[1], to: blocks[1]) == nil)
    }

    @Test("should begin anew with another branch at the same address")
    func rewritten() throws {
        let before = try CodeBlock.blocks(ofAssembly: "1: subs r0, #1; bne 1b; nop")
        let after = try CodeBlock.blocks(ofAssembly: "1: subs r0, #1; bpl 1b; nop")
        var ways = BranchWays()
        #expect(ways.way(from: before[0], to: before[0]) == .first)
        #expect(ways.way(from: after[0], to: after[1]) == .first)
        #expect(ways.way(from: after[0], to: after[0]) == .other)
    }

    @Test("should change nothing on a core that predicts nothing")
    func cortexM4() throws {
        let blocks = try CodeBlock.blocks(ofAssembly: "1: subs r0, #1; bne 1b; nop")
        let pipeline = CortexM4Pipeline()
        #expect(
            pipeline.cost(of: blocks[1], after: blocks[0], way: .other)
                == pipeline.cost(of: blocks[1], after: blocks[0]))
    }
}
