// SPDX-License-Identifier: GPL-2.0-or-later

/// Proves a plan by looking at every pair of buffers; shares no code with the planner.
package enum PlanChecker {
    /// Everything that is wrong with a plan, a sentence each; empty for a sound one.
    package static func violations(_ plan: ArenaPlan) -> [String] {
        violations(
            buffers: plan.problem.buffers, sharings: plan.problem.sharings, offsets: plan.offsets,
            arenaBytes: plan.arenaBytes)
    }

    /// The same for offsets from anywhere, one for each buffer.
    package static func violations(
        buffers: [ArenaBuffer], sharings: [Sharing], offsets: [Int], arenaBytes: Int
    ) -> [String] {
        guard buffers.count == offsets.count else {
            return ["\(offsets.count) offsets for \(buffers.count) buffers"]
        }
        var found: [String] = []
        for i in 0..<buffers.count {
            let name = buffers[i].name
            if offsets[i] < 0 || offsets[i] > arenaBytes - buffers[i].sizeBytes {
                found.append(
                    "'\(name)' at \(offsets[i]) with \(buffers[i].sizeBytes) bytes leaves the arena "
                        + "of \(arenaBytes)")
            }
            if offsets[i] % buffers[i].alignmentBytes != 0 {
                found.append(
                    "'\(name)' at \(offsets[i]) is not aligned to \(buffers[i].alignmentBytes)")
            }
            if let fixed = buffers[i].fixedOffset, fixed != offsets[i] {
                found.append("'\(name)' stands at \(offsets[i]) instead of \(fixed)")
            }
            for j in 0..<i {
                // Some step uses both: the later beginning is not past the earlier end.
                let begin = max(buffers[i].firstStep, buffers[j].firstStep)
                if begin > min(buffers[i].lastStep, buffers[j].lastStep) { continue }
                // Some byte belongs to both.
                let low = max(offsets[i], offsets[j])
                let high = min(offsets[i] + buffers[i].sizeBytes, offsets[j] + buffers[j].sizeBytes)
                if low >= high { continue }
                if mayShare(buffers[i], offsets[i], buffers[j], offsets[j], sharings) { continue }
                found.append(
                    "'\(buffers[j].name)' and '\(name)' both hold bytes \(low)..<\(high) at step "
                        + "\(begin)")
            }
        }
        return found
    }

    private static func mayShare(
        _ one: ArenaBuffer, _ oneOffset: Int, _ other: ArenaBuffer, _ otherOffset: Int,
        _ sharings: [Sharing]
    ) -> Bool {
        for sharing in sharings {
            let forward = sharing.output == one.name && sharing.input == other.name
            let backward = sharing.output == other.name && sharing.input == one.name
            guard forward || backward else { continue }
            let (written, read) = forward ? (one, other) : (other, one)
            let delta = forward ? oneOffset - otherOffset : otherOffset - oneOffset
            let above = sharing.lowestDelta.map { delta >= $0 } ?? true
            let below = sharing.highestDelta.map { delta <= $0 } ?? true
            // What is read after the step that writes must not be overwritten.
            if above, below, read.lastStep <= written.firstStep { return true }
        }
        return false
    }
}
