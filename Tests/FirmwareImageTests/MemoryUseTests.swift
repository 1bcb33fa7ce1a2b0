// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import TestSupport
import Testing

@Suite("Memory by symbol")
struct MemoryUseTests {
    private static let flash = [MemoryWindow(name: "flash", origin: 0, lengthBytes: 0x10_0000)]
    private static let ram = [
        MemoryWindow(name: "ram", origin: 0x2000_0000, lengthBytes: 0x4_0000)
    ]

    private static func segment(_ load: UInt32, _ count: Int, at virtual: UInt32) -> Segment {
        Segment(
            loadAddress: load, virtualAddress: virtual,
            bytes: [UInt8](repeating: 0, count: count), memorySize: UInt32(count))
    }
    private static func section(_ name: String, _ address: UInt32, _ size: UInt32) -> Section {
        Section(
            name: name, address: address, size: size, isAllocated: true, isWritable: false,
            isExecutable: false, isZeroInitialised: false)
    }
    private static func symbol(
        _ name: String, _ address: UInt32, _ size: UInt32, _ kind: Symbol.Kind = .object
    ) -> Symbol {
        Symbol(name: name, address: address, size: size, kind: kind, isGlobal: true)
    }

    @Test("should give every loaded and static byte to one name, largest first")
    func everyByte() {
        let image = FirmwareImage(
            format: .elf,
            segments: [
                Self.segment(0x100, 0x40, at: 0x100),
                Self.segment(0x140, 0x10, at: 0x2000_0000),
            ],
            sections: [
                Self.section(".text", 0x100, 0x40), Self.section(".data", 0x2000_0000, 0x10),
                Self.section(".bss", 0x2000_0010, 0x100),
            ],
            symbols: [
                // An alias covers the same bytes; they count once.
                Self.symbol("main", 0x100, 0x20, .function),
                Self.symbol("alias", 0x100, 0x20, .function),
                Self.symbol("table", 0x124, 0x10), Self.symbol("start", 0x2000_0000, 0x10),
                Self.symbol("buffer", 0x2000_0020, 0x60), Self.symbol("buffer", 0x2000_0090, 0x20),
                // Beyond what is static: the stack's room.
                Self.symbol("stack", 0x2000_0110, 0x400),
            ])
        let flash = image.flashUse(of: Self.flash).map { "\($0.name) \($0.section) \($0.bytes)" }
        let functions = flash.filter { $0 == "main .text 32" || $0 == "alias .text 32" }
        #expect(functions.count == 1)
        #expect(
            flash.filter { !functions.contains($0) }
                == ["[other]  16", "start .data 16", "table .text 16"])
        #expect(
            image.staticUse(of: Self.ram) == [
                MemoryUse(name: MemoryUse.otherName, section: "", bytes: 0x80),
                MemoryUse(name: "buffer", section: ".bss", bytes: 0x80),
                MemoryUse(name: "start", section: ".data", bytes: 0x10),
            ])
    }

    @Test("should add up to the image's footprint")
    func sums() throws {
        let source = """
            int words[30] = {1, 2, 3};
            static char bytes[77];
            char *volatile kept = bytes;
            __attribute__((noinline)) int add(int a) { return a + words[a & 7]; }
            int main(void) { return add(kept[3]); }
            """
        let image = try FirmwareImage.parse(
            FirmwareBuilder.elf(FirmwareBuilder.startup + source))
        let footprint = image.loadFootprint(flash: Self.flash, ram: Self.ram)
        let flash = image.flashUse(of: Self.flash)
        let ram = image.staticUse(of: Self.ram)
        #expect(flash.reduce(0) { $0 + $1.bytes } == footprint.flashLoadedBytes)
        #expect(ram.reduce(0) { $0 + $1.bytes } == footprint.ramStaticBytes)
        #expect(flash.contains(MemoryUse(name: "words", section: ".data", bytes: 120)))
        #expect(ram.contains(MemoryUse(name: "bytes", section: ".bss", bytes: 77)))
        #expect(flash.contains { $0.name == "add" && $0.section == ".text" })
    }

    @Test("should keep the contents of sections that no chip loads and that are for Kinglet")
    func notes() throws {
        let note = #"__asm__(".pushsection .kinglet.plan,\"\"\n.ascii \"{}\"\n.popsection");"#
        let image = try FirmwareImage.parse(
            FirmwareBuilder.elf(FirmwareBuilder.startup + note + "int main(void) { return 0; }"))
        #expect(image.notes == [".kinglet.plan": Array("{}".utf8)])
    }
}
