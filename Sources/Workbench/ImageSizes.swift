// SPDX-License-Identifier: GPL-2.0-or-later
package import CortexM
import FirmwareImage
import Foundation
package import RunModel

/// What an image occupies on a board before it runs: the JSON form of `kinglet size`.
package struct ImageSizes: Codable, Sendable, Equatable {
    package struct StaticSRAM: Codable, Sendable, Equatable {
        package var staticBytes: UInt64
        /// Sections that only reserve room for stack and heap.
        package var reservedBytes: UInt64
        package var limitBytes: UInt64

        enum CodingKeys: String, CodingKey {
            case staticBytes = "static_bytes"
            case reservedBytes = "reserved_bytes"
            case limitBytes = "limit_bytes"
        }
    }

    package struct SegmentSizes: Codable, Sendable, Equatable {
        package var loadAddress: String
        package var virtualAddress: String
        package var fileBytes: UInt64
        package var memoryBytes: UInt64
        /// `r`, `w` and `x` as far as the file grants them.
        package var access: String

        enum CodingKeys: String, CodingKey {
            case loadAddress = "load_address"
            case virtualAddress = "virtual_address"
            case fileBytes = "file_bytes"
            case memoryBytes = "memory_bytes"
            case access
        }
    }

    package var schemaVersion = 1
    package var board: String
    package var image: ImageRecord
    package var flash: FlashRecord
    package var sram: StaticSRAM
    package var segments: [SegmentSizes]
    /// Loaded bytes beyond the end of the memory that they begin in.
    package var overflowBytes: UInt64
    package var warnings: [String]

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case overflowBytes = "overflow_bytes"
        case board, image, flash, sram, segments, warnings
    }

    package init(_ file: ImageFile, board: Board) {
        let load = board.footprint(of: file.image)
        self.board = board.name
        image = ImageRecord(file)
        flash = FlashRecord(
            usedBytes: load.flashSpanBytes, loadedBytes: load.flashLoadedBytes,
            limitBytes: board.flashLimitBytes)
        sram = StaticSRAM(
            staticBytes: load.ramStaticBytes, reservedBytes: load.ramReservedBytes,
            limitBytes: board.sramLimitBytes)
        segments = file.image.segments.map { segment in
            SegmentSizes(
                loadAddress: HexText.word(segment.loadAddress),
                virtualAddress: HexText.word(segment.virtualAddress),
                fileBytes: UInt64(segment.bytes.count), memoryBytes: UInt64(segment.memorySize),
                access: "r" + (segment.isWritable ? "w" : "") + (segment.isExecutable ? "x" : ""))
        }
        warnings = []
        if load.outsideBytes > 0 {
            warnings.append(
                "\(load.outsideBytes) bytes of the image begin in none of the board's "
                    + "memories")
        }
        overflowBytes = load.overflowBytes
        if load.overflowBytes > 0 {
            warnings.append(
                "\(load.overflowBytes) bytes of the image lie beyond the end of the memory that "
                    + "they begin in")
        }
        if flash.usedBytes > flash.limitBytes {
            warnings.append("the image needs more flash than the board has")
        }
        if sram.staticBytes > sram.limitBytes {
            warnings.append("the image needs more static SRAM than the board has")
        }
    }

    package var exceedsBoard: Bool {
        overflowBytes > 0 || flash.usedBytes > flash.limitBytes
            || sram.staticBytes > sram.limitBytes
    }

    package func encodedJSON() -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("sizes hold only strings and numbers")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
