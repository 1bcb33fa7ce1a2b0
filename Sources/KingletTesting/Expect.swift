// SPDX-License-Identifier: GPL-2.0-or-later
public import Testing

/// Records an issue for each budget that the run exceeds: by how much, and what the figure is made of,
/// down to the largest symbols and the buffers of the training arena at its fullest.
public func expect(
    _ record: RunRecord, within budgets: RunBudget...,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    for budget in budgets {
        let message: String
        do {
            guard let excess = try budget.excess(record) else { continue }
            let lines = budget.explanation(record).map { "\n  \($0)" }.joined()
            message = "\(budget.title) of '\(record.name)' on \(record.board): \(excess)\(lines)"
        } catch {
            message = "\(budget.title): \(error)"
        }
        Issue.record(Comment(rawValue: message), sourceLocation: sourceLocation)
    }
}
