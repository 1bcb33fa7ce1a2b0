// SPDX-License-Identifier: GPL-2.0-or-later

/// Numbers as reports print them: no locale, so that equal records give equal text.
package enum Figures {
    /// 1234567 → "1,234,567".
    package static func grouped(_ value: UInt64) -> String {
        var result = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return String(result.reversed())
    }

    /// A fixed number of decimals, thousands grouped; "nan", "inf" and huge values as Swift prints them.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        // Not as Swift prints it: "-nan(0x20000000)" shows the payload's bits.
        if value.isNaN { return "nan" }
        guard scaled < 1e18 else { return "\(value)" }
        let digits = UInt64(scaled)
        let unit = UInt64(scale)
        let sign = value < 0 && digits > 0 ? "-" : ""
        let whole = sign + grouped(digits / unit)
        guard decimals > 0 else { return whole }
        let fraction = String(digits % unit)
        return whole + "." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    package static func bytes(_ value: UInt64) -> String { grouped(value) + " B" }

    /// 262144 → "256 KiB"; bytes where it is no multiple.
    package static func kibibytes(_ value: UInt64) -> String {
        value % 1024 == 0 ? grouped(value / 1024) + " KiB" : bytes(value)
    }

    /// `0x` and eight digits.
    package static func address(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// "12.3 %"; "n/a" of nothing.
    package static func percent(_ part: UInt64, of whole: UInt64) -> String {
        whole == 0 ? "n/a" : fixed(Double(part) * 100 / Double(whole), decimals: 1) + " %"
    }

    /// Three decimals; six below a tenth of a millisecond.
    package static func milliseconds(cycles: Double, clockHz: UInt64) -> String {
        guard clockHz > 0 else { return "n/a" }
        let value = cycles * 1000 / Double(clockHz)
        return fixed(value, decimals: value > 0 && value < 0.1 ? 6 : 3)
    }

    /// 64000000 → "64 MHz".
    package static func frequency(_ hertz: UInt64) -> String {
        for (unit, scale) in [("GHz", 1_000_000_000), ("MHz", 1_000_000), ("kHz", 1000)]
        where hertz >= scale {
            return hertz % UInt64(scale) == 0
                ? "\(hertz / UInt64(scale)) \(unit)"
                : fixed(Double(hertz) / Double(scale), decimals: 3) + " \(unit)"
        }
        return "\(hertz) Hz"
    }

    /// Up to four decimals; for losses, accuracies and other values of the firmware.
    package static func value(_ value: Float) -> String { fixed(Double(value), decimals: 4) }

    package static func plural(_ count: Int, _ noun: String) -> String {
        "\(grouped(UInt64(max(0, count)))) \(noun)\(count == 1 ? "" : "s")"
    }
}

extension String {
    /// Without control characters: names come from firmware, and must not drive a terminal.
    package var printable: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
