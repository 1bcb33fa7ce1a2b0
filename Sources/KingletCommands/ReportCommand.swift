// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Reports
import RunModel
import Workbench

/// `kinglet report`
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Compare runs side by side.",
        discussion: """
            Reads records that 'kinglet run --json' wrote, and prints one column for each: SRAM \
            peak, flash, cycles and milliseconds per training step, phases, loss, and the figures \
            that the firmware reported, such as its accuracy before and after.

            Examples:
              kinglet report classifier.json sparse.json
              kinglet report *.json --html report.html
              kinglet report *.json --markdown >> "$GITHUB_STEP_SUMMARY"
            """)

    @Argument(
        help: ArgumentHelp("Records, one column each in this order.", valueName: "record.json"))
    var records: [String]

    @Flag(help: "Print a Markdown table, for pull requests and step summaries.")
    var markdown = false

    @Option(
        help: ArgumentHelp(
            "Also write a web page to this file that draws memory, cycles, learning and energy. It "
                + "holds everything it needs.", valueName: "file"))
    var html: String?

    func run() throws {
        let records = try records.map(read)
        if let html {
            try InputError.converting { try OutputFile.write(HTMLReport(records).text, to: html) }
        }
        let report = ComparisonReport(records)
        CommandConsole.current.print(markdown ? report.markdownText : report.terminalText)
    }

    private func read(_ path: String) throws -> RunRecord {
        let bytes = try InputError.converting { try ImageFile.contents(path) }
        return try InputError.converting(path) {
            try RunRecord(json: String(decoding: bytes, as: UTF8.self))
        }
    }
}
