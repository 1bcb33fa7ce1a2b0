// SPDX-License-Identifier: GPL-2.0-or-later

/// A part of a layer's channels, kept exactly: 1/8 of 336 is 42 on every machine.
package struct Ratio: Sendable, Hashable {
    package let numerator: Int
    package let denominator: Int

    /// A whole.
    package static let all = Ratio(numerator: 1, denominator: 1)
    /// What a file may say.
    package static let valid = "a part in 0...1 but not 0: 1/4, 0.25 or 1"
    private static let limit = 1_000_000

    private init(numerator: Int, denominator: Int) {
        self.numerator = numerator
        self.denominator = denominator
    }

    /// nil unless 0 < numerator <= denominator <= 1,000,000.
    package init?(_ numerator: Int, over denominator: Int) {
        guard numerator > 0, denominator >= numerator, denominator <= Self.limit else {
            return nil
        }
        self.init(numerator: numerator, denominator: denominator)
    }

    /// Reads "1/4", "0.25" (up to six decimals) or "1".
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 2, let top = Int(parts[0]), let bottom = Int(parts[1]) {
            self.init(top, over: bottom)
            return
        }
        let decimals = text.split(separator: ".", omittingEmptySubsequences: false)
        guard decimals.count <= 2, decimals[0].count <= 1, let whole = Int(decimals[0]) else {
            return nil
        }
        var (top, bottom) = (whole, 1)
        if decimals.count == 2 {
            guard (1...6).contains(decimals[1].count) else { return nil }
            for digit in decimals[1] {
                guard digit.isASCII, let value = digit.wholeNumberValue else { return nil }
                top = top * 10 + value
                bottom *= 10
            }
        }
        self.init(top, over: bottom)
    }

    /// This part of `count`, rounded down, at least 1.
    package func of(_ count: Int) -> Int { max(1, count * numerator / denominator) }
}

extension Ratio: CustomStringConvertible {
    package var description: String {
        numerator == denominator ? "1" : "\(numerator)/\(denominator)"
    }
}
