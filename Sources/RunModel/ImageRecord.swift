// SPDX-License-Identifier: GPL-2.0-or-later

/// The firmware image that ran.
public struct ImageRecord: Codable, Sendable, Equatable {
    /// As given on the command line.
    public var path: String
    /// `elf`, `ihex` or `binary`.
    public var format: String
    /// Of the whole file, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// As `arm-none-eabi-size` prints it.
    public var textBytes: UInt64
    /// As `arm-none-eabi-size` prints it.
    public var dataBytes: UInt64
    /// As `arm-none-eabi-size` prints it.
    public var bssBytes: UInt64

    /// Creates the record from its parts.
    public init(
        path: String, format: String, sha256: String, textBytes: UInt64, dataBytes: UInt64,
        bssBytes: UInt64
    ) {
        self.path = path
        self.format = format
        self.sha256 = sha256
        self.textBytes = textBytes
        self.dataBytes = dataBytes
        self.bssBytes = bssBytes
    }

    enum CodingKeys: String, CodingKey {
        case path
        case format
        case sha256
        case textBytes = "text_bytes"
        case dataBytes = "data_bytes"
        case bssBytes = "bss_bytes"
    }
}
