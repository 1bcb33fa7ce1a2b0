// SPDX-License-Identifier: GPL-2.0-or-later

extension FirmwareImage {
    /// Reads an image, deciding the format from the content.
    ///
    /// The bytes are untrusted: any content gives an image or an error, in time and memory
    /// proportional to its size.
    ///
    /// - Parameter binaryOrigin: load address of a raw binary; with it, bytes that are neither ELF
    ///   nor Intel HEX are taken as they are.
    package static func parse(
        _ bytes: [UInt8], binaryOrigin: UInt32? = nil
    ) throws(FirmwareImageError) -> FirmwareImage {
        guard !bytes.isEmpty else { throw .emptyFile }
        switch sniffFormat(bytes) {
        case .elf:
            guard binaryOrigin == nil else { throw .unexpectedOrigin(.elf) }
            return try ELFParser(bytes).parse()
        case .intelHex:
            guard binaryOrigin == nil else { throw .unexpectedOrigin(.intelHex) }
            return try IntelHexParser(bytes).parse()
        case .binary:
            guard let binaryOrigin else {
                throw .unknownFormat(
                    firstBytes: Array(bytes.prefix(4)), hint: hint(forUnknown: bytes))
            }
            return try rawBinary(bytes, origin: binaryOrigin)
        }
    }

    /// The format that the first bytes announce; `.binary` when they announce nothing.
    ///
    /// A raw Cortex-M binary cannot be mistaken: it starts with the initial stack pointer, whose low
    /// byte is a multiple of 4, while 0x7f and ':' (0x3a) are not.
    package static func sniffFormat(_ bytes: [UInt8]) -> Format {
        if bytes.starts(with: ELFParser.magic) { return .elf }
        let blanks: [UInt8] = [0x20, 0x09, 0x0D, 0x0A]
        var text = bytes[...]
        if text.starts(with: IntelHexParser.byteOrderMark) { text = text.dropFirst(3) }
        if let first = text.first(where: { !blanks.contains($0) }), first == UInt8(ascii: ":") {
            return .intelHex
        }
        return .binary
    }

    private static func rawBinary(
        _ bytes: [UInt8], origin: UInt32
    ) throws(FirmwareImageError) -> FirmwareImage {
        guard UInt64(origin) + UInt64(bytes.count) <= 1 << 32 else {
            throw .invalidField(
                what: "the raw binary's end", offset: bytes.count,
                found: "0x\(hex(UInt64(origin) + UInt64(bytes.count))) (origin 0x\(hex(origin)))",
                valid: "at most 0x100000000, the end of the address space")
        }
        let segment = Segment(
            loadAddress: origin, virtualAddress: origin, bytes: bytes,
            memorySize: UInt32(bytes.count))
        return FirmwareImage(format: .binary, segments: [segment])
    }

    private static func hint(forUnknown bytes: [UInt8]) -> String {
        if bytes.starts(with: Array("!<arch>".utf8)) {
            return "it is a static library (.a); link it into an executable first"
        }
        if bytes.starts(with: [UInt8(ascii: "S"), UInt8(ascii: "0")]) {
            return "it looks like Motorola S-records; convert it with "
                + "'arm-none-eabi-objcopy -I srec -O ihex'"
        }
        if bytes.starts(with: Array("UF2\n".utf8)) {
            return "it is a UF2 container; give the ELF file that it was made from"
        }
        return "give an origin (load address) if it is a raw binary"
    }
}
