// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Reports
import RunModel
import Scenarios
import TestSupport
import Testing

/// Pages for `scripts/check-pages.py`, which opens them in a browser.
enum Pages {
    /// Writes a page to the folder in `KINGLET_PAGES`, where there is one.
    static func keep(_ text: String, _ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["KINGLET_PAGES"] else { return }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: folder).appending(path: "\(name).html"))
    }
}

@Suite("Pages")
struct PageTests {
    @Test("should draw runs side by side on a page that loads nothing")
    func runs() throws {
        let pair = [("classifier", 800_000), ("sparse", 1_200_000)].map {
            RunRecord.training(name: $0, cycles: $1)
        }
        let text = HTMLReport(pair).text
        try Pages.keep(text, "runs")
        for word in ["http://", "https://", "<script", "url(", "src=", "@import"] {
            #expect(!text.contains(word))
        }
    }

    @Test("should draw everything that a record of one run has")
    func run() throws {
        let text = HTMLReport([.complete(name: "sparse", cycles: 1_200_000)]).text
        try Pages.keep(text, "run")
        #expect(try Snapshot.difference(text, "report.html") == nil)
        for title in [
            "SRAM at its peak", "What the SRAM peak is made of", "The arena over a step",
            "Cycles of a step by phase", "Cycles of every step", "Cycles of a step by layer",
            "Cycles by function, whole run",
            "Loss",
        ] {
            #expect(text.contains("<figcaption>\(title)</figcaption>"), "\(title)")
        }
    }

    @Test("should draw a comparison, a picture of loss and memory for each group")
    func comparison() throws {
        let record = ComparisonRecord.sample { .complete(name: $0, cycles: $1) }
        let text = ComparisonPage(record).text
        try Pages.keep(text, "comparison")
        #expect(text.contains("bias only: it does not build"))
    }

    @Test("should say why rows failed, whether firmware did not end well or its twin differs")
    func failures() throws {
        var record = ComparisonRecord.sample { .complete(name: $0, cycles: $1) }
        record.rows[0].record = .faulted
        record.rows[1].twin?.emulatedHash = "0x3"
        record.rows[1].twin?.equal = false
        record.rows[3].data = ComparisonRow.noise
        record.rows[3].misfit = MisfitRecord(
            board: "small", reason: "too large", sramLimitBytes: 50_000, flashLimitBytes: 1)
        let text = ComparisonPage(record).text
        #expect(text.contains("Rows that failed"))
        #expect(text.contains("precise data bus error: load of 4 bytes at 0x60000000"))
        #expect(text.contains("has trained 0x3, its host twin 0x2"))
        #expect(text.contains("(*) mbv2/sparse: does not fit small; measured on nrf52840"))
        #expect(text.contains("100,000 of 50,000 B SRAM (2.00 times)"))
        #expect(text.contains("Trained on noise"))
    }

    @Test("should let no name run script or leave its element")
    func hostile() throws {
        let report = HTMLReport([.hostile, .hostile]).text
        try Pages.keep(report, "runs-hostile")
        var record = ComparisonRecord.sample { _, _ in .hostile }
        record.name = HostileText.script
        record.summary = HostileText.attribute
        for index in record.rows.indices {
            record.rows[index].name = "\(index)" + HostileText.long
            record.rows[index].scheme = HostileText.script
            record.rows[index].dominatedBy = [HostileText.long]
        }
        let comparison = ComparisonPage(record).text
        try Pages.keep(comparison, "comparison-hostile")
        for text in [report, comparison] {
            #expect(
                !text.contains("<script") && !text.contains("<img") && !text.contains("\u{202E}"))
            #expect(!text.contains("\" onload") && !text.contains("' onerror"))
            #expect(text.contains("&lt;/title&gt;"))
        }
    }

    @Test(
        "should tell points that another is better than from those on the front",
        arguments: [
            // x, y of a point beside (10, 10); whether it is dominated where less and more of y is better
            (12.0, 12.0, true, false), (10, 10, false, false), (10, 12, true, false),
            (12, 10, true, true), (8, 12, false, false), (12, 8, false, true),
        ])
    func domination(x: Double, y: Double, less: Bool, more: Bool) {
        func circles(_ higherIsBetter: Bool) -> [String] {
            var row = ComparisonRecord.sample { .complete(name: $0, cycles: $1) }.rows[0]
            func place(_ name: String, _ x: Double, _ y: Double) -> ComparisonRow {
                row.name = name
                row.record?.sram.peakBytes = UInt64(x)
                row.record?.clockHz = 1000
                row.record?.steps = [
                    StepRecord(index: 0, cycles: UInt64(y), instructions: 1, sramPeakBytes: 1)
                ]
                row.twin?.metrics = [MetricRecord(name: "accuracy_after", value: Float(y))]
                return row
            }
            let record = ComparisonRecord(
                kingletVersion: "0", name: "c",
                rows: [place("fixed", 10, 10), place("other", x, y)])
            let text = ComparisonPage(record).text
            let figure = text.split(separator: "<figure>").first {
                $0.contains(higherIsBetter ? "SRAM against accuracy" : "SRAM against time")
            }
            return (figure ?? "").split(separator: "\n").filter {
                $0.hasPrefix("<circle") && $0.contains("<title>other")
            }.map(String.init)
        }
        for (higherIsBetter, isDominated) in [(false, less), (true, more)] {
            let found = circles(higherIsBetter)
            #expect(found.count == 2, "on large and on small screens")
            #expect(found.allSatisfy { $0.contains("hollow") == isDominated })
        }
    }
}

@Suite("Cycles by layer")
struct LayerTests {
    @Test(
        "should draw layers that an operation joins as one, and the others alone, without losing a cycle"
    )
    func groups() throws {
        var record = RunRecord.training(name: "net", cycles: 1000)
        func position(_ layers: [String]?) -> ArenaRecord.PositionRecord {
            .init(name: "does", phase: "forward", layers: layers)
        }
        record.arena = ArenaRecord(
            model: "m", scheme: "s", symbol: "arena", bytes: 8,
            positions: [
                position(["b/one"]), position(["b/two", "c"]), position(["b/one", "b/three"]),
                position(["c"]), position(nil),
            ], buffers: [])
        record.operations = (0..<5).map {
            OperationRecord(position: $0, phase: "forward", cycles: 8000 << $0, instructions: 1)
        }
        let text = HTMLReport([record]).text
        // 8 steps: 1,000 and 4,000 cycles of b, 2,000 and 8,000 of the two that stream, 16,000 of none.
        for title in [
            "b: one, three: forward 5,000 cycles", "b/two, c: forward 10,000 cycles",
            "input and loss: forward 16,000 cycles",
        ] {
            #expect(text.contains("<title>\(title)</title>"), "\(title)")
        }
    }
}
