// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Testing

@Suite("Image formats")
struct ImageFormatTests {
    @Test("should take unknown bytes as a raw binary only with an origin")
    func rawBinary() throws {
        let bytes: [UInt8] = [0x00, 0x00, 0x04, 0x20, 0x09, 0x00, 0x00, 0x08]
        let image = try FirmwareImage.parse(bytes, binaryOrigin: 0x0800_0000)
        #expect(image.format == .binary && image.entry == nil)
        #expect(image.segments.map(\.loadAddress) == [0x0800_0000])
        #expect(image.segments.map(\.bytes) == [bytes])
        let error = #expect(throws: FirmwareImageError.self) { try FirmwareImage.parse(bytes) }
        #expect(
            error?.description
                == "byte 0: found 00 00 04 20, which is neither ELF (7f 45 4c 46) nor Intel HEX "
                + "(a line that begins with ':'); give an origin (load address) if it is a raw "
                + "binary")
    }

    @Test(
        "should refuse an empty file, an origin for ELF, and a binary that passes the last address")
    func refusals() {
        #expect(throws: FirmwareImageError.emptyFile) { try FirmwareImage.parse([]) }
        #expect(throws: FirmwareImageError.unexpectedOrigin(.elf)) {
            try FirmwareImage.parse(ELFFixture().bytes, binaryOrigin: 0)
        }
        let error = #expect(throws: FirmwareImageError.self) {
            try FirmwareImage.parse([1, 2, 3, 4], binaryOrigin: 0xFFFF_FFFE)
        }
        #expect(error?.description.contains("0x100000002 (origin 0xfffffffe)") == true)
    }

    @Test(
        "should say how to go on with files that people mistake for images",
        arguments: [
            ("!<arch>\nfoo.o/", "link it into an executable first"),
            ("S00F000068656C6C6F", "objcopy -I srec -O ihex"), ("UF2\nxyz", "UF2 container"),
            ("#include <stdio.h>", "give an origin"),
        ])
    func mistaken(text: String, hint: String) {
        let error = #expect(throws: FirmwareImageError.self) {
            try FirmwareImage.parse(Array(text.utf8))
        }
        #expect(error?.description.contains(hint) == true)
    }
}
