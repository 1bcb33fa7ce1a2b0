// SPDX-License-Identifier: GPL-2.0-or-later

/// Which line of the source each address of code comes from, by the image's DWARF.
package struct LineTable: Sendable, Equatable {
    package struct Place: Sendable, Equatable, Hashable {
        /// As the compiler was given it: relative names stay relative.
        package var file: String
        package var line: Int
        package init(file: String, line: Int) {
            self.file = file
            self.line = line
        }
    }

    /// Code of one line: addresses from `start` to below `end`.
    struct Row: Sendable, Equatable {
        var start: UInt32
        var end: UInt32
        var file: Int32
        /// 0 where the compiler names no line.
        var line: Int32
    }

    private let files: [String]
    /// By start; where several cover an address, the one that starts last holds.
    private let rows: [Row]

    init(files: [String], rows: [Row]) {
        self.files = files
        self.rows = rows.enumerated()
            .sorted { ($0.element.start, $0.offset) < ($1.element.start, $1.offset) }
            .map(\.element)
    }

    /// A table without a line.
    package static let empty = LineTable(files: [], rows: [])

    package var isEmpty: Bool { rows.isEmpty }

    /// The line that the instruction at `address` comes from; nil where the image does not say.
    package func place(at address: UInt32) -> Place? {
        let following = SymbolTable.firstIndex(in: rows) { $0.start > address }
        guard following > 0 else { return nil }
        let row = rows[following - 1]
        guard address < row.end, row.line > 0 else { return nil }
        return Place(file: files[Int(row.file)], line: Int(row.line))
    }

    /// Where code of a file begins, row by row, with its line.
    ///
    /// - Parameter name: the file's last path component.
    package func starts(inFile name: String) -> [(address: UInt32, line: Int)] {
        let wanted = files.map { $0 == name || $0.hasSuffix("/" + name) }
        return rows.filter { wanted[Int($0.file)] && $0.line > 0 && $0.end > $0.start }
            .map { ($0.start, Int($0.line)) }
    }
}

extension FirmwareImage {
    /// The lines of an ELF file's `.debug_line`, versions 2 to 5; empty where there is none.
    ///
    /// The bytes are untrusted: any content gives a table or an error, in time and memory proportional to its
    /// size.
    package static func lineTable(of bytes: [UInt8]) throws(FirmwareImageError) -> LineTable {
        guard sniffFormat(bytes) == .elf else { return .empty }
        return try ELFParser(bytes).lineTable()
    }
}

extension ELFParser {
    func lineTable() throws(FirmwareImageError) -> LineTable {
        let header = try ELFHeader(file)
        let headers = try sectionHeaders(header)
        let sections = try debugSections(headers, header)
        guard let lines = sections[".debug_line"] else { return .empty }
        var parser = LineParser(
            file: file, lines: lines, strings: sections[".debug_str"],
            lineStrings: sections[".debug_line_str"],
            code: codeRanges(headers),
            functionAtZero: try symbols(headers).contains {
                $0.kind == .function && $0.address == 0
            })
        return try parser.parse()
    }

    private func codeRanges(_ headers: [ELFSectionHeader]) -> [Range<UInt64>] {
        var ranges = ByteRanges()
        for section in headers where section.isAllocated && section.flags & 4 != 0 {
            ranges.insert(start: UInt64(section.address), count: UInt64(section.size))
        }
        return ranges.merged
    }

    private func debugSections(
        _ headers: [ELFSectionHeader], _ header: ELFHeader
    ) throws(FirmwareImageError) -> [String: Range<Int>] {
        guard !headers.isEmpty, header.sectionNameTable != 0 else { return [:] }
        var names = try stringTable(headers, header.sectionNameTable, usedBy: "section names")
        var found: [String: Range<Int>] = [:]
        for section in headers
        where section.type != ELFSectionHeader.typeNull
            && section.type != ELFSectionHeader.typeNoBits
        {
            let what = "section header \(section.index)"
            let name = try names.string(at: section.name, "\(what) name", section.entryOffset)
            guard [".debug_line", ".debug_line_str", ".debug_str"].contains(name) else { continue }
            guard section.flags & ELFSectionHeader.compressed == 0 else {
                throw .invalidField(
                    what: "flags of section \(name)", offset: section.entryOffset + 8,
                    found: "compressed", valid: "debug information without compression (-gz=none)")
            }
            found[name] = try file.range(
                at: UInt64(section.offset), length: UInt64(section.size), name)
        }
        return found
    }
}

extension ELFSectionHeader {
    /// SHF_COMPRESSED (System V ABI, gabi 4.1, chapter 4).
    static let compressed: UInt32 = 0x800
}
