// SPDX-License-Identifier: GPL-2.0-or-later

/// Little-endian reads from a file's bytes; every access is checked, and a failure names what was read.
///
/// Offsets are 64-bit so that sums of two 32-bit file fields cannot overflow.
struct ByteReader {
    let bytes: [UInt8]

    var count: Int { bytes.count }

    /// The byte range of `length` bytes at `offset`, when the file has them.
    func range(
        at offset: UInt64, length: UInt64, _ what: @autoclosure () -> String
    ) throws(FirmwareImageError) -> Range<Int> {
        let size = UInt64(bytes.count)
        guard offset <= size, length <= size - offset else {
            throw .outOfBounds(
                what: what(), offset: offset, length: length, fileSize: bytes.count)
        }
        return Int(offset)..<Int(offset + length)
    }

    func u8(
        at offset: UInt64, _ what: @autoclosure () -> String
    ) throws(FirmwareImageError) -> UInt8 {
        bytes[try range(at: offset, length: 1, what()).lowerBound]
    }

    func u16(
        at offset: UInt64, _ what: @autoclosure () -> String
    ) throws(FirmwareImageError) -> UInt16 {
        let start = try range(at: offset, length: 2, what()).lowerBound
        return UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8
    }

    func u32(
        at offset: UInt64, _ what: @autoclosure () -> String
    ) throws(FirmwareImageError) -> UInt32 {
        let start = try range(at: offset, length: 4, what()).lowerBound
        return UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8
            | UInt32(bytes[start + 2]) << 16 | UInt32(bytes[start + 3]) << 24
    }
}
