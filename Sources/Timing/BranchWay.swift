// SPDX-License-Identifier: GPL-2.0-or-later
package import ThumbISA

/// Where the branch on an edge leads, compared with where it led the first time.
package enum BranchWay: Sendable, Equatable {
    case first
    case other
}

/// Where each branch of a program led the first time: what the fast mode, which charges an edge the same every time, can
/// know of the branch's habit when it first meets the edge.
package struct BranchWays: Sendable {
    private struct Branch {
        var encoding: UInt32
        var destination: UInt32
    }

    private var branches: [UInt32: Branch] = [:]

    package init() {}

    /// The way of the branch between two blocks; nil where the core predicts nothing.
    ///
    /// The first call for a branch decides which way is its first; another branch at its address begins anew.
    package mutating func way(from predecessor: CodeBlock?, to block: CodeBlock) -> BranchWay? {
        guard let branch = BlockEdge(from: predecessor, to: block).branch, branch.isPredictable
        else { return nil }
        if let known = branches[branch.address], known.encoding == branch.encoding {
            return known.destination == block.address ? .first : .other
        }
        branches[branch.address] = Branch(
            encoding: branch.encoding, destination: block.address)
        return .first
    }
}
