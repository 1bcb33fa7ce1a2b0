// SPDX-License-Identifier: GPL-2.0-or-later

extension ELFParser {
    func sectionHeaders(_ header: ELFHeader) throws(FirmwareImageError) -> [ELFSectionHeader] {
        var headers: [ELFSectionHeader] = []
        for index in 0..<header.sectionHeaders.count {
            let base = header.sectionHeaders.entryOffset(index)
            let what = "section header \(index)"
            headers.append(
                ELFSectionHeader(
                    index: index, entryOffset: Int(base), name: try file.u32(at: base, what),
                    type: try file.u32(at: base + 4, what), flags: try file.u32(at: base + 8, what),
                    address: try file.u32(at: base + 12, what),
                    offset: try file.u32(at: base + 16, what),
                    size: try file.u32(at: base + 20, what),
                    link: try file.u32(at: base + 24, what),
                    entrySize: try file.u32(at: base + 36, what)))
        }
        return headers
    }

    /// All sections but the null entries, in the file's order.
    func sections(
        _ headers: [ELFSectionHeader], _ header: ELFHeader
    ) throws(FirmwareImageError) -> [Section] {
        guard !headers.isEmpty else { return [] }
        var names: ELFStringTable?
        if header.sectionNameTable != 0 {
            names = try stringTable(headers, header.sectionNameTable, usedBy: "section names")
        }
        var sections: [Section] = []
        for section in headers where section.type != ELFSectionHeader.typeNull {
            let what = "section header \(section.index)"
            let isZeroInitialised = section.type == ELFSectionHeader.typeNoBits
            if !isZeroInitialised {
                _ = try file.range(
                    at: UInt64(section.offset), length: UInt64(section.size), "\(what) (contents)")
            }
            if section.isAllocated {
                try checkEnd(
                    section.address, section.size, "\(what) size", section.entryOffset + 20)
            }
            sections.append(
                Section(
                    name: try names?.string(at: section.name, "\(what) name", section.entryOffset)
                        ?? "",
                    address: section.address, size: section.size,
                    isAllocated: section.isAllocated, isWritable: section.flags & 1 != 0,
                    isExecutable: section.flags & 4 != 0, isZeroInitialised: isZeroInitialised))
        }
        return sections
    }

    /// - Parameter sections: of the headers that are no null entries, in the same order.
    func notes(
        _ headers: [ELFSectionHeader], _ sections: [Section]
    ) throws(FirmwareImageError) -> [String: [UInt8]] {
        var notes: [String: [UInt8]] = [:]
        let named = headers.filter { $0.type != ELFSectionHeader.typeNull }
        for (header, section) in zip(named, sections)
        where section.name.hasPrefix(FirmwareImage.notePrefix) && !section.isAllocated
            && !section.isZeroInitialised && notes[section.name] == nil
        {
            let range = try file.range(
                at: UInt64(header.offset), length: UInt64(header.size), "note '\(section.name)'")
            notes[section.name] = Array(file.bytes[range])
        }
        return notes
    }

    func stringTable(
        _ headers: [ELFSectionHeader], _ index: Int, usedBy user: String
    ) throws(FirmwareImageError) -> ELFStringTable {
        let section = headers[index]
        guard section.type == ELFSectionHeader.typeStringTable else {
            throw .invalidField(
                what: "type of section header \(index), which holds the \(user)",
                offset: section.entryOffset + 4, found: "\(section.type)",
                valid: "3 (string table)")
        }
        let range = try file.range(
            at: UInt64(section.offset), length: UInt64(section.size),
            "string table of the \(user)")
        return ELFStringTable(file: file, range: range)
    }
}

/// NUL-terminated names in a part of the file.
///
/// Names may share bytes, so a hostile table could spell far more text than it holds; each name is
/// decoded once, and the sum of the decoded bytes is limited to a multiple of the table's size.
struct ELFStringTable {
    private let file: ByteReader
    private let range: Range<Int>
    private var budgetBytes: Int
    private var cache: [UInt32: String] = [:]

    init(file: ByteReader, range: Range<Int>) {
        self.file = file
        self.range = range
        budgetBytes = 8 * range.count + 65_536
    }

    /// - Parameter place: file offset of the field that holds `offset`.
    mutating func string(
        at offset: UInt32, _ what: @autoclosure () -> String, _ place: Int
    ) throws(FirmwareImageError) -> String {
        if offset == 0 { return "" }
        if let known = cache[offset] { return known }
        guard Int(offset) < range.count else {
            throw .invalidField(
                what: "\(what()) offset", offset: place, found: "\(offset)",
                valid: "below the string table's size, \(range.count)")
        }
        let start = range.lowerBound + Int(offset)
        let limit = min(range.upperBound, start + budgetBytes)
        guard let end = (start..<limit).first(where: { file.bytes[$0] == 0 }) else {
            throw .invalidField(
                what: what(), offset: start,
                found: limit < range.upperBound
                    ? "one of many long names that share their bytes" : "without an end",
                valid: "a name that ends in a zero byte inside the string table "
                    + "(bytes \(range.lowerBound)..<\(range.upperBound))")
        }
        budgetBytes -= end - start
        let name = String(decoding: file.bytes[start..<end], as: UTF8.self)
        cache[offset] = name
        return name
    }
}
