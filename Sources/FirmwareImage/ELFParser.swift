// SPDX-License-Identifier: GPL-2.0-or-later

/// Reads an ELF32 executable for ARM.
///
/// Nothing is allocated from a count or size of the file before it is known to lie inside the file,
/// and the sum of what is copied is bounded by the file's size.
struct ELFParser {
    static let magic: [UInt8] = [0x7F, 0x45, 0x4C, 0x46]

    let file: ByteReader

    init(_ bytes: [UInt8]) { file = ByteReader(bytes: bytes) }

    func parse() throws(FirmwareImageError) -> FirmwareImage {
        let header = try ELFHeader(file)
        let headers = try sectionHeaders(header)
        let sections = try sections(headers, header)
        let segments = try segments(header, sections: sections)
        let symbols = try symbols(headers)
        return FirmwareImage(
            format: .elf, entry: header.entry, segments: segments, sections: sections,
            symbols: symbols, notes: try notes(headers, sections))
    }
}

/// One entry of the section header table, as stored.
struct ELFSectionHeader {
    let index: Int
    /// File offset of the entry itself, for messages.
    let entryOffset: Int
    let name: UInt32
    let type: UInt32
    let flags: UInt32
    let address: UInt32
    let offset: UInt32
    let size: UInt32
    let link: UInt32
    let entrySize: UInt32

    static let typeNull: UInt32 = 0
    static let typeSymbolTable: UInt32 = 2
    static let typeStringTable: UInt32 = 3
    static let typeNoBits: UInt32 = 8

    var isAllocated: Bool { flags & 2 != 0 }
}
