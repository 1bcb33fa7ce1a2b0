// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Foundation
import TestSupport
import Testing

@Suite("Seeded mutations of images")
struct MutationTests {
    /// Three formats make 24,000 images; KINGLET_MUTATIONS asks for more of each.
    private static let imagesPerFormat =
        ProcessInfo.processInfo.environment["KINGLET_MUTATIONS"].flatMap { Int($0) } ?? 8_000

    @Test("should give an image or an error for every damaged ELF, without excess memory")
    func elf() throws {
        let real = try FirmwareBuilder.elf(
            FirmwareBuilder.startup + """
                int counter = 5; int zeroed[64];
                int main(void) { return counter + zeroed[3]; }
                """)
        try mutate([ELFFixture().bytes, real], seed: 0x4B49_4E47, origin: nil)
    }

    @Test("should give an image or an error for every damaged Intel HEX file")
    func intelHex() throws {
        let text = """
            :020000040800F2
            :100000000000042009000008112233445566778857
            :0400100001020304E2
            :02002000AABB79
            :0400000508000009E6
            :00000001FF

            """
        _ = try FirmwareImage.parse(Array(text.utf8))
        try mutate([Array(text.utf8)], seed: 0x4845_5821, origin: nil, isHex: true)
    }

    @Test("should give an image or an error for every damaged raw binary")
    func rawBinary() throws {
        let bytes = (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        try mutate([[0x00, 0x00, 0x04, 0x20] + bytes], seed: 0x5241_5721, origin: 0x0800_0000)
    }

    private func mutate(
        _ originals: [[UInt8]], seed: UInt64, origin: UInt32?, isHex: Bool = false
    ) throws {
        var mutator = Mutator(seed: seed)
        var accepted = 0
        var refused = 0
        for round in 0..<Self.imagesPerFormat {
            var bytes = originals[round % originals.count]
            for _ in 0..<Int.random(in: 1...4, using: &mutator.generator) { mutator.apply(&bytes) }
            if isHex, round % 4 != 0 { mutator.repairRecords(&bytes) }
            do {
                let image = try FirmwareImage.parse(bytes, binaryOrigin: origin)
                accepted += 1
                check(image, fileSize: bytes.count, round)
            } catch {
                refused += 1
                #expect(!error.description.isEmpty, "round \(round)")
            }
        }
        // Both ways must be taken, or the mutations are too wild or too tame to test anything.
        #expect(accepted > 100)
        #expect(refused > 100 || origin != nil)
        #expect(accepted + refused == Self.imagesPerFormat)
    }

    /// What everything after the parser relies on.
    private func check(_ image: FirmwareImage, fileSize: Int, _ round: Int) {
        let loaded = image.segments.reduce(0) { $0 + $1.bytes.count }
        #expect(loaded <= fileSize, "round \(round)")
        let names = image.symbols.reduce(0) { $0 + $1.name.utf8.count }
        #expect(names <= 9 * fileSize + 65_536 * 2, "round \(round)")
        var end: UInt64 = 0
        for segment in image.segments where !segment.bytes.isEmpty {
            #expect(UInt64(segment.loadAddress) >= end, "round \(round)")
            end = UInt64(segment.loadAddress) + UInt64(segment.bytes.count)
            #expect(Int(segment.memorySize) >= segment.bytes.count, "round \(round)")
            #expect(end <= 1 << 32, "round \(round)")
        }
        let table = SymbolTable(image)
        for address: UInt32 in [0, 8, 0x0800_0008, 0x2000_0000, .max] {
            if let symbol = table.symbol(covering: address) {
                #expect(symbol.address <= address, "round \(round)")
            }
        }
        _ = try? table.address(of: "mian")
        let footprint = image.loadFootprint(
            flash: [MemoryWindow(name: "f", origin: 0, lengthBytes: 1 << 20)],
            ram: [MemoryWindow(name: "r", origin: 0x2000_0000, lengthBytes: 1 << 18)])
        #expect(footprint.flashLoadedBytes <= footprint.flashSpanBytes, "round \(round)")
        _ = image.staticFootprint
    }
}

/// Damages bytes in the ways that break parsers.
private struct Mutator {
    var generator: SeededGenerator
    private static let extremes: [UInt32] = [
        0, 1, 2, 3, 4, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0xFFFF, 0x1_0000, 0x7FFF_FFFF,
        0x8000_0000, 0xFFFF_FFF0, 0xFFFF_FFFF,
    ]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func apply(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let position = pick(bytes.count)
        switch pick(8) {
        case 0: bytes[position] ^= 1 << UInt8(pick(8))
        case 1: bytes[position] = UInt8(truncatingIfNeeded: generator.next())
        case 2: bytes.removeLast(pick(bytes.count))
        case 3: splice(&bytes, at: pick(min(bytes.count, 256)) & ~3)
        case 4:
            // The tables of an ELF file tend to stand at its end.
            splice(&bytes, at: (bytes.count - 1 - pick(min(bytes.count, 512))) & ~3)
        case 5:
            let chunk = bytes[position..<min(bytes.count, position + 1 + pick(96))]
            bytes.insert(contentsOf: chunk, at: pick(bytes.count))
        case 6:
            bytes.removeSubrange(position..<min(bytes.count, position + 1 + pick(32)))
        default:
            let other = pick(bytes.count)
            bytes.swapAt(position, other)
        }
    }

    /// Gives HEX lines the length and checksum that their bytes ask for, so that the damage gets
    /// past the first checks.
    func repairRecords(_ bytes: inout [UInt8]) {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            let digits = line.dropFirst().prefix { Character(UnicodeScalar($0)).isHexDigit }
            guard line.first == UInt8(ascii: ":"), digits.count >= 10 else { return Array(line) }
            let text = String(decoding: digits.prefix(digits.count & ~1), as: UTF8.self)
            var record = stride(from: 0, to: text.count, by: 2).compactMap { index in
                UInt8(String(text.dropFirst(index).prefix(2)), radix: 16)
            }
            record[0] = UInt8(truncatingIfNeeded: record.count - 5)
            record[record.count - 1] = 0 &- record.dropLast().reduce(0) { $0 &+ $1 }
            return Array(":".utf8)
                + record.flatMap { byte -> [UInt8] in
                    let text = String(byte, radix: 16)
                    return Array((text.count == 1 ? "0" + text : text).utf8)
                }
        }
        bytes = Array(lines.joined(separator: [0x0A]))
    }

    private mutating func splice(_ bytes: inout [UInt8], at offset: Int) {
        let value = Self.extremes[pick(Self.extremes.count)]
        let width = [1, 2, 4][pick(3)]
        for index in 0..<width where offset + index < bytes.count {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index)))
        }
    }

    private mutating func pick(_ count: Int) -> Int {
        Int.random(in: 0..<count, using: &generator)
    }
}
