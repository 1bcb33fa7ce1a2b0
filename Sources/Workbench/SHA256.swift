// SPDX-License-Identifier: GPL-2.0-or-later
import CNettle

/// SHA-256 of untrusted files, for records.
enum SHA256 {
    /// 64 lower-case hexadecimal digits.
    static func hexDigest(_ bytes: [UInt8]) -> String {
        var context = sha256_ctx()
        nettle_sha256_init(&context)
        nettle_sha256_update(&context, bytes.count, bytes)
        var digest = [UInt8](repeating: 0, count: 32)
        nettle_sha256_digest(&context, digest.count, &digest)
        return digest.map { HexText.digits($0, count: 2) }.joined()
    }
}

enum HexText {
    static func digits(_ value: some BinaryInteger, count: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }

    /// `0x` and eight digits, as records hold addresses and registers.
    static func word(_ value: UInt32) -> String { "0x" + digits(value, count: 8) }
}
