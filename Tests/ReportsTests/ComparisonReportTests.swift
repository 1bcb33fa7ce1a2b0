// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import RunModel
import TestSupport
import Testing

@Suite("Comparisons as text and CSV")
struct ComparisonReportTests {
    @Test("should print what decides first, then where it goes, then what a reader must know")
    func text() throws {
        #expect(
            try Snapshot.difference(ComparisonSummary.text(.sample), "compare.txt") == nil)
    }

    @Test("should have a line for each row, and no value where there is none")
    func csv() throws {
        #expect(try Snapshot.difference(ComparisonCSV.text(.sample), "compare.csv") == nil)
    }

    @Test(
        "should quote what would be taken apart",
        arguments: [
            ("plain", "plain"), ("a,b", "\"a,b\""), ("say \"x\"", "\"say \"\"x\"\"\""),
            ("two\nlines", "\"two\nlines\""), ("cr\r", "\"cr\r\""), (" blank", "\" blank\""),
            ("", ""),
        ])
    func quoting(cell: String, expected: String) {
        #expect(ComparisonCSV.quoted(cell) == expected)
    }

    @Test(
        "should exit with the gravest row's code",
        arguments: [
            ([0, 0], 0), ([0, 1], 1), ([1, 42], 42), ([42, 3, 1], 3), ([3, 2, 42], 2),
        ])
    func exitCodes(codes: [Int], expected: Int) {
        let rows = codes.map { ComparisonRow(name: "r", board: "b", exitCode: $0) }
        let comparison = ComparisonRecord(kingletVersion: "1", name: "c", rows: rows)
        #expect(ComparisonSummary.exitCode(comparison) == expected)
    }

    @Test("should not let names drive a terminal")
    func hostileNames() {
        let row = ComparisonRow(
            name: "\u{1B}[2J", group: "\u{1B}]0;x", board: "\u{7}", failure: "\u{1B}c")
        let text = ComparisonSummary.text(
            ComparisonRecord(kingletVersion: "1", name: "\u{1B}", summary: "\u{8}", rows: [row]))
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    }
}

extension ComparisonRecord {
    /// Two networks: one with rows that fit, fail, and dominate; one of noise on a larger board.
    static var sample: ComparisonRecord {
        func twin(_ emulated: String, _ accuracy: Float) -> TwinRecord {
            TwinRecord(
                steps: 400, arguments: "seed=1 steps=400 eval=100", losses: [2, 1.5, 1, 0.5],
                lossWindow: 100,
                metrics: [MetricRecord(name: "accuracy_after", value: accuracy)],
                weightsHash: "0x00000abc", comparedSteps: 8, comparedHash: "0x01234567",
                emulatedHash: emulated)
        }
        var sparse = RunRecord.training(name: "sparse", cycles: 500_000)
        sparse.warnings = []
        sparse.sram.peakBytes = 60_000
        sparse.arena = ArenaRecord(
            model: "m", scheme: "s", symbol: "arena", bytes: 50_000, positions: [], buffers: [])
        var large = RunRecord.training(name: "full", cycles: 9_000_000)
        large.warnings = []
        large.sram.peakBytes = 1_000_000
        large.board = "large"
        var faulted = RunRecord.faulted
        faulted.name = "broken"
        let rows = [
            ComparisonRow(
                name: "full", group: "fashion", board: "nrf52840", model: "m.tflite",
                scheme: "full",
                data: "data", epochSteps: 3000,
                record: .training(name: "full", cycles: 1_000_000), twin: twin("0x01234567", 0.75)),
            ComparisonRow(
                name: "sparse", group: "fashion", board: "nrf52840", model: "m.tflite",
                scheme: "my, \"sparse\".yaml", options: "--rows", data: "data", epochSteps: 3000,
                record: sparse, twin: twin("0x01234567", 0.8)),
            ComparisonRow(
                name: "other", group: "fashion", board: "nrf52840", model: "m.tflite",
                scheme: "other", data: "data", record: sparse, twin: twin("0x89abcdef", 0.8),
                exitCode: 1),
            ComparisonRow(
                name: "broken", group: "fashion", board: "nrf52840", record: faulted, exitCode: 3),
            ComparisonRow(
                name: "full", group: "mcunet", board: "large",
                misfit: MisfitRecord(
                    board: "nrf52840", reason: "SRAM by 737,856 bytes", sramLimitBytes: 262_144,
                    flashLimitBytes: 1_048_576),
                model: "mcunet", scheme: "full", data: "noise", record: large),
            ComparisonRow(
                name: "unbuilt", group: "mcunet", board: "nrf52840", model: "mcunet",
                scheme: "none", failure: "no scheme 'none'\nvalid: full", exitCode: 2),
        ]
        return ComparisonRecord(
            kingletVersion: "0.1.0", name: "schemes", summary: "Two networks", seed: 1, steps: 8,
            rows: rows
        ).compared()
    }
}
