// SPDX-License-Identifier: GPL-2.0-or-later

/// A memory of the chip, for counting what of an image lies in it.
package struct MemoryWindow: Sendable, Equatable {
    package var name: String
    package var origin: UInt32
    package var lengthBytes: UInt32
    /// Further addresses of the same bytes.
    package var aliases: [UInt32]

    package init(name: String, origin: UInt32, lengthBytes: UInt32, aliases: [UInt32] = []) {
        self.name = name
        self.origin = origin
        self.lengthBytes = lengthBytes
        self.aliases = aliases
    }

    /// Offset of `address` from the memory's start, through whichever alias holds it.
    package func offset(of address: UInt32) -> UInt64? {
        for start in [origin] + aliases
        where address >= start && UInt64(address) - UInt64(start) < UInt64(lengthBytes) {
            return UInt64(address) - UInt64(start)
        }
        return nil
    }
}

/// A set of byte ranges; overlapping ranges count once.
struct ByteRanges {
    private var ranges: [Range<UInt64>] = []

    mutating func insert(start: UInt64, count: UInt64) {
        if count > 0 { ranges.append(start..<start + count) }
    }

    var merged: [Range<UInt64>] {
        var result: [Range<UInt64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound {
                result[result.count - 1] =
                    last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    var coveredBytes: UInt64 { merged.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) } }

    var spanBytes: UInt64 {
        let all = merged
        guard let first = all.first, let last = all.last else { return 0 }
        return last.upperBound - first.lowerBound
    }
}
