// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
package import Scenarios

/// What `kinglet test` prints.
package enum TestSummary {
    /// One scenario: verdict, figures with budgets, and what is wrong.
    package static func text(_ result: ScenarioResult) -> String {
        var lines = ["\(word(result.status))  \(result.name.printable)  (\(result.file.printable))"]
        if let error = result.error {
            lines += error.printableLines.map { "  " + $0 }
            return lines.joined(separator: "\n") + "\n"
        }
        if !result.budgets.isEmpty { lines += table(result).lines(indent: "  ") }
        if let sentence = outcome(result) { lines.append("  " + sentence) }
        for budget in result.budgets where budget.level != .pass {
            lines.append("  \(budget.level.rawValue): \(BudgetText.message(budget))")
            lines += BudgetText.growth(budget.growth).map { "    " + $0 }
        }
        lines += notes(result).map { "  note: \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The last line.
    package static func total(_ results: [ScenarioResult]) -> String {
        var parts = [Figures.plural(results.count, "scenario")]
        for status in ScenarioResult.Status.allCases {
            let count = results.count { $0.status == status }
            if count > 0 { parts.append("\(count) \(plainWord(status))") }
        }
        return parts.joined(separator: ", ") + "\n"
    }

    /// What the command exits with: that of the gravest result.
    package static func exitCode(_ results: [ScenarioResult]) -> Int {
        results.map(\.status).max { $0.gravity < $1.gravity }?.exitCode ?? 0
    }

    static func word(_ status: ScenarioResult.Status) -> String {
        switch status {
        case .pass: "PASS "
        case .warn: "WARN "
        case .fail: "FAIL "
        case .limit: "LIMIT"
        case .fault: "FAULT"
        case .error: "ERROR"
        }
    }

    static func plainWord(_ status: ScenarioResult.Status) -> String {
        switch status {
        case .pass: "passed"
        case .warn: "passed with warnings"
        case .fail: "failed"
        case .limit: "stopped by a limit"
        case .fault: "faulted"
        case .error: "could not run"
        }
    }

    /// nil where the run ended as it should.
    static func outcome(_ result: ScenarioResult) -> String? {
        guard let record = result.record, record.outcome.exitCode != 0 else { return nil }
        let sentence = OutcomeText.sentence(record)
        guard let fault = record.fault else { return sentence }
        return "\(sentence): \(fault.cause.printable), at \(FaultText.place(fault.pc))"
    }

    static func notes(_ result: ScenarioResult) -> [String] {
        (result.notes + (result.record?.warnings ?? [])).map(\.printable)
    }

    /// Budgets and figures; the baseline's columns only where there is one.
    static func table(_ result: ScenarioResult) -> TextTable {
        var table = TextTable(
            [.left, .right, .right] + (result.hasBaseline ? [.right, .right] : []) + [.left])
        table.header =
            ["figure", "value", "limit"] + (result.hasBaseline ? ["baseline", "change"] : [])
            + ["verdict"]
        table.rows = result.budgets.map { budget in
            let unit = budget.metric.unit
            let value = budget.figure.value
            var row = [
                budget.metric.name.printable,
                value.map { BudgetText.quantity($0, unit) } ?? "n/a",
                budget.limit?.text.printable ?? "",
            ]
            if result.hasBaseline {
                row.append(budget.baseline.map { BudgetText.number($0, unit) } ?? "n/a")
                row.append(change(budget))
            }
            return row + [budget.level.rawValue]
        }
        return table
    }

    private static func change(_ budget: BudgetResult) -> String {
        guard let value = budget.figure.value, let before = budget.baseline else { return "n/a" }
        return BudgetText.percent(value - before, of: before, signed: true)
    }
}

extension String {
    /// Lines of a message, each safe for a terminal.
    var printableLines: [String] {
        split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
    }
}
