// SPDX-License-Identifier: GPL-2.0-or-later
package import Scenarios

/// A budget's verdict in words.
package enum BudgetText {
    /// "sram.peak is 31,120 B, 5,520 B (21.6 %) more than the limit of 25 KiB"
    package static func message(_ result: BudgetResult) -> String {
        let name = result.metric.name.printable
        guard let value = result.figure.value else {
            return "\(name) is not available: \((result.problem ?? "").printable)"
        }
        let figure = "\(name) is \(amount(value, result))"
        if let problem = result.problem { return "\(figure); \(problem.printable)" }
        guard let limit = result.limit, let threshold = result.threshold else { return figure }
        let kind = result.level == .warn ? "warning limit" : "limit"
        guard let excess = result.excess else {
            return "\(figure); the limit is \(limitText(limit, threshold, result))"
        }
        let direction = limit.direction == .atMost ? "more" : "less"
        let share = threshold == 0 ? "" : " (\(percent(excess, of: threshold)))"
        let difference = quantity(excess, result.metric.unit) + share
        var text =
            "\(figure), \(difference) \(direction) than the \(kind) of "
            + limitText(limit, threshold, result)
        if limit.isRelative, let baseline = result.baseline {
            text += "; the baseline has \(quantity(baseline, result.metric.unit))"
        }
        return text
    }

    /// The value; where the limit is a time, also as one.
    private static func amount(_ value: Double, _ result: BudgetResult) -> String {
        let text = quantity(value, result.metric.unit)
        guard result.metric.unit == .cycles, result.limit?.text.hasSuffix("s") == true,
            result.limit?.text.hasSuffix("cycles") == false
        else { return text }
        return text + " (\(Figures.milliseconds(cycles: value, clockHz: result.clockHz)) ms)"
    }

    /// As written; a limit against the baseline also as the figure that it comes to.
    static func limitText(_ limit: Limit, _ threshold: Double?, _ result: BudgetResult) -> String {
        guard limit.isRelative, let threshold else { return limit.text.printable }
        return "\(limit.text.printable) = \(quantity(threshold, result.metric.unit))"
    }

    /// "31,120 B", "0.83", "+5,120 B" with `signed`.
    package static func quantity(_ value: Double, _ unit: FigureUnit, signed: Bool = false)
        -> String
    {
        let sign = signed && value > 0 ? "+" : ""
        // Its number has the unit in it.
        if unit == .joules { return sign + number(value, unit) }
        return sign + number(value, unit) + (unit.rawValue.isEmpty ? "" : " " + unit.rawValue)
    }

    /// The same without its unit.
    static func number(_ value: Double, _ unit: FigureUnit) -> String {
        let isWhole = value == value.rounded() && value.magnitude < 1e15
        switch unit {
        case .bytes, .cycles, .instructions, .calls:
            // A mean of few cycles tells in its decimals.
            return Figures.fixed(value, decimals: isWhole || value.magnitude >= 1000 ? 0 : 3)
        case .joules: return Figures.joules(value)
        case .number: return Figures.fixed(value, decimals: isWhole ? 0 : 4)
        }
    }

    static func percent(_ part: Double, of whole: Double, signed: Bool = false) -> String {
        guard whole != 0 else { return "n/a" }
        let value = part * 100 / whole.magnitude
        let decimals = value != 0 && value.magnitude < 0.1 ? 3 : 1
        return (signed && value > 0 ? "+" : "") + Figures.fixed(value, decimals: decimals) + " %"
    }

    /// Tables of what grew, each under its title.
    package static func growth(_ tables: [GrowthTable]) -> [String] {
        tables.flatMap { table in
            ["\(table.title):"] + growthTable(table).lines(indent: "  ") + rest(table)
        }
    }

    static func growthTable(_ table: GrowthTable) -> TextTable {
        var text = TextTable([.left, .right, .right, .right])
        text.rows = table.rows.map { row in
            [
                row.name.printable, quantity(row.change, table.unit, signed: true),
                row.before.map { number($0, table.unit) } ?? "new",
                "-> " + (row.after.map { number($0, table.unit) } ?? "gone"),
            ]
        }
        return text
    }

    static func rest(_ table: GrowthTable) -> [String] {
        guard table.restCount > 0 else { return [] }
        return [
            "  and \(table.restCount) more: "
                + quantity(table.restChange, table.unit, signed: true)
        ]
    }
}
