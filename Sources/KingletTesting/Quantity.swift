// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import Synchronization

/// What a `Quantity` counts.
public protocol QuantityUnit: Sendable {
    /// A count of it as a person reads it, for example `45.5 KiB (46,588 B)`.
    static func text(_ count: UInt64) -> String
}

/// A count with its unit: `Bytes` or `Cycles`.
///
/// A figure of a run that fails a comparison says in its description by how much, and what it is made
/// of, so that `#expect(record.sram.peak <= .kibibytes(44))` explains itself.
public struct Quantity<Unit: QuantityUnit>: Sendable {
    /// In the unit's smallest part: bytes, cycles.
    public let count: UInt64
    /// Only of figures of a run; limits have none.
    private let comparison: LastComparison<Unit>?

    /// A limit, or anything else that was not measured.
    public init(_ count: UInt64) {
        self.count = count
        comparison = nil
    }

    /// - Parameter parts: what the figure is made of, a clause.
    init(measured count: UInt64, parts: String? = nil) {
        self.count = count
        comparison = LastComparison(parts: parts)
    }

    /// `multiple` of `scale`, rounded to a whole count; negative ones and those beyond 64 bits are a
    /// mistake in the program.
    init(_ multiple: Double, of scale: Double) {
        let count = (multiple * scale).rounded()
        precondition(
            count >= 0 && count < 0x1p64, "\(multiple) is no quantity; valid: 0 or more")
        self.init(UInt64(count))
    }

    /// Compares, and notes in figures that fail by how much they do.
    private static func check(_ holds: Bool, _ high: Self, _ low: Self) -> Bool {
        if !holds, high.count > low.count {
            let difference = high.count - low.count
            high.comparison?.note(.tooMuch(difference))
            low.comparison?.note(.tooLittle(difference))
        }
        return holds
    }
}

extension Quantity: Comparable, Hashable {
    /// Whether the counts are equal.
    public static func == (a: Self, b: Self) -> Bool { a.count == b.count }
    /// Whether the first count is the smaller one.
    public static func < (a: Self, b: Self) -> Bool { check(a.count < b.count, a, b) }
    /// Whether the first count is not the larger one.
    public static func <= (a: Self, b: Self) -> Bool { check(a.count <= b.count, a, b) }
    /// Whether the first count is the larger one.
    public static func > (a: Self, b: Self) -> Bool { check(a.count > b.count, b, a) }
    /// Whether the first count is not the smaller one.
    public static func >= (a: Self, b: Self) -> Bool { check(a.count >= b.count, b, a) }
    /// Equal counts have equal hashes.
    public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}

extension Quantity: CustomStringConvertible {
    /// `45.5 KiB (46,588 B)`; of a figure that failed a comparison `…, 1.5 KiB (1,532 B) too much`
    /// and what it is made of.
    public var description: String { Unit.text(count) + (comparison?.text ?? "") }
}

/// How a figure compared with a limit the last time that it failed.
private final class LastComparison<Unit: QuantityUnit>: Sendable {
    enum Failure {
        case tooMuch(UInt64)
        case tooLittle(UInt64)
    }

    private let parts: String?
    private let failure = Mutex<Failure?>(nil)

    init(parts: String?) { self.parts = parts }

    func note(_ failure: Failure) { self.failure.withLock { $0 = failure } }

    var text: String? {
        let difference: String
        switch failure.withLock({ $0 }) {
        case nil: return nil
        case .tooMuch(let count): difference = ", \(Unit.text(count)) too much"
        case .tooLittle(let count): difference = ", \(Unit.text(count)) too little"
        }
        return difference + (parts.map { ": \($0)" } ?? "")
    }
}
