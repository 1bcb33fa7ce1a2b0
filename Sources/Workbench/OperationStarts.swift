// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareImage
import Foundation

/// Where in the code of an image that `kinglet compile` made the operations of a step begin.
///
/// The plan says which lines of the source do an operation, and the image's DWARF where code of a line stands.
/// Every such place counts, as the compiler interleaves lines and copies functions.
struct OperationStarts {
    /// Operations by address; empty where the image lacks plan or lines.
    let operations: [UInt32: Int]

    private struct Plan: Decodable {
        struct Position: Decodable { var lines: [Int]? }
        var source: String?
        var positions: [Position]
    }

    /// More lines than any network's source has.
    private static let mostLines = 1_000_000

    init(_ file: ImageFile) {
        guard let note = file.image.notes[PlanNote.section], PlanNote(file.image).arena != nil,
            let plan = try? JSONDecoder().decode(Plan.self, from: Data(note)),
            let source = plan.source, let bytes = try? ImageFile.contents(file.path),
            let table = try? FirmwareImage.lineTable(of: bytes)
        else {
            operations = [:]
            return
        }
        var positions: [Int: Int] = [:]
        for (position, entry) in plan.positions.enumerated() {
            guard let lines = entry.lines, lines.count == 2, lines[0] > 0, lines[0] <= lines[1],
                lines[1] - lines[0] < Self.mostLines - positions.count
            else { continue }
            for line in lines[0]...lines[1] { positions[line] = position }
        }
        operations = Dictionary(
            table.starts(inFile: source).compactMap { start in
                positions[start.line].map { (start.address, $0) }
            }, uniquingKeysWith: { $1 })
    }
}
