// SPDX-License-Identifier: GPL-2.0-or-later

/// The header of one unit of `.debug_line` (DWARF 5, 6.2.4; DWARF 2 to 4, 6.2.4).
struct LineHeader {
    struct File {
        /// Where the name stands in the image file.
        var name: Int
        var directory: Int
    }

    let version: UInt64
    let minimumInstructionLength: UInt64
    let operationsPerInstruction: UInt64
    let lineBase: Int64
    let lineRange: UInt64
    let opcodeBase: UInt8
    /// Operands of each standard opcode, from opcode 1 on.
    let operandCounts: [UInt8]
    /// Places of names in the image file.
    private(set) var directories: [Int] = []
    var files: [File] = []

    /// - Parameter unit: what follows the unit's length; afterwards, its program.
    init(
        _ unit: inout ByteCursor, offsetSize: Int, strings: DebugStrings
    ) throws(FirmwareImageError) {
        let place = unit.position
        version = try unit.unsigned(2)
        guard (2...5).contains(version) else {
            throw .invalidField(
                what: "\(unit.what) version", offset: place, found: "\(version)", valid: "2 to 5")
        }
        if version >= 5 { try unit.skip(2) }
        var header = try unit.part(try unit.unsigned(offsetSize), "header of \(unit.what)")
        minimumInstructionLength = UInt64(try header.u8())
        operationsPerInstruction = version >= 4 ? max(1, UInt64(try header.u8())) : 1
        _ = try header.u8()
        lineBase = Int64(Int8(bitPattern: try header.u8()))
        lineRange = UInt64(try header.u8())
        opcodeBase = try header.u8()
        guard lineRange > 0, opcodeBase > 0 else {
            throw .invalidField(
                what: "line range or opcode base in the \(header.what)",
                offset: header.position - 2, found: "0", valid: "1 to 255")
        }
        var counts: [UInt8] = []
        for _ in 1..<max(1, opcodeBase) { counts.append(try header.u8()) }
        operandCounts = counts
        if version >= 5 {
            try readEntries(&header, offsetSize, strings)
        } else {
            try readLists(&header)
        }
    }

    /// Versions 2 to 4: directory 0 is where the compiler ran, and files count from 1.
    private mutating func readLists(_ header: inout ByteCursor) throws(FirmwareImageError) {
        directories = [DebugStrings.none]
        while try !isEndOfList(&header) { directories.append(try header.string()) }
        files = [File(name: DebugStrings.none, directory: 0)]
        while try !isEndOfList(&header) { files.append(try Self.file(&header)) }
    }

    private func isEndOfList(_ header: inout ByteCursor) throws(FirmwareImageError) -> Bool {
        var ahead = header
        guard try ahead.u8() == 0 else { return false }
        header = ahead
        return true
    }

    /// A name, its directory, and two numbers that nobody needs here.
    static func file(_ cursor: inout ByteCursor) throws(FirmwareImageError) -> File {
        let name = try cursor.string()
        let directory = Int(clamping: try cursor.uleb())
        _ = try cursor.uleb()
        _ = try cursor.uleb()
        return File(name: name, directory: directory)
    }

    /// Version 5: both lists describe their own form.
    private mutating func readEntries(
        _ header: inout ByteCursor, _ offsetSize: Int, _ strings: DebugStrings
    ) throws(FirmwareImageError) {
        directories = try Self.entries(&header, offsetSize, strings).map(\.name)
        files = try Self.entries(&header, offsetSize, strings)
    }

    private static func entries(
        _ header: inout ByteCursor, _ offsetSize: Int, _ strings: DebugStrings
    ) throws(FirmwareImageError) -> [File] {
        var formats: [(content: UInt64, form: UInt64)] = []
        for _ in 0..<(try header.u8()) { formats.append((try header.uleb(), try header.uleb())) }
        let count = try header.uleb()
        // Every form takes at least a byte, so that a count cannot promise more than the file has.
        guard count == 0 || !formats.isEmpty, count <= UInt64(header.remaining) else {
            throw .invalidField(
                what: "number of entries in the \(header.what)", offset: header.position,
                found: "\(count)", valid: "at most the \(header.remaining) bytes that are left")
        }
        var files: [File] = []
        for _ in 0..<count {
            var file = File(name: DebugStrings.none, directory: 0)
            for (content, form) in formats {
                let value = try read(form, &header, offsetSize, strings)
                if content == 1, case .text(let place) = value { file.name = place }
                if content == 2, case .number(let index) = value {
                    file.directory = Int(clamping: index)
                }
            }
            files.append(file)
        }
        return files
    }

    private enum Value {
        case text(Int)
        case number(UInt64)
        case nothing
    }

    /// The forms that DWARF 5 allows here (6.2.4.1), but for indices into `.debug_str_offsets`.
    private static func read(
        _ form: UInt64, _ header: inout ByteCursor, _ offsetSize: Int, _ strings: DebugStrings
    ) throws(FirmwareImageError) -> Value {
        let place = header.position
        switch form {
        case 0x08: return .text(try header.string())
        case 0x0E:
            return .text(try strings.place(try header.unsigned(offsetSize), inLines: false, place))
        case 0x1F:
            return .text(try strings.place(try header.unsigned(offsetSize), inLines: true, place))
        case 0x0B: return .number(try header.unsigned(1))
        case 0x05: return .number(try header.unsigned(2))
        case 0x06: return .number(try header.unsigned(4))
        case 0x07: return .number(try header.unsigned(8))
        case 0x0F: return .number(try header.uleb())
        case 0x1E: try header.skip(16)
        case 0x09: try header.skip(try header.uleb())
        default:
            throw .invalidField(
                what: "form of an entry in the \(header.what)", offset: place,
                found: "0x\(String(form, radix: 16))",
                valid: "string, strp, line_strp, data1 to data16, udata or block")
        }
        return .nothing
    }
}
