// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Reports
import Scenarios
import Workbench

/// The files that `kinglet test` writes for others.
struct TestOutputs: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "JUnit XML: a suite for each scenario, a case for each budget.", valueName: "file"))
    var junit: String?

    @Option(
        help: ArgumentHelp(
            "JSON: verdicts, and every figure with name, unit and value.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "JSON rows of name, unit and value where less is better, as benchmark trackers read "
                + "them (github-action-benchmark: customSmallerIsBetter).", valueName: "file"))
    var benchmarks: String?

    @Option(
        help: ArgumentHelp(
            "Markdown for a pull request or a step summary.", valueName: "file"))
    var markdown: String?

    @Option(help: ArgumentHelp("A web page that holds everything it needs.", valueName: "file"))
    var html: String?

    /// Throws before the runs where a file could not be written after them.
    func prepare() throws(WorkbenchError) {
        for path in [junit, json, benchmarks, markdown, html] {
            if let path { try OutputFile.prepare(path) }
        }
    }

    func write(_ results: [ScenarioResult]) throws(WorkbenchError) {
        if let junit { try OutputFile.write(JUnitReport.text(results), to: junit) }
        if let json {
            try OutputFile.write(
                TestJSON.results(results, kingletVersion: KingletVersion.current), to: json)
        }
        if let benchmarks { try OutputFile.write(TestJSON.benchmarks(results), to: benchmarks) }
        if let markdown { try OutputFile.write(TestMarkdown.text(results), to: markdown) }
        if let html { try OutputFile.write(TestPage(results).text, to: html) }
    }
}
