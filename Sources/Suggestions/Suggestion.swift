// SPDX-License-Identifier: GPL-2.0-or-later

/// "Did you mean …?" for names that a person typed.
package enum Suggestion {
    /// The candidate with the fewest edits to `text`; nil when none is close.
    ///
    /// Close means at most a third of the characters differ (at least two may), or that three or
    /// more characters begin the candidate; upper and lower case are equal. Ties go to the first in
    /// alphabetical order.
    package static func nearest(
        to text: String, among candidates: some Sequence<String>
    ) -> String? {
        let wanted = Array(text.utf8.prefix(longestName))
        let limit = max(2, wanted.count / 3)
        var best: (distance: Int, name: String)?
        for candidate in candidates {
            let name = Array(candidate.utf8)
            guard name.count <= longestName else { continue }
            let isBeginning = wanted.count >= 3 && name.starts(with: wanted)
            guard isBeginning || abs(name.count - wanted.count) <= limit else { continue }
            let distance = isBeginning ? 1 : editDistance(wanted, name)
            guard distance <= limit else { continue }
            if let best, (best.distance, best.name) <= (distance, candidate) { continue }
            best = (distance, candidate)
        }
        return best?.name
    }

    /// Longer names are not compared: nobody types them, and a hostile image may hold many.
    private static let longestName = 128

    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        let a = a.map(lowered)
        let b = b.map(lowered)
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(diagonal + (x == y ? 0 : 1), above + 1, row[j] + 1)
                diagonal = above
            }
        }
        return row[b.count]
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
