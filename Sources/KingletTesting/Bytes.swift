// SPDX-License-Identifier: GPL-2.0-or-later
import Reports

/// The unit of `Bytes`.
public enum ByteUnit: QuantityUnit {
    /// `512 B`, `45.5 KiB (46,588 B)`, `1.25 MiB (1,310,720 B)`.
    public static func text(_ count: UInt64) -> String {
        let bytes = Figures.bytes(count)
        guard count >= 1024 else { return bytes }
        let (scale, unit) = count < 1 << 20 ? (1024.0, "KiB") : (1_048_576.0, "MiB")
        return "\(Figures.short(Double(count) / scale)) \(unit) (\(bytes))"
    }
}

/// An amount of memory.
public typealias Bytes = Quantity<ByteUnit>

extension Quantity where Unit == ByteUnit {
    /// This many bytes.
    public static func bytes(_ count: UInt64) -> Self { Self(count) }
    /// Multiples of 1,024 bytes.
    public static func kibibytes(_ multiple: Double) -> Self { Self(multiple, of: 1024) }
    /// Multiples of 1,048,576 bytes.
    public static func mebibytes(_ multiple: Double) -> Self { Self(multiple, of: 1_048_576) }
}

extension Figures {
    /// At most two decimals, without trailing zeros.
    static func short(_ value: Double) -> String {
        var text = fixed(value, decimals: 2)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
