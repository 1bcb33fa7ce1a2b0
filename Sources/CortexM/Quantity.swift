// SPDX-License-Identifier: GPL-2.0-or-later

/// Numbers as people write them in board files and on the command line.
package enum Quantity {
    /// `4096`, `0x1000`, `256K`, `256KB`, `256KiB`, `1MiB`, `1M`, `512B`; K and M are powers of two.
    package static func bytes(_ text: String) -> UInt64? {
        scaled(
            text,
            units: [
                "": 1, "b": 1, "k": 1024, "kb": 1024, "kib": 1024, "m": 1 << 20, "mb": 1 << 20,
                "mib": 1 << 20, "g": 1 << 30, "gb": 1 << 30, "gib": 1 << 30,
            ])
    }

    /// `64000000`, `64MHz`, `216 MHz`, `32kHz`; decimal powers.
    package static func hertz(_ text: String) -> UInt64? {
        scaled(
            text,
            units: ["": 1, "hz": 1, "khz": 1000, "mhz": 1_000_000, "ghz": 1_000_000_000])
    }

    /// `216 MHz`, `32.768 kHz`.
    package static func text(hertz: UInt64) -> String {
        let (scale, unit): (UInt64, String) =
            hertz >= 1_000_000 ? (1_000_000, "MHz") : hertz >= 1000 ? (1000, "kHz") : (1, "Hz")
        let isWhole = hertz % scale == 0
        return (isWhole ? "\(hertz / scale)" : "\(Double(hertz) / Double(scale))") + " " + unit
    }

    /// `41us`, `85ms`, `1s`: whole microseconds, an hour at most.
    static func microseconds(_ text: String) -> UInt64? {
        scaled(text, units: ["us": 1, "ms": 1000, "s": 1_000_000])
            .flatMap { $0 <= 3_600_000_000 ? $0 : nil }
    }

    /// A decimal or 0x number that fits 32 bits.
    package static func address(_ text: String) -> UInt32? {
        scaled(text, units: ["": 1]).flatMap { UInt32(exactly: $0) }
    }

    private static func scaled(_ text: String, units: [String: UInt64]) -> UInt64? {
        let plain = text.filter { $0 != "_" && $0 != " " }.lowercased()
        if plain.hasPrefix("0x") { return UInt64(plain.dropFirst(2), radix: 16) }
        let digits = plain.prefix { $0.isASCII && $0.isNumber }
        guard let number = UInt64(digits), let unit = units[String(plain.dropFirst(digits.count))]
        else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : product
    }
}
