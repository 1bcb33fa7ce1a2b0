// SPDX-License-Identifier: GPL-2.0-or-later

/// Why a file is not a firmware image that can be run; every message names the place.
package enum FirmwareImageError: Error, Sendable, Equatable {
    case emptyFile
    /// Neither ELF nor Intel HEX, and no origin was given for a raw binary.
    case unknownFormat(firstBytes: [UInt8], hint: String)
    /// An origin was given for a format that carries its own addresses.
    case unexpectedOrigin(FirmwareImage.Format)
    /// `what` would need `length` bytes at file offset `offset`.
    case outOfBounds(what: String, offset: UInt64, length: UInt64, fileSize: Int)
    /// A field of the file holds a value that no loadable Cortex-M image has there.
    case invalidField(what: String, offset: Int, found: String, valid: String)
    /// Two ranges claim the same addresses.
    case overlap(first: String, second: String, address: UInt32)
    case nothingToLoad(what: String)
    /// A line of an Intel HEX file; lines and columns count from 1.
    case hexRecord(line: Int, column: Int, problem: String)
    case unknownSymbol(name: String, suggestion: String?, symbolCount: Int)
    case invalidAddress(text: String)
}

extension FirmwareImageError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .emptyFile:
            return "the file is empty; expected an ELF, Intel HEX or raw binary image"
        case .unknownFormat(let firstBytes, let hint):
            let bytes = firstBytes.map { hex($0, digits: 2) }.joined(separator: " ")
            return "byte 0: found \(bytes), which is neither ELF (7f 45 4c 46) nor Intel HEX "
                + "(a line that begins with ':'); \(hint)"
        case .unexpectedOrigin(let format):
            return "an origin was given, but the file is \(format.title), which carries its own "
                + "addresses; an origin is for raw binaries only"
        case .outOfBounds(let what, let offset, let length, let fileSize):
            return "\(what): needs bytes \(offset)..<\(offset + length), but the file has only "
                + "\(fileSize) bytes; it is truncated or damaged"
        case .invalidField(let what, let offset, let found, let valid):
            return "byte \(offset): \(what) is \(found); valid: \(valid)"
        case .overlap(let first, let second, let address):
            return "\(first) and \(second) both claim address 0x\(hex(address)); "
                + "loaded ranges must not overlap"
        case .nothingToLoad(let what):
            return "\(what); the image has nothing to load"
        case .hexRecord(let line, let column, let problem):
            return "line \(line), column \(column): \(problem)"
        case .unknownSymbol(let name, let suggestion, let symbolCount):
            if symbolCount == 0 {
                return "no symbol '\(name)': the image has no symbols (stripped, or not an ELF "
                    + "file); give an address such as 0x08000100 instead"
            }
            let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
            return "no symbol '\(name)' among the image's \(symbolCount) symbols\(hint)"
        case .invalidAddress(let text):
            return "'\(text)' is not an address; valid: 0x0 to 0xffffffff"
        }
    }
}

extension FirmwareImage.Format {
    /// The name a reader knows the format by.
    package var title: String {
        switch self {
        case .elf: "ELF"
        case .intelHex: "Intel HEX"
        case .binary: "raw binary"
        }
    }
}

/// Lower-case hexadecimal without a prefix, padded to `digits`.
func hex(_ value: some BinaryInteger, digits: Int = 8) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
