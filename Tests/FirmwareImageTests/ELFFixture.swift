// SPDX-License-Identifier: GPL-2.0-or-later

/// A small, valid ELF32 executable for ARM, byte by byte, whose fields tests overwrite.
///
/// Program headers: 0 text (0x08000000), 1 data (0x20000000, LMA behind the text).
/// Section headers: 0 null, 1 .text, 2 .data, 3 .bss, 4 .symtab, 5 .strtab, 6 .shstrtab.
struct ELFFixture {
    var bytes: [UInt8]
    let programHeaders = 52
    let text: Int
    let symbols: Int
    let strings: Int
    let sectionNames: Int
    let sectionHeaders: Int

    init() {
        var bytes = [UInt8](repeating: 0, count: 52 + 2 * 32)
        func append(_ more: [UInt8]) -> Int {
            defer { bytes += more }
            return bytes.count
        }
        func table(_ names: [String]) -> (bytes: [UInt8], offsets: [UInt32]) {
            var bytes: [UInt8] = [0]
            var offsets: [UInt32] = []
            for name in names {
                offsets.append(UInt32(bytes.count))
                bytes += Array(name.utf8) + [0]
            }
            return (bytes, offsets)
        }
        let stack: [UInt32] = [0x2004_0000, 0x0800_0009]
        text = append(stack.flatMap(Self.words) + [0x70, 0x47, 0x00, 0xBF])
        let data = append([1, 2, 3, 4])
        let names = table(["main", "counter", "$t", "a.c"])
        let entries: [[UInt32]] = [
            [0, 0, 0, 0],
            [names.offsets[0], 0x0800_0009, 4, 0x0001_0012],
            [names.offsets[1], 0x2000_0000, 4, 0x0002_0011],
            [names.offsets[2], 0x0800_0008, 0, 0x0001_0000],
            [names.offsets[3], 0, 0, 0xFFF1_0004],
        ]
        symbols = append(entries.flatMap { $0.flatMap(Self.words) })
        strings = append(names.bytes)
        let sections = table([".text", ".data", ".bss", ".symtab", ".strtab", ".shstrtab"])
        sectionNames = append(sections.bytes)
        let n = sections.offsets
        let headers: [[UInt32]] = [
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            [n[0], 1, 6, 0x0800_0000, UInt32(text), 12, 0, 0, 4, 0],
            [n[1], 1, 3, 0x2000_0000, UInt32(data), 4, 0, 0, 4, 0],
            [n[2], 8, 3, 0x2000_0004, 0, 16, 0, 0, 4, 0],
            [n[3], 2, 0, 0, UInt32(symbols), 80, 5, 4, 4, 16],
            [n[4], 3, 0, 0, UInt32(strings), UInt32(names.bytes.count), 0, 0, 1, 0],
            [n[5], 3, 0, 0, UInt32(sectionNames), UInt32(sections.bytes.count), 0, 0, 1, 0],
        ]
        sectionHeaders = append(headers.flatMap { $0.flatMap(Self.words) })
        self.bytes = bytes
        let identification: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 1, 1, 1]
        self.bytes.replaceSubrange(0..<7, with: identification)
        put16(16, 2)
        put16(18, 40)
        put32(20, 1)
        put32(24, 0x0800_0009)
        put32(28, UInt32(programHeaders))
        put32(32, UInt32(sectionHeaders))
        put16(40, 52)
        put16(42, 32)
        put16(44, 2)
        put16(46, 40)
        put16(48, 7)
        put16(50, 6)
        let loads: [[UInt32]] = [
            [1, UInt32(text), 0x0800_0000, 0x0800_0000, 12, 12, 5, 4],
            [1, UInt32(data), 0x2000_0000, 0x0800_000C, 4, 20, 6, 4],
        ]
        for (index, value) in loads.joined().enumerated() { put32(52 + 4 * index, value) }
    }

    mutating func put16(_ offset: Int, _ value: UInt16) {
        bytes[offset] = UInt8(truncatingIfNeeded: value)
        bytes[offset + 1] = UInt8(truncatingIfNeeded: value >> 8)
    }

    mutating func put32(_ offset: Int, _ value: UInt32) {
        for (index, byte) in Self.words(value).enumerated() { bytes[offset + index] = byte }
    }

    /// Field offsets: 4 file offset, 8 VMA, 12 LMA, 16 file size, 20 memory size.
    func programHeader(_ index: Int) -> Int { programHeaders + 32 * index }

    /// Field offsets: 0 name, 4 type, 8 flags, 12 address, 16 offset, 20 size, 24 link, 36 entry size.
    func sectionHeader(_ index: Int) -> Int { sectionHeaders + 40 * index }

    private static func words(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
