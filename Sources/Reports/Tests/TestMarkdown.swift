// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
package import Scenarios

/// The results for a pull request's comment or a step summary.
package enum TestMarkdown {
    /// Unchanged figures are counted, not shown; so are changes beyond this many of a scenario.
    static let shownChanges = 20

    package static func text(_ results: [ScenarioResult]) -> String {
        var lines = ["### Kinglet: " + TestSummary.total(results).dropLast().description, ""]
        lines += overview(results).markdownLines + [""]
        for result in results { lines += section(result) }
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Verdict, scenario, and the figures that matter most with their change.
    static func overview(_ results: [ScenarioResult]) -> TextTable {
        var table = TextTable([.left, .left, .left, .right, .right, .right])
        table.header = ["", "scenario", "board", "SRAM peak", "flash", "cycles per step"]
        table.rows = results.map { result in
            func cell(_ name: String) -> String {
                guard let record = result.record, let metric = Metric(name),
                    let value = metric.figure(in: record).value
                else { return "n/a" }
                let change = result.changes.first { $0.metric == metric }?.change ?? 0
                return BudgetText.quantity(value, metric.unit)
                    + (change == 0
                        ? "" : " (\(BudgetText.quantity(change, metric.unit, signed: true)))")
            }
            return [
                mark(result.status), result.name.printable, result.record?.board.printable ?? "n/a",
                cell("sram.peak"), cell("flash.used"), cell("step.cycles.mean"),
            ]
        }
        return table
    }

    private static func section(_ result: ScenarioResult) -> [String] {
        var lines: [String] = []
        if let error = result.error {
            lines += error.printableLines.map { "> " + $0.markdownEscaped }
        }
        if let sentence = TestSummary.outcome(result) { lines += ["> " + sentence.markdownEscaped] }
        for budget in result.budgets where budget.level != .pass {
            lines.append(
                "- **\(budget.level.rawValue)**: \(BudgetText.message(budget).markdownEscaped)")
            for table in budget.growth { lines += growth(table) }
        }
        lines += TestSummary.notes(result).map { "- note: \($0.markdownEscaped)" }
        let changes = changes(result)
        guard !lines.isEmpty || !changes.isEmpty else { return [] }
        if !lines.isEmpty, !changes.isEmpty { lines.append("") }
        return ["#### \(mark(result.status)) \(result.name.printable.markdownEscaped)", ""] + lines
            + changes + [""]
    }

    private static func growth(_ table: GrowthTable) -> [String] {
        let rows = table.rows.map { row in
            let before = row.before.map { BudgetText.number($0, table.unit) } ?? "new"
            let after = row.after.map { BudgetText.number($0, table.unit) } ?? "gone"
            return "    - \(row.name.printable.markdownEscaped): "
                + "\(BudgetText.quantity(row.change, table.unit, signed: true)) "
                + "(\(before) → \(after))"
        }
        return ["  - \(table.title):"] + rows
            + BudgetText.rest(table).map { "    - " + $0.trimmingPrefix("  ") }
    }

    /// A table of changes against the baseline, the largest first.
    private static func changes(_ result: ScenarioResult) -> [String] {
        let changed = result.changes.filter { $0.change != 0 }
        guard result.hasBaseline else {
            return result.record == nil ? [] : ["No baseline to compare with: n/a."]
        }
        guard !changed.isEmpty else { return [] }
        var table = TextTable([.left, .right, .right, .right, .right])
        table.header = ["figure", "base", "now", "change", "%"]
        table.rows = changed.prefix(shownChanges).map { change in
            let unit = change.metric.unit
            return [
                change.metric.name.printable, BudgetText.number(change.before, unit),
                BudgetText.number(change.after, unit),
                BudgetText.quantity(change.change, unit, signed: true),
                BudgetText.percent(change.change, of: change.before, signed: true),
            ]
        }
        let rest = changed.count - shownChanges
        let same = result.changes.count - changed.count
        let notes =
            (rest > 0 ? ["\(rest) more changed"] : [])
            + (same > 0 ? ["\(Figures.plural(same, "figure")) unchanged"] : [])
        return table.markdownLines
            + (notes.isEmpty ? [] : ["", notes.joined(separator: "; ") + "."])
    }

    static func mark(_ status: ScenarioResult.Status) -> String {
        switch status {
        case .pass: "✅"
        case .warn: "⚠️"
        default: "❌"
        }
    }
}
