// SPDX-License-Identifier: GPL-2.0-or-later
package import Scenarios

/// The results as one HTML file that loads nothing from anywhere.
package struct TestPage {
    private let results: [ScenarioResult]

    package init(_ results: [ScenarioResult]) { self.results = results }

    package var text: String {
        let title = "Kinglet: " + TestSummary.total(results).dropLast()
        return HTMLPage(title: title, body: overview + results.map(section).joined()).text
    }

    /// The scenario's name first, which stays in sight where the table scrolls; then the verdict.
    private var overview: String {
        var table = TestMarkdown.overview(results)
        table.header.swapAt(0, 1)
        table.header[1] = "verdict"
        for (index, result) in results.enumerated() {
            table.rows[index].swapAt(0, 1)
            table.rows[index][1] = Self.word(result)
        }
        return HTML.table(table, verdicts: 1)
    }

    private static func word(_ result: ScenarioResult) -> String {
        TestSummary.word(result.status).filter { $0 != " " }
    }

    private func section(_ result: ScenarioResult) -> String {
        var text = HTML.verdict(Self.word(result), result.name.printable, tag: "h2")
        if let error = result.error { text += HTML.preformatted(error.printableLines) }
        if let sentence = TestSummary.outcome(result) { text += HTML.paragraph(sentence) }
        var table = TestSummary.table(result)
        table.header.insert(table.header.removeLast(), at: 1)
        for row in table.rows.indices {
            table.rows[row].insert(table.rows[row].removeLast(), at: 1)
        }
        if !table.rows.isEmpty { text += HTML.table(table, verdicts: 1) }
        for budget in result.budgets where budget.level != .pass {
            text += HTML.verdict(budget.level.rawValue, BudgetText.message(budget), tag: "p")
            if !budget.growth.isEmpty {
                text += HTML.preformatted(BudgetText.growth(budget.growth))
            }
        }
        text += HTML.list(TestSummary.notes(result))
        guard let record = result.record else { return text }
        return text
            + HTML.details("The run: memory, cycles, steps, fidelity", RunSections(record).html)
    }
}
