// SPDX-License-Identifier: GPL-2.0-or-later

/// How far a figure may go.
package struct Limit: Sendable, Equatable {
    package enum Direction: Sendable, Equatable {
        /// The figure must not be above.
        case atMost
        /// The figure must not be below.
        case atLeast
    }

    enum Bound: Sendable, Equatable {
        /// In the figure's own unit.
        case absolute(Double)
        /// In seconds, for a figure in cycles.
        case time(Double)
        /// To the baseline's figure, percent of it.
        case percent(Double)
        /// To the baseline's figure, in the figure's own unit.
        case difference(Double)
        /// To the baseline's figure in cycles, seconds.
        case timeDifference(Double)
    }

    package var direction: Direction
    var bound: Bound
    /// As written.
    package var text: String

    /// Whether it is measured from the baseline's figure.
    package var isRelative: Bool {
        switch bound {
        case .absolute, .time: false
        case .percent, .difference, .timeDifference: true
        }
    }

    /// The most (or least) that the figure may be; nil when it hangs on a baseline that there is
    /// not, or the percentage of a baseline of nothing.
    package func threshold(baseline: Double?, clockHz: UInt64) -> Double? {
        let clock = Double(clockHz)
        return switch bound {
        case .absolute(let value): value
        case .time(let seconds): seconds * clock
        case .percent(let percent): baseline.map { $0 + $0.magnitude * percent / 100 }
        case .difference(let value): baseline.map { $0 + value }
        case .timeDifference(let seconds): baseline.map { $0 + seconds * clock }
        }
    }

    func isExceeded(by value: Double, threshold: Double) -> Bool {
        // Never met by "nan".
        switch direction {
        case .atMost: !(value <= threshold)
        case .atLeast: !(value >= threshold)
        }
    }

    /// Whether this limit strikes before `other` does, where that can be said.
    func isTighter(than other: Limit) -> Bool? {
        let pair: (Double, Double)
        switch (bound, other.bound) {
        case (.absolute(let a), .absolute(let b)), (.time(let a), .time(let b)),
            (.percent(let a), .percent(let b)), (.difference(let a), .difference(let b)),
            (.timeDifference(let a), .timeDifference(let b)):
            pair = (a, b)
        default: return nil
        }
        return direction == .atMost ? pair.0 < pair.1 : pair.0 > pair.1
    }
}

extension Limit {
    /// Reads `64 KiB`, `<= 64 KiB`, `>= 0.80`, `+2 %`, `-1 kcycles`, `>= -1 %`; nil for what is no limit
    /// of such a figure.
    ///
    /// - Parameter needsDirection: refuse limits without `<=` or `>=`, since nobody knows which way is
    ///   better.
    init?(_ text: String, unit: FigureUnit, needsDirection: Bool) {
        self.text = text.trimmingBlanks
        var rest = self.text
        direction = .atMost
        if rest.hasPrefix(">=") || rest.hasPrefix("<=") {
            direction = rest.hasPrefix(">=") ? .atLeast : .atMost
            rest = String(rest.dropFirst(2))
        } else if needsDirection {
            return nil
        }
        guard let amount = Amount(rest) else { return nil }
        if amount.unit.dimension == .percent {
            guard amount.sign != .none else { return nil }
            bound = .percent(amount.value)
            return
        }
        switch (unit.scale(of: amount.unit), amount.sign) {
        case (.plain, .none): bound = .absolute(amount.value)
        case (.plain, _): bound = .difference(amount.value)
        case (.clocked, .none): bound = .time(amount.value)
        case (.clocked, _): bound = .timeDifference(amount.value)
        case (nil, _): return nil
        }
    }

    /// Near spellings of text that is no limit: with a unit that exists, a percentage with a sign.
    static func choices(for text: String, unit: FigureUnit) -> [String] {
        if Amount(text)?.unit.dimension == .percent { return ["+" + text.trimmingBlanks] }
        return Amount.spellings(of: text) { unit.scale(of: $0) != nil }
    }

    /// What to write.
    static func valid(_ unit: FigureUnit, needsDirection: Bool) -> String {
        needsDirection
            ? "a bound that says which way, e.g. '>= 0.80' or '<= 0.5', or to the baseline, "
                + "e.g. '>= -1 %'"
            : "\(unit.valid); to the baseline with a sign, e.g. +2 %; a lower bound with '>='"
    }
}
