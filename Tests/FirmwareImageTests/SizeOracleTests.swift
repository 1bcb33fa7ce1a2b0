// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Foundation
import TestSupport
import Testing

@Suite("Static footprint against arm-none-eabi-size")
struct SizeOracleTests {
    private static let base =
        FirmwareBuilder.startup + "int main(void) { return 0; }\n"

    @Test(
        "should print the figures of the tool for every kind of section",
        arguments: [
            "",
            "int initialised[1000] = {1, 2, 3};",
            "int zeroed[12345];",
            "const char text[] = \"read-only data counts as text\";\nint d = 5; int z;",
            "int weird __attribute__((section(\".noinit\"))) ;",
            "const int flags __attribute__((section(\".config\"), used)) = 7;",
            "__attribute__((section(\".ramfunc\"), used)) int fast(void) { return 3; }",
            "int in_data __attribute__((section(\".mydata\"), used)) = 9;",
            "__asm(\".section .heap, \\\"aw\\\", %nobits\\n .space 0x1000\\n .text\\n\");",
            "__asm(\".section .odd, \\\"a\\\", %nobits\\n .space 0x123\\n .text\\n\");",
            "__asm(\".section .blob, \\\"awx\\\", %progbits\\n .space 99\\n .text\\n\");",
            "__thread int tls_value = 4; __thread int tls_zero;",
        ])
    func sections(extra: String) throws {
        try Assembler.withTemporaryDirectory { folder in
            let path = try FirmwareBuilder.build(Self.base + extra, in: folder)
            try compare(path)
        }
    }

    @Test("should agree with the tool on Intel HEX and raw binaries")
    func otherFormats() throws {
        try Assembler.withTemporaryDirectory { folder in
            let elf = try FirmwareBuilder.build(Self.base + "int d[77] = {1};", in: folder)
            let hex = folder.appending(path: "a.hex").path
            let binary = folder.appending(path: "a.bin").path
            try Assembler.run("arm-none-eabi-objcopy", ["-O", "ihex", elf, hex])
            try Assembler.run("arm-none-eabi-objcopy", ["-O", "binary", elf, binary])
            try compare(hex)
            try compare(binary, toolArguments: ["--target=binary"], origin: 0)
        }
    }

    @Test("should agree with the tool on every firmware image of this checkout")
    func builtFirmware() throws {
        for path in Repository.firmwareImages { try compare(path) }
    }

    private func compare(
        _ path: String, toolArguments: [String] = [], origin: UInt32? = nil
    ) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
        let footprint = try FirmwareImage.parse(bytes, binaryOrigin: origin).staticFootprint
        let output = try Assembler.run("arm-none-eabi-size", toolArguments + [path])
        let row = try #require(output.split(separator: "\n").dropFirst().first)
        let figures = row.split(whereSeparator: \.isWhitespace).prefix(4).compactMap { UInt64($0) }
        #expect(
            figures == [
                footprint.textBytes, footprint.dataBytes, footprint.bssBytes, footprint.totalBytes,
            ], "\(path)")
    }
}
