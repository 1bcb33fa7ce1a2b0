// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Foundation
import TestSupport
import Testing

@Suite("ELF images built by the cross compiler")
struct ELFImageTests {
    private static let source =
        FirmwareBuilder.startup + """
            int counter = 0x11223344;
            char single_byte = 1, odd_byte = 2;
            static int zeroed[100];
            static __attribute__((noinline)) int helper(int x) { return zeroed[x & 63] + counter; }
            int main(void) { return helper(odd_byte); }
            """

    @Test("should read segments with the load address of .data in flash")
    func segments() throws {
        let image = try FirmwareImage.parse(FirmwareBuilder.elf(Self.source))
        #expect(image.format == .elf)
        let text = try #require(image.segments.first { $0.isExecutable && $0.loadAddress == 0 })
        #expect(text.virtualAddress == 0)
        #expect(Array(text.bytes.prefix(4)) == [0x00, 0x00, 0x04, 0x20])
        let data = try #require(
            image.segments.first { $0.virtualAddress == 0x2000_0000 && !$0.bytes.isEmpty })
        #expect(UInt64(data.loadAddress) >= UInt64(text.bytes.count))
        #expect(data.loadAddress < 0x1000)
        #expect(data.isWritable)
        #expect(Array(data.bytes.prefix(4)).contains(0x44))
        let entry = try #require(image.entry)
        #expect(entry & 1 == 1)
        #expect(image.segments.map(\.loadAddress) == image.segments.map(\.loadAddress).sorted())
    }

    @Test("should keep functions and objects, and leave out mapping, section and file symbols")
    func symbols() throws {
        let image = try FirmwareImage.parse(FirmwareBuilder.elf(Self.source))
        let table = SymbolTable(image)
        let main = try #require(table.symbol(named: "main"))
        #expect(main.kind == .function)
        #expect(main.address & 1 == 0)
        #expect(main.isGlobal)
        let helper = try #require(table.symbol(named: "helper"))
        #expect(!helper.isGlobal)
        let counter = try #require(table.symbol(named: "counter"))
        #expect(counter.kind == .object && counter.size == 4)
        #expect(table.symbol(named: "single_byte")?.size == 1)
        let bytes = ["single_byte", "odd_byte"].compactMap { table.symbol(named: $0)?.address }
        #expect(Set(bytes).count == 2, "odd addresses of objects must be kept")
        #expect(table.symbol(named: "__StackTop")?.address == 0x2004_0000)
        #expect(!image.symbols.contains { $0.name.hasPrefix("$") || $0.name.hasSuffix(".c") })
        #expect(!image.symbols.contains { $0.name.hasPrefix(".text") })
    }

    @Test("should drop the file's own headers from a segment that begins with them")
    func pageAlignedHeaders() throws {
        let script = FirmwareBuilder.linkerScript.replacing(
            "ORIGIN = 0x00000000", with: "ORIGIN = 0x00008000")
        let image = try FirmwareImage.parse(
            FirmwareBuilder.elf(
                Self.source, linkerScript: script,
                flags: ["-O1", "-Wl,-z,max-page-size=0x10000", "-Wl,-z,common-page-size=0x10000"]))
        #expect(image.segments.first?.loadAddress == 0x8000)
        #expect(Array(image.segments[0].bytes.prefix(4)) == [0x00, 0x00, 0x04, 0x20])
    }

    @Test("should explain that an object file must be linked first")
    func relocatable() throws {
        let object = try Assembler.withTemporaryDirectory { folder in
            let path = folder.appending(path: "a.c")
            try "int f(void) { return 1; }".write(to: path, atomically: true, encoding: .utf8)
            let output = folder.appending(path: "a.o")
            try Assembler.run(
                "arm-none-eabi-gcc",
                ["-mcpu=cortex-m4", "-mthumb", "-c", "-o", output.path, path.path])
            return [UInt8](try Data(contentsOf: output))
        }
        #expect(
            throws: FirmwareImageError.invalidField(
                what: "ELF type", offset: 16,
                found: "1 (relocatable object file, not linked yet: link it with "
                    + "'arm-none-eabi-gcc -T script.ld' first)", valid: "2 (executable)")
        ) { try FirmwareImage.parse(object) }
    }

    @Test("should read the same bytes from ELF, Intel HEX and raw binary of one program")
    func formatsAgree() throws {
        try Assembler.withTemporaryDirectory { folder in
            let elf = try FirmwareBuilder.build(Self.source, in: folder)
            let hex = folder.appending(path: "a.hex")
            let binary = folder.appending(path: "a.bin")
            try Assembler.run("arm-none-eabi-objcopy", ["-O", "ihex", elf, hex.path])
            try Assembler.run("arm-none-eabi-objcopy", ["-O", "binary", elf, binary.path])
            let fromELF = try FirmwareImage.parse([UInt8](Data(contentsOf: URL(filePath: elf))))
            let fromHex = try FirmwareImage.parse([UInt8](Data(contentsOf: hex)))
            let fromBinary = try FirmwareImage.parse(
                [UInt8](Data(contentsOf: binary)), binaryOrigin: 0)
            let bytes = fromELF.segments.flatMap(\.bytes)
            #expect(fromHex.segments.flatMap(\.bytes) == bytes)
            #expect(fromBinary.segments.flatMap(\.bytes) == bytes)
            #expect(fromHex.format == .intelHex && fromBinary.format == .binary)
            #expect(fromHex.entry == fromELF.entry)
        }
    }
}
