// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import FirmwareImage
import Foundation
import RunModel

extension SymbolRecord {
    /// What an image's flash and static SRAM go to; nil where it has no symbols.
    static func all(of image: FirmwareImage, on board: Board) -> [SymbolRecord]? {
        guard !image.symbols.isEmpty else { return nil }
        func records(_ uses: [MemoryUse], _ memory: Memory) -> [SymbolRecord] {
            uses.map {
                SymbolRecord(
                    name: $0.name, memory: memory, section: $0.section.isEmpty ? nil : $0.section,
                    bytes: $0.bytes)
            }
        }
        return records(image.flashUse(of: board.flashWindows), .flash)
            + records(image.staticUse(of: board.sramWindows), .sram)
    }
}

/// The arena's plan that `kinglet compile` leaves in an image.
struct PlanNote {
    static let section = ".kinglet.plan"

    var arena: ArenaRecord?
    var warnings: [String] = []

    init(_ image: FirmwareImage) {
        guard let bytes = image.notes[Self.section] else { return }
        do {
            let found = try JSONDecoder().decode(ArenaRecord.self, from: Data(bytes))
            if let fault = found.fault {
                warnings.append("the image's section \(Self.section) is left out: \(fault)")
            } else {
                arena = found
            }
        } catch {
            warnings.append(
                "the image's section \(Self.section) is left out: it is no plan of schema_version "
                    + "\(ArenaRecord.currentSchemaVersion)")
        }
    }
}
