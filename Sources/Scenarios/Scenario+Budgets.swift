// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

extension Scenario {
    static func budgets(_ top: Reader) throws(YAMLError) -> [Budget] {
        guard top.has("budgets") else { return [] }
        var budgets: [Budget] = []
        for entry in try top.entries("budgets", valid: "a figure with its limit") {
            guard let metric = Metric(entry.name) else {
                throw YAMLError(
                    file: top.file, line: entry.key.line, column: entry.key.column,
                    .badValue(
                        key: "budgets", found: entry.name,
                        valid: Metric.validNames.joined(separator: ", "),
                        choices: Metric.candidates(for: entry.name)))
            }
            budgets.append(try budget(metric, entry, top.file))
        }
        return budgets
    }

    private static func budget(
        _ metric: Metric, _ entry: Reader.Entry, _ file: String
    ) throws(YAMLError) -> Budget {
        if entry.value.text != nil {
            let limit = try Self.limit(metric, entry.name, entry.value, file)
            return Budget(metric: metric, warn: nil, fail: limit, line: entry.key.line)
        }
        let reader = try Reader(entry.value, file: file, keys: budgetKeys)
        func limit(_ key: String) throws(YAMLError) -> Limit? {
            guard let node = reader.optionalNode(key) else { return nil }
            return try Self.limit(metric, key, node, file)
        }
        let (warn, fail) = (try limit("warn"), try limit("fail"))
        guard warn != nil || fail != nil else { throw reader.missing("fail") }
        if let warn, let fail {
            guard warn.direction == fail.direction else {
                throw reader.bad("warn", warn.text, "a limit of the same direction as 'fail'")
            }
            if warn.isTighter(than: fail) == false {
                throw reader.bad(
                    "warn", warn.text, "a limit that strikes before \(fail.text), that of 'fail'")
            }
        }
        return Budget(metric: metric, warn: warn, fail: fail, line: entry.key.line)
    }

    private static func limit(
        _ metric: Metric, _ key: String, _ node: YAMLNode, _ file: String
    ) throws(YAMLError) -> Limit {
        let needsDirection = !metric.kind.lessIsBetter
        let choices = Limit.choices(for: node.text ?? "", unit: metric.unit)
        return try Reader.scalar(
            node, key: key, file: file,
            valid: Limit.valid(metric.unit, needsDirection: needsDirection), choices: choices
        ) { Limit($0, unit: metric.unit, needsDirection: needsDirection) }
    }
}
