// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Foundation
import TestSupport
import Testing

@Suite("Source lines")
struct LineTableTests {
    private static let source =
        FirmwareBuilder.startup + """
            __attribute__((noinline)) int twice(int value) {
              value += value;
              return value;
            }
            static int unused(int value) { return value * 3; }
            int main(void) {
              int sum = 0;
              for (int i = 0; i < 4; i++) {
                sum += twice(i);
              }
              return sum;
            }
            """

    /// The assembler writes version 3 whatever is asked; without its help the compiler writes the table.
    private static func flags(_ version: Int) -> [String] {
        ["-O1", "-g", "-gdwarf-\(version)", "-ffunction-sections", "-Wl,--gc-sections"]
            + (version == 3 ? [] : ["-gno-as-loc-support"])
    }

    @Test("should agree with objdump's reading of every version", arguments: 2...5)
    func oracle(version: Int) throws {
        try Assembler.withTemporaryDirectory { folder in
            let path = try FirmwareBuilder.build(
                Self.source, in: folder, flags: Self.flags(version))
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
            let table = try FirmwareImage.lineTable(of: bytes)
            let rows = try Self.decodedLines(path)
            #expect(rows.count > 20)
            let image = try FirmwareImage.parse(bytes)
            let code = try #require(image.sections.first { $0.name == ".text" })
            for (row, next) in zip(rows, rows.dropFirst())
            where row.address < next.address && row.address >= code.address + 64 {
                guard let line = row.line else { continue }
                let place = table.place(at: row.address)
                #expect(place?.line == line, "at 0x\(String(row.address, radix: 16))")
                #expect(place?.file.hasSuffix("a.c") == true)
                #expect(table.place(at: next.address - 1) == place)
            }
        }
    }

    private struct Row {
        var address: UInt32
        /// nil at the end of a sequence.
        var line: Int?
    }

    /// Rows as `a.c   12   0x128   x` from objdump, in its order.
    private static func decodedLines(_ path: String) throws -> [Row] {
        let text = try Assembler.run(
            "arm-none-eabi-objdump", ["--dwarf=decodedline", path])
        return text.split(separator: "\n").compactMap { text in
            let fields = text.split(separator: " ")
            guard fields.count >= 3, fields[0].hasSuffix(".c"),
                let address = UInt32(
                    fields[2].dropFirst(fields[2].hasPrefix("0x") ? 2 : 0), radix: 16)
            else { return nil }
            return Row(address: address, line: Int(fields[1]))
        }
    }

    @Test("should name the line of a statement, and none outside code")
    func places() throws {
        let elf = try FirmwareBuilder.elf(Self.source, flags: Self.flags(5))
        let table = try FirmwareImage.lineTable(of: elf)
        let image = try FirmwareImage.parse(elf)
        let lines = Self.source.split(separator: "\n", omittingEmptySubsequences: false)
        let twice = try #require(image.symbols.first { $0.name == "twice" })
        let start = try #require(lines.firstIndex { $0.contains("int twice(int value)") })
        for address in stride(from: twice.address, to: twice.address + twice.size, by: 2) {
            let place = try #require(table.place(at: address))
            #expect((start + 1...start + 4).contains(place.line))
        }
        #expect(table.place(at: 0x2000_0000) == nil)
        // The vector table; functions that the linker dropped claim to stand there.
        #expect(table.place(at: 0) == nil)
    }

    @Test("should find no lines where there are none")
    func without() throws {
        #expect(try FirmwareImage.lineTable(of: [1, 2, 3]).isEmpty)
        let elf = try FirmwareBuilder.elf(Self.source, flags: ["-O1"])
        #expect(try FirmwareImage.lineTable(of: elf).isEmpty)
    }

    @Test("should say that compressed debug information cannot be read")
    func compressed() throws {
        let elf = try FirmwareBuilder.elf(Self.source, flags: ["-O1", "-g", "-gz"])
        #expect(
            performing: { try FirmwareImage.lineTable(of: elf) },
            throws: { "\($0)".contains("-gz=none") })
    }

    @Test("should give a table or an error for every damaged section", arguments: [2, 4, 5])
    func mutations(version: Int) throws {
        let elf = try FirmwareBuilder.elf(Self.source, flags: Self.flags(version))
        let start = try #require(
            elf.indices.first { index in
                // A unit of this version: its length, then the version.
                index + 6 < elf.count && elf[index + 4] == UInt8(version) && elf[index + 5] == 0
                    && (try? FirmwareImage.lineTable(of: elf.replacing(index + 4, with: 99)))
                        == nil
            })
        var random = SeededGenerator(seed: UInt64(version))
        var refused = 0
        for _ in 0..<1500 {
            var bytes = elf
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = start + Int.random(in: 0..<min(400, elf.count - start), using: &random)
                bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            }
            do {
                let table = try FirmwareImage.lineTable(of: bytes)
                for address in stride(from: UInt32(0), to: 0x400, by: 16) {
                    if let place = table.place(at: address) { #expect(place.line > 0) }
                }
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(refused > 50)
    }
}

extension [UInt8] {
    fileprivate func replacing(_ index: Int, with byte: UInt8) -> [UInt8] {
        var copy = self
        copy[index] = byte
        return copy
    }
}
