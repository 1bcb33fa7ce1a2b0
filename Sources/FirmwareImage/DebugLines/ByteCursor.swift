// SPDX-License-Identifier: GPL-2.0-or-later

/// Reads one value after another from a part of a file, and never beyond it.
struct ByteCursor {
    let file: ByteReader
    private(set) var position: Int
    let end: Int
    /// What is being read, for messages.
    let what: String

    init(_ file: ByteReader, _ range: Range<Int>, _ what: String) {
        self.file = file
        position = range.lowerBound
        end = range.upperBound
        self.what = what
    }

    var isAtEnd: Bool { position >= end }
    var remaining: Int { end - position }

    private func check(_ count: UInt64) throws(FirmwareImageError) {
        guard count <= UInt64(remaining) else {
            throw .invalidField(
                what: what, offset: position, found: "\(count) bytes more than announced",
                valid: "\(remaining) bytes up to byte \(end)")
        }
    }

    mutating func u8() throws(FirmwareImageError) -> UInt8 {
        try check(1)
        defer { position += 1 }
        return file.bytes[position]
    }

    /// A little-endian number of `count` bytes, at most 8.
    mutating func unsigned(_ count: Int) throws(FirmwareImageError) -> UInt64 {
        try check(UInt64(count))
        defer { position += count }
        return (0..<count).reduce(0) { $0 | UInt64(file.bytes[position + $1]) << (8 * UInt64($1)) }
    }

    mutating func skip(_ count: UInt64) throws(FirmwareImageError) {
        try check(count)
        position += Int(count)
    }

    /// The next `count` bytes, as a cursor of their own.
    mutating func part(
        _ count: UInt64, _ what: String
    ) throws(FirmwareImageError) -> ByteCursor {
        try check(count)
        defer { position += Int(count) }
        return ByteCursor(file, position..<position + Int(count), what)
    }

    /// An unsigned LEB128; bits beyond 64 are dropped.
    mutating func uleb() throws(FirmwareImageError) -> UInt64 { try leb().value }

    /// A signed LEB128.
    mutating func sleb() throws(FirmwareImageError) -> Int64 {
        let (value, bits, isNegative) = try leb()
        let sign = isNegative && bits < 64 ? UInt64.max << bits : 0
        return Int64(bitPattern: value | sign)
    }

    /// A LEB128, how many bits it has, and the highest of them.
    private mutating func leb() throws(FirmwareImageError) -> (
        value: UInt64, bits: UInt64, isNegative: Bool
    ) {
        var value: UInt64 = 0
        var bits: UInt64 = 0
        while true {
            let byte = try u8()
            if bits < 64 { value |= UInt64(byte & 0x7F) << bits }
            bits += 7
            if byte & 0x80 == 0 { return (value, bits, byte & 0x40 != 0) }
        }
    }

    /// Text up to its zero byte, as the place where it begins.
    mutating func string() throws(FirmwareImageError) -> Int {
        let start = position
        while try u8() != 0 {}
        return start
    }
}
