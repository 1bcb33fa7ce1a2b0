// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import RunModel
import TestSupport
import Testing

@Suite("Reports")
struct ReportTests {
    @Test("should summarise a training run")
    func training() throws {
        let text = RunSummary.text(.training(name: "sparse", cycles: 1_200_000))
        #expect(try Snapshot.difference(text, "summary-training.txt") == nil)
    }

    @Test("should decode a fault with its place, registers and call stack")
    func fault() throws {
        #expect(try Snapshot.difference(RunSummary.text(.faulted), "summary-fault.txt") == nil)
    }

    @Test("should say when more memory was needed than the board has")
    func exceeded() throws {
        var record = RunRecord.training(name: "full", cycles: 10)
        record.outcome.exceededLimits = ["flash", "sram"]
        #expect(
            RunSummary.text(record).contains("needs more flash and SRAM than the board has"))
    }

    @Test("should show the registers that were touched most, the lower address first among equals")
    func registers() {
        var record = RunRecord.training(name: "waits", cycles: 10)
        record.touchedRegisters = (0..<20).map {
            TouchedRegisterRecord(
                address: "0x400000\($0 + 10)", reads: $0 == 15 ? 9_000 : 2, writes: $0 == 13 ? 7 : 0
            )
        }
        let lines = RunSummary.text(record).split(separator: "\n").map(String.init)
        let shown = lines.filter { $0.hasPrefix("0x400000") }.map { String($0.prefix(10)) }
        #expect(shown.prefix(4) == ["0x40000025", "0x40000023", "0x40000010", "0x40000011"])
        #expect(shown.count == 12 && lines.contains("and 8 more, listed in the record"))
    }

    @Test("should compare runs side by side on a terminal")
    func comparison() throws {
        let text = ComparisonReport(Self.pair).terminalText
        #expect(try Snapshot.difference(text, "comparison.txt") == nil)
    }

    @Test("should compare runs side by side in Markdown")
    func markdown() throws {
        let text = ComparisonReport(Self.pair).markdownText
        #expect(try Snapshot.difference(text, "comparison.md") == nil)
    }

    private static let pair = [
        RunRecord.training(name: "classifier", cycles: 800_000),
        RunRecord.training(name: "sparse", cycles: 1_200_000),
    ]

    @Test("should mark what a run lacks as n/a")
    func lacking() {
        var plain = RunRecord.training(name: "plain", cycles: 5)
        plain.steps = []
        plain.metrics = []
        let lines = ComparisonReport([plain, .training(name: "sparse", cycles: 7)]).terminalText
            .split(separator: "\n")
        let row = lines.first { $0.hasPrefix("accuracy_before") }
        #expect(
            row?.split(separator: " ").map(String.init) == ["accuracy_before", "n/a", "0.1250"])
        #expect(!ComparisonReport([plain]).terminalText.contains("accuracy"))
    }

    @Test("should let no name of the firmware drive the terminal or break a Markdown table")
    func hostileNames() {
        var record = RunRecord.training(name: "a|b\n<script>", cycles: 5)
        record.metrics = [MetricRecord(name: "\u{1B}[2Jx\u{202E}`y`", value: 1)]
        record.warnings = ["\u{7}bell"]
        for text in [RunSummary.text(record), ComparisonReport([record]).terminalText] {
            #expect(!text.contains("\u{1B}") && !text.contains("\u{7}"))
            #expect(!text.contains("\u{202E}"))
        }
        let markdown = ComparisonReport([record]).markdownText
        #expect(markdown.hasPrefix(#"|  | a\|b\\u{a}&lt;script&gt; |"#))
        #expect(!markdown.contains("<script>"))
    }

    @Test("should let no name run script or leave its element on the page")
    func hostileHTML() {
        var record = RunRecord.faulted
        record.name = "</title><script>alert(1)</script>"
        record.fault?.cause = "<img onerror=x>"
        record.warnings = ["\" onload='x'"]
        record.steps = RunRecord.training(name: "x", cycles: 9).steps
        record.steps[0].phases[0].name = "\"><svg onload=x>"
        let text = HTMLReport([record, record]).text
        #expect(!text.contains("<script") && !text.contains("<img") && !text.contains("<svg onl"))
        #expect(!text.contains("\" onload") && !text.contains("' onload"))
        #expect(text.contains("&lt;/title&gt;&lt;script&gt;"))
    }

    @Test("should survive absurd figures in a record")
    func absurdFigures() throws {
        var record = RunRecord.training(name: "x", cycles: .max)
        record.clockHz = 0
        record.sram.limitBytes = 0
        record.steps[0].loss = .nan
        record.total = CountsRecord(cycles: .max, instructions: .max, skippedInstructions: .max)
        #expect(RunSummary.text(record).contains("n/a"))
        #expect(ComparisonReport([record, record]).terminalText.contains("nan"))
        record.steps[1].loss = .greatestFiniteMagnitude
        record.steps[2].loss = -.greatestFiniteMagnitude
        #expect(HTMLReport([record, record]).text.hasSuffix("</html>\n"))
    }

    @Test(
        "should print figures without a locale",
        arguments: [
            (0.0, 2, "0.00"), (1234.5678, 2, "1,234.57"), (-0.004, 2, "0.00"),
            (-1.5, 1, "-1.5"), (0.05, 1, "0.1"), (999_999.5, 0, "1,000,000"),
            (.infinity, 2, "inf"), (-Double.nan, 2, "nan"),
            (Double(Float(bitPattern: 0xFFC0_0001)), 4, "nan"),
        ])
    func figures(value: Double, decimals: Int, text: String) {
        #expect(Figures.fixed(value, decimals: decimals) == text)
    }
}
