// SPDX-License-Identifier: GPL-2.0-or-later

/// The ELF header, checked to announce a 32-bit little-endian ARM executable.
///
/// Layout and values: Tool Interface Standard ELF 1.2, chapter 1; ELF for the Arm Architecture, 4.3.
struct ELFHeader {
    static let size: UInt64 = 52

    let entry: UInt32
    let programHeaders: ELFTable
    let sectionHeaders: ELFTable
    let sectionNameTable: Int

    init(_ file: ByteReader) throws(FirmwareImageError) {
        _ = try file.range(at: 0, length: 16, "ELF identification")
        try Self.check(
            try file.u8(at: 4, "ELF class"), "ELF class", at: 4, valid: [1: "1 (32-bit)"],
            known: [2: "2 (64-bit)"])
        try Self.check(
            try file.u8(at: 5, "ELF data encoding"), "ELF data encoding", at: 5,
            valid: [1: "1 (little-endian)"], known: [2: "2 (big-endian)"])
        _ = try file.range(at: 0, length: Self.size, "ELF header")
        try Self.check(
            try file.u16(at: 18, "ELF machine"), "ELF machine", at: 18, valid: [40: "40 (ARM)"],
            known: [
                3: "3 (x86)", 8: "8 (MIPS)", 62: "62 (x86-64)", 83: "83 (AVR)", 94: "94 (Xtensa)",
                183: "183 (AArch64)", 243: "243 (RISC-V)",
            ])
        try Self.check(
            try file.u16(at: 16, "ELF type"), "ELF type", at: 16, valid: [2: "2 (executable)"],
            known: [
                1: "1 (relocatable object file, not linked yet: link it with "
                    + "'arm-none-eabi-gcc -T script.ld' first)",
                3: "3 (shared object or position-independent executable: link with -no-pie)",
                4: "4 (core dump)",
            ])
        try Self.check(
            try file.u32(at: 20, "ELF version"), "ELF version", at: 20, valid: [1: "1"], known: [:])
        entry = try file.u32(at: 24, "ELF entry point")
        programHeaders = try ELFTable(
            name: "program header", file: file, offset: try file.u32(at: 28, "e_phoff"),
            count: UInt32(try file.u16(at: 44, "e_phnum")),
            entrySize: try file.u16(at: 42, "e_phentsize"), entrySizeOffset: 42,
            expectedEntrySize: 32)

        let sectionOffset = try file.u32(at: 32, "e_shoff")
        var sectionCount = UInt32(try file.u16(at: 48, "e_shnum"))
        var nameTable = UInt32(try file.u16(at: 50, "e_shstrndx"))
        if sectionOffset != 0 {
            // Counts that do not fit 16 bits stand in the first section header.
            if sectionCount == 0 {
                sectionCount = try file.u32(
                    at: UInt64(sectionOffset) + 20, "extended section count")
            }
            if nameTable == 0xFFFF {
                nameTable = try file.u32(
                    at: UInt64(sectionOffset) + 24, "extended section name table index")
            }
        }
        sectionHeaders = try ELFTable(
            name: "section header", file: file, offset: sectionOffset,
            count: sectionOffset == 0 ? 0 : sectionCount,
            entrySize: try file.u16(at: 46, "e_shentsize"), entrySizeOffset: 46,
            expectedEntrySize: 40)
        guard sectionHeaders.count == 0 || Int(nameTable) < sectionHeaders.count else {
            throw .invalidField(
                what: "section name table index (e_shstrndx)", offset: 50, found: "\(nameTable)",
                valid: "0 to \(sectionHeaders.count - 1)")
        }
        sectionNameTable = Int(nameTable)
    }

    private static func check<Value: FixedWidthInteger>(
        _ value: Value, _ what: String, at offset: Int, valid: [Value: String],
        known: [Value: String]
    ) throws(FirmwareImageError) {
        guard valid[value] == nil else { return }
        throw .invalidField(
            what: what, offset: offset, found: known[value] ?? "\(value)",
            valid: valid.values.sorted().joined(separator: ", "))
    }
}

/// A table of equal entries that is known to lie inside the file.
struct ELFTable {
    let offset: UInt64
    let count: Int
    let entrySize: UInt64

    init(
        name: String, file: ByteReader, offset: UInt32, count: UInt32, entrySize: UInt16,
        entrySizeOffset: Int, expectedEntrySize: UInt16
    ) throws(FirmwareImageError) {
        self.offset = UInt64(offset)
        self.entrySize = UInt64(expectedEntrySize)
        self.count = Int(count)
        guard count > 0 else { return }
        guard entrySize == expectedEntrySize else {
            throw .invalidField(
                what: "\(name) entry size", offset: entrySizeOffset, found: "\(entrySize)",
                valid: "\(expectedEntrySize)")
        }
        _ = try file.range(
            at: self.offset, length: UInt64(count) * UInt64(expectedEntrySize),
            "table of \(count) \(name)s")
    }

    func entryOffset(_ index: Int) -> UInt64 { offset + UInt64(index) * entrySize }
}
