// SPDX-License-Identifier: GPL-2.0-or-later
import MemoryPlanner

/// The smallest arena by trying everything, as an oracle for problems of a few buffers.
///
/// In a smallest plan whose offsets have the least sum, each buffer is held from below: by the arena's
/// start, by the end of another, or by a sharing rule at its limit. So it is enough to place buffers in
/// every order, each at every offset that those already placed can hold it at.
enum BruteForce {
    static func smallestArena(_ buffers: [ArenaBuffer], _ sharings: [Sharing] = []) -> Int {
        var offsets = [Int?](repeating: nil, count: buffers.count)
        var best = Int.max
        var seen: Set<[Int]> = []
        func search(_ remaining: Int, _ top: Int) {
            if top >= best { return }
            if remaining == 0 {
                best = top
                return
            }
            guard seen.insert(offsets.map { $0 ?? -1 }).inserted else { return }
            for index in buffers.indices where offsets[index] == nil {
                for offset in candidates(index) where fits(index, offset) {
                    offsets[index] = offset
                    search(remaining - 1, max(top, offset + buffers[index].sizeBytes))
                    offsets[index] = nil
                }
            }
        }
        func candidates(_ index: Int) -> Set<Int> {
            if let fixed = buffers[index].fixedOffset { return [fixed] }
            var levels: Set<Int> = [0]
            for (other, offset) in offsets.enumerated() {
                guard let offset else { continue }
                levels.insert(offset + buffers[other].sizeBytes)
                for sharing in sharings {
                    let names = (buffers[index].name, buffers[other].name)
                    if names == (sharing.output, sharing.input), let low = sharing.lowestDelta {
                        levels.insert(offset + low)
                    }
                    if names == (sharing.input, sharing.output), let high = sharing.highestDelta {
                        levels.insert(offset - high)
                    }
                }
            }
            let step = buffers[index].alignmentBytes
            return Set(levels.filter { $0 > -step }.map { ($0 + step - 1) / step * step })
        }
        func fits(_ index: Int, _ offset: Int) -> Bool {
            var present = [buffers[index]]
            var places = [offset]
            for (other, place) in offsets.enumerated() {
                guard let place else { continue }
                present.append(buffers[other])
                places.append(place)
            }
            return PlanChecker.violations(
                buffers: present, sharings: sharings, offsets: places, arenaBytes: Int.max / 2
            ).isEmpty
        }
        search(buffers.count, 0)
        return best
    }
}
