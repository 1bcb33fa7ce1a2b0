// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Testing

@Suite("Hostile ELF files")
struct HostileELFTests {
    @Test("should read the fixture that the other tests damage")
    func sound() throws {
        let image = try FirmwareImage.parse(ELFFixture().bytes)
        #expect(image.segments.map(\.loadAddress) == [0x0800_0000, 0x0800_000C])
        #expect(image.segments.map(\.memorySize) == [12, 20])
        #expect(image.symbols.map(\.name) == ["main", "counter"])
        #expect(image.symbols.map(\.address) == [0x0800_0008, 0x2000_0000])
        #expect(
            image.staticFootprint
                == StaticFootprint(textBytes: 12, dataBytes: 4, bssBytes: 16))
    }

    struct Damage: Sendable, CustomTestStringConvertible {
        var name: String
        var apply: @Sendable (inout ELFFixture) -> Void
        var message: String
        var testDescription: String { name }
    }

    private static let end = ELFFixture().bytes.count

    static let damages: [Damage] = [
        Damage(
            name: "64-bit", apply: { $0.bytes[4] = 2 },
            message: "byte 4: ELF class is 2 (64-bit); valid: 1 (32-bit)"),
        Damage(
            name: "big-endian", apply: { $0.bytes[5] = 2 },
            message: "byte 5: ELF data encoding is 2 (big-endian); valid: 1 (little-endian)"),
        Damage(
            name: "another machine", apply: { $0.put16(18, 243) },
            message: "byte 18: ELF machine is 243 (RISC-V); valid: 40 (ARM)"),
        Damage(
            name: "unknown machine", apply: { $0.put16(18, 0xABCD) },
            message: "byte 18: ELF machine is 43981; valid: 40 (ARM)"),
        Damage(
            name: "position-independent", apply: { $0.put16(16, 3) },
            message: "byte 16: ELF type is 3 (shared object or position-independent executable: "
                + "link with -no-pie); valid: 2 (executable)"),
        Damage(
            name: "only the magic", apply: { $0.bytes.removeLast($0.bytes.count - 4) },
            message: "ELF identification: needs bytes 0..<16, but the file has only 4 bytes; it is "
                + "truncated or damaged"),
        Damage(
            name: "truncated header", apply: { $0.bytes.removeLast($0.bytes.count - 40) },
            message: "ELF header: needs bytes 0..<52, but the file has only 40 bytes; it is "
                + "truncated or damaged"),
        Damage(
            name: "truncated in the section headers", apply: { $0.bytes.removeLast(1) },
            message: "table of 7 section headers: needs bytes \(end - 280)..<\(end), but the file "
                + "has only \(end - 1) bytes; it is truncated or damaged"),
        Damage(
            name: "absurd program header count", apply: { $0.put16(44, 0xFFFF) },
            message: "table of 65535 program headers: needs bytes 52..<2097172, but the file has "
                + "only \(end) bytes; it is truncated or damaged"),
        Damage(
            name: "absurd program header offset", apply: { $0.put32(28, 0xFFFF_FFF0) },
            message: "table of 2 program headers: needs bytes 4294967280..<4294967344, but the "
                + "file has only \(end) bytes; it is truncated or damaged"),
        Damage(
            name: "wrong program header size", apply: { $0.put16(42, 56) },
            message: "byte 42: program header entry size is 56; valid: 32"),
        Damage(
            name: "extended section count of a header that is not one",
            apply: {
                $0.put16(48, 0); $0.put32($0.sectionHeader(0) + 20, 0xFFFF_FFFF)
            },
            message: "table of 4294967295 section headers: needs bytes \(end - 280)..<"
                + "\(UInt64(end - 280) + 40 * 0xFFFF_FFFF), but the file has only \(end) bytes; it "
                + "is truncated or damaged"),
        Damage(
            name: "section names in a section that does not exist", apply: { $0.put16(50, 99) },
            message: "byte 50: section name table index (e_shstrndx) is 99; valid: 0 to 6"),
        Damage(
            name: "section names in a section of code", apply: { $0.put16(50, 1) },
            message: "byte \(ELFFixture().sectionHeader(1) + 4): type of section header 1, which "
                + "holds the section names is 1; valid: 3 (string table)"),
        Damage(
            name: "segment outside the file",
            apply: { $0.put32($0.programHeader(0) + 4, 0xFFFF_FFFF) },
            message: "program header 0 (file contents): needs bytes 4294967295..<4294967307, but "
                + "the file has only \(end) bytes; it is truncated or damaged"),
        Damage(
            name: "memory size below file size", apply: { $0.put32($0.programHeader(0) + 20, 3) },
            message: "byte 72: program header 0 memory size is 3; valid: at least its file size, 12"
        ),
        Damage(
            name: "memory size beyond the address space",
            apply: { $0.put32($0.programHeader(1) + 20, 0xFFFF_FFFF) },
            message: "byte 104: program header 1 memory size is 0xffffffff at address 0x20000000; "
                + "valid: a range that ends at or before 0x100000000, the end of the address space"),
        Damage(
            name: "load address that wraps",
            apply: { $0.put32($0.programHeader(0) + 12, 0xFFFF_FFFC) },
            message: "byte 68: program header 0 file size is 0x0000000c at address 0xfffffffc; "
                + "valid: a range that ends at or before 0x100000000, the end of the address space"),
        Damage(
            name: "overlapping segments",
            apply: { $0.put32($0.programHeader(1) + 12, 0x0800_0008) },
            message: "program header 0 (byte 52) and program header 1 (byte 84) both claim address "
                + "0x08000008; loaded ranges must not overlap"),
        Damage(
            name: "no loadable segment",
            apply: {
                $0.put32($0.programHeader(0), 4); $0.put32($0.programHeader(1), 4)
            },
            message: "none of the 2 program headers is a PT_LOAD segment with bytes in the file; "
                + "the image has nothing to load"),
        Damage(
            name: "symbol table linked to nothing",
            apply: { $0.put32($0.sectionHeader(4) + 24, 1000) },
            message: "byte \(ELFFixture().sectionHeader(4) + 24): section header 4 (symbol table) "
                + "link to its string table is 1000; valid: 0 to 6"),
        Damage(
            name: "symbol table linked to itself", apply: { $0.put32($0.sectionHeader(4) + 24, 4) },
            message: "byte \(ELFFixture().sectionHeader(4) + 4): type of section header 4, which "
                + "holds the symbol names is 2; valid: 3 (string table)"),
        Damage(
            name: "odd symbol table size", apply: { $0.put32($0.sectionHeader(4) + 20, 81) },
            message: "byte \(ELFFixture().sectionHeader(4) + 20): section header 4 (symbol table) "
                + "size is 81; valid: a multiple of 16"),
        Damage(
            name: "symbol name outside its table", apply: { $0.put32($0.symbols + 16, 5000) },
            message: "byte \(ELFFixture().symbols + 16): symbol name offset is 5000; valid: below "
                + "the string table's size, 21"),
        Damage(
            name: "symbol name without an end",
            apply: { $0.put32($0.sectionHeader(5) + 20, 4) },
            message: "byte \(ELFFixture().strings + 1): symbol name is without an end; valid: a "
                + "name that ends in a zero byte inside the string table (bytes "
                + "\(ELFFixture().strings)..<\(ELFFixture().strings + 4))"),
    ]

    @Test("should name the place, what was found and what is valid", arguments: damages)
    func damaged(_ damage: Damage) {
        var fixture = ELFFixture()
        damage.apply(&fixture)
        let bytes = fixture.bytes
        let error = #expect(throws: FirmwareImageError.self) { try FirmwareImage.parse(bytes) }
        #expect(error?.description == damage.message)
    }

    @Test("should take a huge zero-initialised size at its word without allocating it")
    func hugeMemorySize() throws {
        var fixture = ELFFixture()
        fixture.put32(fixture.programHeader(1) + 20, 0xDFFF_FFFF)
        let image = try FirmwareImage.parse(fixture.bytes)
        #expect(image.segments[1].memorySize == 0xDFFF_FFFF)
        #expect(image.segments[1].bytes.count == 4)
    }

    @Test("should refuse segments that copy the same file bytes many times over")
    func sharedFileBytes() {
        // 2000 segments of 256 KB from a file of 320 KB: 512 MB when copied.
        var fixture = ELFFixture()
        let table = fixture.bytes.count
        fixture.bytes += [UInt8](repeating: 0, count: 2000 * 32 + 262_144)
        fixture.put32(28, UInt32(table))
        fixture.put16(44, 2000)
        for index in 0..<2000 {
            let address = UInt32(index) * 262_144
            let fields = [1, 0, address, address, 262_144, 262_144, 5, 4]
            for (field, value) in fields.enumerated() {
                fixture.put32(table + 32 * index + 4 * field, value)
            }
        }
        let bytes = fixture.bytes
        let error = #expect(throws: FirmwareImageError.self) { try FirmwareImage.parse(bytes) }
        #expect(error?.description.contains("program header 1 file size is 262144") == true)
    }

    @Test("should refuse names that share their bytes to spell far more text than the file holds")
    func sharedNames() {
        // 10,000 symbols whose names all run to the same end: 500 MB when decoded.
        var fixture = ELFFixture()
        let table = fixture.bytes.count
        let count = 10_000
        for index in 0..<count {
            fixture.bytes += [UInt8](repeating: 0, count: 16)
            fixture.put32(table + 16 * index, UInt32(1 + index))
            fixture.put32(table + 16 * index + 12, 0x0001_0012)
        }
        let strings = fixture.bytes.count
        fixture.bytes += [0] + [UInt8](repeating: 0x61, count: 60_000) + [0]
        fixture.put32(fixture.sectionHeader(4) + 16, UInt32(table))
        fixture.put32(fixture.sectionHeader(4) + 20, UInt32(16 * count))
        fixture.put32(fixture.sectionHeader(5) + 16, UInt32(strings))
        fixture.put32(fixture.sectionHeader(5) + 20, 60_002)
        let bytes = fixture.bytes
        let error = #expect(throws: FirmwareImageError.self) { try FirmwareImage.parse(bytes) }
        #expect(error?.description.contains("one of many long names") == true)
    }
}
