// SPDX-License-Identifier: GPL-2.0-or-later
package import Scenarios

/// The results as one HTML file that loads nothing from anywhere.
package struct TestPage {
    private let results: [ScenarioResult]

    package init(_ results: [ScenarioResult]) { self.results = results }

    package var text: String {
        let title = "Kinglet: " + TestSummary.total(results).dropLast()
        let overview = HTML.table(TestMarkdown.overview(results))
        return HTMLPage(title: title, body: overview + results.map(section).joined()).text
    }

    private func section(_ result: ScenarioResult) -> String {
        var text = HTML.heading("\(TestMarkdown.mark(result.status)) \(result.name.printable)")
        if let error = result.error { text += HTML.preformatted(error.printableLines) }
        if let sentence = TestSummary.outcome(result) { text += HTML.paragraph(sentence) }
        if !result.budgets.isEmpty { text += HTML.table(TestSummary.table(result)) }
        for budget in result.budgets where budget.level != .pass {
            text += HTML.paragraph("\(budget.level.rawValue): \(BudgetText.message(budget))")
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
