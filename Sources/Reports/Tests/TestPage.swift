// SPDX-License-Identifier: GPL-2.0-or-later
package import Scenarios

/// The results as one HTML file that loads nothing from anywhere.
package struct TestPage {
    private let results: [ScenarioResult]

    package init(_ results: [ScenarioResult]) { self.results = results }

    package var text: String {
        let title = "Kinglet: " + TestSummary.total(results).dropLast()
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>\(title.htmlEscaped)</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            <h1>\(title.htmlEscaped)</h1>
            \(results.map(section).joined())</body>
            </html>

            """
    }

    private func section(_ result: ScenarioResult) -> String {
        var text =
            "<h2>\(TestMarkdown.mark(result.status)) \(result.name.printable.htmlEscaped)</h2>\n"
        if let error = result.error { text += pre(error.printableLines) }
        if let sentence = TestSummary.outcome(result) {
            text += "<p>\(sentence.htmlEscaped)</p>\n"
        }
        if !result.budgets.isEmpty { text += html(TestSummary.table(result)) }
        for budget in result.budgets where budget.level != .pass {
            text +=
                "<p>\(budget.level.rawValue): \(BudgetText.message(budget).htmlEscaped)</p>\n"
            if !budget.growth.isEmpty {
                text += pre(BudgetText.growth(budget.growth))
            }
        }
        let notes = TestSummary.notes(result).map { "<li>\($0.htmlEscaped)</li>\n" }
        return text + (notes.isEmpty ? "" : "<ul>\n\(notes.joined())</ul>\n")
    }

    private func pre(_ lines: [String]) -> String {
        "<pre>\(lines.map(\.htmlEscaped).joined(separator: "\n"))</pre>\n"
    }

    private func html(_ table: TextTable) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            let items = cells.enumerated().map { index, cell in
                let name = index == 0 ? "th" : tag
                return "<\(name)>\(cell.htmlEscaped)</\(name)>"
            }
            return "<tr>\(items.joined())</tr>\n"
        }
        return "<div class=\"wide\"><table>\n<thead>\(row(table.header, "th"))</thead>\n<tbody>\n"
            + table.rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
    }
}
