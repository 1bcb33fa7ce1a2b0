// SPDX-License-Identifier: GPL-2.0-or-later

/// Reads Intel HEX (Intel Hexadecimal Object File Format Specification, revision A, 1988).
struct IntelHexParser {
    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private struct Chunk {
        let address: UInt32
        let bytes: ArraySlice<UInt8>
        let line: Int
        var end: UInt64 { UInt64(address) + UInt64(bytes.count) }
    }

    private enum Base {
        /// Record 02: paragraph number; offsets wrap within 64 KiB.
        case segment(UInt32)
        /// Record 04: upper half of the address; offsets carry into it.
        case linear(UInt32)
    }

    private let text: [UInt8]
    private var chunks: [Chunk] = []
    private var base = Base.linear(0)
    private var entry: UInt32?
    private var endLine: Int?

    init(_ bytes: [UInt8]) { text = bytes }

    consuming func parse() throws(FirmwareImageError) -> FirmwareImage {
        var parser = self
        let lineCount = try parser.readLines()
        guard parser.endLine != nil else {
            throw .hexRecord(
                line: lineCount, column: 1,
                problem: "the file ends without an end-of-file record (:00000001FF); "
                    + "it is truncated")
        }
        return FirmwareImage(
            format: .intelHex, entry: parser.entry, segments: try parser.segments())
    }

    private mutating func readLines() throws(FirmwareImageError) -> Int {
        var position = text.starts(with: Self.byteOrderMark) ? 3 : 0
        var line = 0
        while position < text.count {
            line += 1
            let start = position
            while position < text.count, text[position] != 0x0A, text[position] != 0x0D {
                position += 1
            }
            var content = text[start..<position]
            while let last = content.last, last == 0x20 || last == 0x09 { content.removeLast() }
            if !content.isEmpty {
                if let endLine {
                    throw .hexRecord(
                        line: line, column: 1,
                        problem: "text after the end-of-file record of line \(endLine)")
                }
                try read(IntelHexRecord(content, line: line), line)
            }
            if position + 1 < text.count, text[position] == 0x0D, text[position + 1] == 0x0A {
                position += 1
            }
            position += 1
        }
        return max(line, 1)
    }

    private mutating func read(_ record: IntelHexRecord, _ line: Int) throws(FirmwareImageError) {
        switch record.type {
        case 0: try append(record, line)
        case 1:
            try record.expectLength(0, line)
            endLine = line
        case 2:
            try record.expectLength(2, line)
            base = .segment(record.bigEndianValue << 4)
        case 3:
            // CS:IP; objcopy writes entry points below 1 MB this way.
            try record.expectLength(4, line)
            entry = ((record.bigEndianValue >> 16) << 4) + (record.bigEndianValue & 0xFFFF)
        case 4:
            try record.expectLength(2, line)
            base = .linear(record.bigEndianValue << 16)
        case 5:
            try record.expectLength(4, line)
            entry = record.bigEndianValue
        default:
            throw .hexRecord(
                line: line, column: 8,
                problem: "record type \(hex(record.type, digits: 2)) is unknown; valid: 00 data, "
                    + "01 end of file, 02 and 04 upper address, 03 and 05 start address")
        }
    }

    private mutating func append(_ record: IntelHexRecord, _ line: Int) throws(FirmwareImageError) {
        guard !record.data.isEmpty else { return }
        switch base {
        case .linear(let upper):
            let address = UInt64(upper) + UInt64(record.offset)
            guard address + UInt64(record.data.count) <= 1 << 32 else {
                throw .hexRecord(
                    line: line, column: 4,
                    problem: "\(record.data.count) bytes at 0x\(hex(address)) pass the end of the "
                        + "address space, 0x100000000")
            }
            chunks.append(Chunk(address: UInt32(address), bytes: record.data, line: line))
        case .segment(let start):
            let fitting = min(record.data.count, 0x10000 - Int(record.offset))
            chunks.append(
                Chunk(
                    address: start + UInt32(record.offset), bytes: record.data.prefix(fitting),
                    line: line))
            if fitting < record.data.count {
                chunks.append(
                    Chunk(address: start, bytes: record.data.dropFirst(fitting), line: line))
            }
        }
    }

    /// Neighbouring records joined, in ascending address.
    private func segments() throws(FirmwareImageError) -> [Segment] {
        guard !chunks.isEmpty else { throw .nothingToLoad(what: "the HEX file has no data record") }
        let ordered = chunks.sorted { ($0.address, $0.line) < ($1.address, $1.line) }
        var segments: [Segment] = []
        var run: [UInt8] = []
        var runStart = ordered[0].address
        var previous: Chunk?
        func close() {
            segments.append(
                Segment(
                    loadAddress: runStart, virtualAddress: runStart, bytes: run,
                    memorySize: UInt32(run.count)))
        }
        for chunk in ordered {
            if let previous {
                guard UInt64(chunk.address) >= previous.end else {
                    throw .overlap(
                        first: "line \(min(previous.line, chunk.line))",
                        second: "line \(max(previous.line, chunk.line))", address: chunk.address)
                }
                if UInt64(chunk.address) > previous.end {
                    close()
                    run = []
                    runStart = chunk.address
                }
            }
            run.append(contentsOf: chunk.bytes)
            previous = chunk
        }
        close()
        return segments
    }
}
