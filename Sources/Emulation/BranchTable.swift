// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// What the detailed mode has learned of each branch, by its address; at fixed addresses until the end.
final class BranchTable {
    private var branches: [UInt32: UnsafeMutablePointer<kl_branch>] = [:]

    deinit { branches.values.forEach { $0.deallocate() } }

    func branch(at address: UInt32) -> UnsafeMutablePointer<kl_branch> {
        if let known = branches[address] { return known }
        let new = UnsafeMutablePointer<kl_branch>.allocate(capacity: 1)
        new.initialize(to: kl_branch(counter: UInt32(KL_UNMET), target: 1))
        branches[address] = new
        return new
    }

    var byteCount: Int { branches.count * (MemoryLayout<kl_branch>.stride + 32) }
}

extension kl_block_detail {
    /// The edge from `predecessor` has this branch on it, or none.
    mutating func predict(
        _ edge: PredictedEdge?, from predecessor: UInt32, _ branches: BranchTable
    ) {
        let count = Int(predicted_count)
        let known = (0..<count).first { predicted[$0].predecessor == predecessor }
        guard let edge else {
            // No predecessor has an odd address.
            if let known { predicted[known].predecessor = KL_VACANT }
            return
        }
        let new = kl_predicted_edge(
            predecessor: predecessor, wrong_ticks: edge.wrongTicks,
            branch: branches.branch(at: edge.address), is_taken: edge.isTaken,
            is_conditional: edge.isConditional, is_backward: edge.isBackward,
            is_indirect: edge.isIndirect)
        if let known {
            predicted[known] = new
            return
        }
        let grown = UnsafeMutablePointer<kl_predicted_edge>.allocate(capacity: count + 1)
        if let predicted {
            grown.moveInitialize(from: predicted, count: count)
            predicted.deallocate()
        }
        (grown + count).initialize(to: new)
        predicted = grown
        predicted_count += 1
        is_simple = false
    }
}
