// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import TestSupport
import Testing

@Suite("Load image")
struct LoadFootprintTests {
    private static let flash = [
        MemoryWindow(
            name: "flash", origin: 0x0800_0000, lengthBytes: 0x10_0000, aliases: [0x0020_0000])
    ]
    private static let ram = [
        MemoryWindow(name: "ram", origin: 0x2000_0000, lengthBytes: 0x4_0000)
    ]

    private static func segment(_ load: UInt32, _ count: Int, at virtual: UInt32? = nil) -> Segment
    {
        Segment(
            loadAddress: load, virtualAddress: virtual ?? load,
            bytes: [UInt8](repeating: 0, count: count), memorySize: UInt32(count))
    }

    @Test("should count .data in flash and in RAM")
    func dataCountsTwice() throws {
        let image = try FirmwareImage.parse(ELFFixture().bytes)
        let footprint = image.loadFootprint(flash: Self.flash, ram: Self.ram)
        #expect(footprint.flashSpanBytes == 16)
        #expect(footprint.flashLoadedBytes == 16)
        #expect(footprint.ramStaticBytes == 20)
        #expect(footprint.outsideBytes == 0)
    }

    @Test("should span gaps, see aliases as the same flash, and tell what lies elsewhere")
    func gapsAndAliases() {
        let image = FirmwareImage(
            format: .intelHex,
            segments: [
                Self.segment(0x0020_0100, 0x10), Self.segment(0x0800_0000, 0x20),
                Self.segment(0x1000_1000, 7), Self.segment(0x2000_0000, 5),
            ])
        let footprint = image.loadFootprint(flash: Self.flash, ram: Self.ram)
        #expect(footprint.flashSpanBytes == 0x110)
        #expect(footprint.flashLoadedBytes == 0x30)
        #expect(footprint.ramLoadedBytes == 5)
        #expect(footprint.outsideBytes == 7)
    }

    @Test("should show an image that passes the end of the flash as too large")
    func tooLarge() {
        let image = FirmwareImage(
            format: .binary, segments: [Self.segment(0x0800_0000, 0x10_0001)])
        let footprint = image.loadFootprint(flash: Self.flash, ram: Self.ram)
        #expect(footprint.flashSpanBytes == 0x10_0001)
        #expect(footprint.overflowBytes == 1)
    }

    @Test("should tell room for stack and heap from static data")
    func reservations() throws {
        let script =
            FirmwareBuilder.linkerScript.dropLast() + """
                ._user_heap_stack (NOLOAD) : { . = ALIGN(8); . += 0x600; . = ALIGN(8); } > RAM
                }
                """
        let image = try FirmwareImage.parse(
            FirmwareBuilder.elf(
                FirmwareBuilder.startup + "int zeroed[100]; int main(void) { return zeroed[1]; }",
                linkerScript: String(script)))
        let flash = [MemoryWindow(name: "flash", origin: 0, lengthBytes: 0x10_0000)]
        let footprint = image.loadFootprint(flash: flash, ram: Self.ram)
        #expect(footprint.ramStaticBytes == 400)
        #expect((0x600...0x608).contains(footprint.ramReservedBytes))
    }
}
