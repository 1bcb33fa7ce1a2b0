// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import Testing

/// `firmware/apps/microbench`: what each row of a core's table measures on an emulated board.
@Suite struct MicrobenchTests {
    struct Place: Sendable, CustomTestStringConvertible {
        var board: String
        var table: String
        /// The board's own when nil.
        var clockHz: UInt64?
        /// How far a reading may be off. The counter tells whole cycles: where flash has wait states, the
        /// fraction of a mean that the app's own blocks carry there can move a reading by one cycle in
        /// twenty repetitions, whatever memory the snippets run from.
        var tolerance = 0.0
        var testDescription: String { "\(board), \(table)" }
    }
    static let places = [
        // No wait states at this clock: exact for snippets in ITCM on the M7. In flash on the M4, a wide instruction
        // across two of the emulator's pages is a block of its own, behind which a wait for fetching may be lost.
        Place(
            board: "stm32f407g-disc1", table: "cortex-m4.txt", clockHz: 16_000_000, tolerance: 0.05),
        Place(board: "stm32f746g-disco", table: "cortex-m7.txt", clockHz: 16_000_000),
        // Snippets in SRAM and ITCM, the app in flash with wait states.
        Place(board: "nrf52840", table: "cortex-m4.txt", tolerance: 0.05),
        Place(board: "stm32f746g-disco", table: "cortex-m7.txt", tolerance: 0.05),
    ]

    @Test("should measure what each row's source says", arguments: places)
    func measures(place: Place) throws {
        let expected = try Self.rows(of: BuiltFirmware.microbenchTable(place.table)) {
            $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
        let run = try BuiltFirmware.run(
            "microbench", on: place.board, clockHz: place.clockHz)
        #expect(run.record.outcome.exitCode == 0, "\(run.console.suffix(200))")
        let measured = try Self.rows(of: run.console) {
            $0 == "region,cycles" ? nil : $0.split(separator: ",").map(String.init)
        }
        #expect(measured.map(\.name) == expected.map(\.name))
        for (row, reading) in zip(expected, measured) {
            // Beside the tolerance, what is lost between decimals and binary.
            #expect(
                abs(reading.cycles - row.cycles) < place.tolerance + 1e-6,
                "\(row.name): \(reading.cycles), expected \(row.cycles)")
        }
    }

    /// Names and cycles: the first two fields of each line that `fields` does not leave out.
    private static func rows(
        of text: String, fields: (String) -> [String]?
    ) throws -> [(name: String, cycles: Double)] {
        let lines = text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
        return try lines.compactMap { line in
            guard let fields = fields(line) else { return nil }
            try #require(fields.count >= 2, "\(line)")
            let trimmed = fields.map { $0.trimmingCharacters(in: .whitespaces) }
            return (trimmed[0], try #require(Double(trimmed[1]), "\(line)"))
        }
    }
}
