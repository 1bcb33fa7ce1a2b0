// SPDX-License-Identifier: GPL-2.0-or-later
import Reports

/// The unit of `Cycles`.
public enum CycleUnit: QuantityUnit {
    /// `512 cycles`, `120.4 Mcycles (120,400,000)`.
    public static func text(_ count: UInt64) -> String {
        for (scale, unit) in [(1e9, "Gcycles"), (1e6, "Mcycles"), (1e3, "kcycles")]
        where Double(count) >= scale {
            return "\(Figures.short(Double(count) / scale)) \(unit) (\(Figures.grouped(count)))"
        }
        return "\(count) cycles"
    }
}

/// A number of core clock cycles, sleep excluded.
public typealias Cycles = Quantity<CycleUnit>

extension Quantity where Unit == CycleUnit {
    /// This many cycles.
    public static func cycles(_ count: UInt64) -> Self { Self(count) }
    /// Thousands of cycles.
    public static func kilocycles(_ multiple: Double) -> Self { Self(multiple, of: 1e3) }
    /// Millions of cycles.
    public static func megacycles(_ multiple: Double) -> Self { Self(multiple, of: 1e6) }
    /// Thousands of millions of cycles.
    public static func gigacycles(_ multiple: Double) -> Self { Self(multiple, of: 1e9) }
}
