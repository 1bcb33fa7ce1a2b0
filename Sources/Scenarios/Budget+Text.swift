// SPDX-License-Identifier: GPL-2.0-or-later
import Suggestions

/// Why text is no budget.
package struct BudgetError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String
}

extension Budget {
    /// A budget as a scenario file has it, `sram.peak: +2 %`, for callers without a file.
    package init(figure: String, limit text: String) throws(BudgetError) {
        guard let metric = Metric(figure) else {
            let near = Suggestion.nearest(to: figure, among: Metric.candidates(for: figure))
                .map { ", did you mean '\($0)'?" }
            throw BudgetError(
                description: "there is no figure '\(figure)'\(near ?? ""); valid: "
                    + Metric.validNames.joined(separator: ", "))
        }
        let needsDirection = !metric.kind.lessIsBetter
        guard let limit = Limit(text, unit: metric.unit, needsDirection: needsDirection) else {
            let choices = Limit.choices(for: text, unit: metric.unit)
            let near = Suggestion.nearest(to: text, among: choices)
                .map { ", did you mean '\($0)'?" }
            throw BudgetError(
                description: "'\(text)' is no limit of \(figure)\(near ?? ""); valid: "
                    + Limit.valid(metric.unit, needsDirection: needsDirection))
        }
        self.init(metric: metric, warn: nil, fail: limit, line: 0)
    }
}
