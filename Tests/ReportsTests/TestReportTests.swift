// SPDX-License-Identifier: GPL-2.0-or-later
import Reports
import RunModel
import Scenarios
import TestSupport
import Testing

@Suite("Reports of kinglet test")
struct TestReportTests {
    private static let yaml = """
        schema_version: 1
        image: app.elf
        budgets:
          sram.peak: {warn: +0 B, fail: +2 %}
          sram.static: {warn: +1 KiB, fail: 256 KiB}
          flash.used: 128 KiB
          step.cycles.mean: {fail: 15 ms}
          phase.foward.cycles.mean: 10 ms
          metric.accuracy_after: ">= -1 %"
        """

    private static func run(_ name: String, bufferBytes: UInt64) -> RunRecord {
        var record = RunRecord.training(name: name, cycles: 1_000_000)
        record.sram.staticBytes += bufferBytes
        record.sram.peakBytes += bufferBytes
        record.symbols = [
            SymbolRecord(name: "samples", memory: .sram, section: ".bss", bytes: bufferBytes),
            SymbolRecord(name: "kl_arena", memory: .sram, section: ".bss", bytes: 140_000),
            SymbolRecord(name: "train|step", memory: .flash, section: ".text", bytes: 900),
        ]
        return record
    }

    /// One of each kind: a buffer that grew by 5 KiB, a pass, no baseline, a fault, a limit, an error.
    private static func results() throws -> [ScenarioResult] {
        let grown = try Scenario.parse(yaml: yaml, file: "ci/grown.yaml")
        let steady = try Scenario.parse(
            yaml: "schema_version: 1\nimage: a\nbudgets: {sram.peak: +1 %}", file: "ci/steady.yaml")
        let new = try Scenario.parse(
            yaml: "schema_version: 1\nimage: a\nbudgets: {sram.peak: +1 %}", file: "ci/new.yaml")
        let empty = try Scenario.parse(
            yaml: "schema_version: 1\nimage: a", file: "ci/empty.yaml")
        var stopped = run("slow", bufferBytes: 0)
        stopped.outcome = OutcomeRecord(reason: .cycleLimit, exitCode: 42)
        stopped.warnings = []
        let before = run("before", bufferBytes: 1000)
        let baseline = Baseline(before, name: "grown")
        return [
            ScenarioResult(grown, record: run("grown", bufferBytes: 6120), baseline: baseline),
            ScenarioResult(steady, record: before, baseline: baseline),
            ScenarioResult(new, record: before, baseline: nil),
            ScenarioResult(empty, record: .faulted, baseline: nil),
            ScenarioResult(empty, record: stopped, baseline: nil),
            ScenarioResult(
                file: "ci/<bad>.yaml", name: "ci/<bad>.yaml",
                error: "ci/<bad>.yaml:2:1: unknown key 'imagee'\n\u{1B}[31mred\u{0} & more"),
        ]
    }

    @Test("should print verdicts, figures and what grew on a terminal")
    func terminal() throws {
        let results = try Self.results()
        let text =
            results.map { TestSummary.text($0) }.joined(separator: "\n")
            + TestSummary.total(results)
        #expect(try Snapshot.difference(text, "test.txt") == nil)
    }

    @Test("should write Markdown with the changes, the largest first")
    func markdown() throws {
        let text = TestMarkdown.text(try Self.results())
        #expect(try Snapshot.difference(text, "test.md") == nil)
    }

    @Test("should write JUnit XML with counts that add up")
    func junit() throws {
        let text = JUnitReport.text(try Self.results())
        #expect(try Snapshot.difference(text, "test-junit.xml") == nil)
    }

    @Test("should write verdicts and figures as JSON, and rows for benchmark trackers")
    func json() throws {
        let results = try Self.results()
        let text = TestJSON.results(results, kingletVersion: "0.1.0")
        #expect(try Snapshot.difference(text, "test.json") == nil)
        let rows = TestJSON.benchmarks(results)
        #expect(try Snapshot.difference(rows, "test-benchmarks.json") == nil)
        #expect(!rows.contains("accuracy"), "more accuracy is better")
    }

    @Test("should write a page without foreign markup")
    func page() throws {
        let text = TestPage(try Self.results()).text
        try Pages.keep(text, "test")
        #expect(!text.contains("<bad>"))
        let fail = "<span class=\"verdict fail\">"
        #expect(text.contains("<h2>\(fail)FAIL</span> grown</h2>"))
        #expect(text.contains("<p>\(fail)fail</span> sram.peak is 162,820 B"))
    }

    @Test("should exit with the gravest code: 2, then 3, 42, 1")
    func exitCodes() throws {
        let results = try Self.results()
        #expect(TestSummary.exitCode(results) == 2)
        #expect(TestSummary.exitCode(Array(results.prefix(5))) == 3)
        #expect(TestSummary.exitCode([results[0], results[4]]) == 42)
        #expect(TestSummary.exitCode([results[0], results[1]]) == 1)
        #expect(TestSummary.exitCode([results[1], results[2]]) == 0)
        #expect(TestSummary.exitCode([]) == 0)
    }
}
