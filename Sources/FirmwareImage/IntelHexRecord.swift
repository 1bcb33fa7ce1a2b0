// SPDX-License-Identifier: GPL-2.0-or-later

/// One line of an Intel HEX file, its checksum verified.
struct IntelHexRecord {
    let offset: UInt16
    let type: UInt8
    let data: ArraySlice<UInt8>

    /// `:LLAAAATT` data `CC`, all in hexadecimal.
    init(_ text: ArraySlice<UInt8>, line: Int) throws(FirmwareImageError) {
        guard text.first == UInt8(ascii: ":") else {
            throw .hexRecord(line: line, column: 1, problem: "a record must begin with ':'")
        }
        let digits = text.dropFirst()
        var bytes: [UInt8] = []
        var index = digits.startIndex
        while index < digits.endIndex {
            guard let high = Self.nibble(digits[index]) else {
                throw Self.badDigit(digits[index], line, index - text.startIndex + 1)
            }
            guard index + 1 < digits.endIndex else {
                throw .hexRecord(
                    line: line, column: text.count,
                    problem: "the line ends in the middle of a byte")
            }
            guard let low = Self.nibble(digits[index + 1]) else {
                throw Self.badDigit(digits[index + 1], line, index - text.startIndex + 2)
            }
            bytes.append(high << 4 | low)
            index += 2
        }
        guard bytes.count >= 5 else {
            throw .hexRecord(
                line: line, column: text.count,
                problem: "the record has \(bytes.count) bytes; valid: at least 5 (length, two of "
                    + "address, type, checksum)")
        }
        guard bytes.count == Int(bytes[0]) + 5 else {
            throw .hexRecord(
                line: line, column: 2,
                problem: "the record announces \(bytes[0]) data bytes but holds "
                    + "\(bytes.count - 5)")
        }
        let sum = bytes.dropLast().reduce(0) { $0 &+ $1 }
        let expected = 0 &- sum
        guard bytes[bytes.count - 1] == expected else {
            throw .hexRecord(
                line: line, column: text.count - 1,
                problem: "checksum \(hex(bytes[bytes.count - 1], digits: 2)) does not match the "
                    + "record; valid: \(hex(expected, digits: 2))")
        }
        offset = UInt16(bytes[1]) << 8 | UInt16(bytes[2])
        type = bytes[3]
        data = bytes[4..<bytes.count - 1]
    }

    /// The data as one number; for the address records, which hold two or four bytes.
    var bigEndianValue: UInt32 { data.reduce(0) { $0 << 8 | UInt32($1) } }

    func expectLength(_ count: Int, _ line: Int) throws(FirmwareImageError) {
        guard data.count == count else {
            throw .hexRecord(
                line: line, column: 2,
                problem: "a record of type \(hex(type, digits: 2)) holds \(data.count) data bytes; "
                    + "valid: \(count)")
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func badDigit(_ byte: UInt8, _ line: Int, _ column: Int) -> FirmwareImageError {
        let shown =
            (0x21...0x7E).contains(byte)
            ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(hex(byte, digits: 2))"
        return .hexRecord(
            line: line, column: column, problem: "\(shown) is not a hexadecimal digit")
    }
}
