// SPDX-License-Identifier: GPL-2.0-or-later

extension Quantity {
    /// `3.3mA`, `2.4uA`, `1A`: milliamperes, above 0 and 1000 A at most.
    package static func milliamperes(_ text: String) -> Double? {
        decimal(text, units: ["A": 1000, "mA": 1, "uA": 0.001, "nA": 1e-6])
            .flatMap { $0 <= 1e6 ? $0 : nil }
    }

    /// `3.3V`, `900mV`: volts, above 0 and 1000 V at most.
    package static func volts(_ text: String) -> Double? {
        decimal(text, units: ["V": 1, "mV": 0.001]).flatMap { $0 <= 1000 ? $0 : nil }
    }

    /// `225mAh`, `2.6Ah`: milliampere hours, above 0 and a million Ah at most.
    package static func milliampereHours(_ text: String) -> Double? {
        decimal(text, units: ["Ah": 1000, "mAh": 1]).flatMap { $0 <= 1e9 ? $0 : nil }
    }

    /// A decimal number above 0 with one of `units`; blanks may stand between.
    private static func decimal(_ text: String, units: [String: Double]) -> Double? {
        let plain = text.filter { $0 != " " }
        let digits = plain.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(digits), number > 0,
            let scale = units[String(plain.dropFirst(digits.count))]
        else { return nil }
        return number * scale
    }
}
