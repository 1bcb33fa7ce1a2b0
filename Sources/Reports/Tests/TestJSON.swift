// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
package import Scenarios

/// The results for programs.
package enum TestJSON {
    package static let schemaVersion = 1

    /// Every figure and verdict of every scenario.
    package static func results(_ results: [ScenarioResult], kingletVersion: String) -> String {
        encode(
            Document(
                schemaVersion: schemaVersion, kingletVersion: kingletVersion,
                exitCode: TestSummary.exitCode(results), scenarios: results.map(Entry.init)))
    }

    /// `name`, `unit`, `value` rows of figures where less is better: what github-action-benchmark reads
    /// as `customSmallerIsBetter`, and other trackers as well.
    package static func benchmarks(_ results: [ScenarioResult]) -> String {
        encode(
            results.flatMap { result in
                Row.all(result).filter { $0.lessIsBetter }.map { row in
                    var row = row
                    row.baseline = nil
                    row.name = "\(result.name): \(row.name)"
                    row.extra = result.record.map { "\($0.board), \($0.clockHz) Hz" }
                    return row
                }
            })
    }

    private static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("results hold only strings and numbers")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    private struct Document: Encodable {
        var schemaVersion: Int
        var kingletVersion: String
        var exitCode: Int
        var scenarios: [Entry]

        enum CodingKeys: String, CodingKey {
            case schemaVersion = "schema_version"
            case kingletVersion = "kinglet_version"
            case exitCode = "exit_code"
            case scenarios
        }
    }

    /// A figure; `baseline` only where there is one.
    private struct Row: Encodable {
        var name: String
        var unit: String
        var value: Double
        var baseline: Double?
        var extra: String?
        var lessIsBetter: Bool

        enum CodingKeys: String, CodingKey { case name, unit, value, baseline, extra }

        static func all(_ result: ScenarioResult) -> [Row] {
            guard let record = result.record else { return [] }
            var metrics = Metric.usual(in: record)
            metrics += result.budgets.map(\.metric).filter { !metrics.contains($0) }
            return metrics.compactMap { metric in
                guard let value = metric.figure(in: record).value, value.isFinite else {
                    return nil
                }
                let change = result.changes.first { $0.metric == metric }
                return Row(
                    name: metric.name, unit: metric.unit.rawValue, value: value,
                    baseline: change?.before, lessIsBetter: metric.lessIsBetter == true)
            }
        }
    }

    private struct Entry: Encodable {
        var name: String
        var file: String
        var status: String
        var board: String?
        var error: String?
        var budgets: [Verdict]
        var figures: [Row]
        var notes: [String]

        init(_ result: ScenarioResult) {
            name = result.name
            file = result.file
            status = result.status.rawValue
            board = result.record?.board
            error = result.error ?? TestSummary.outcome(result)
            budgets = result.budgets.map(Verdict.init)
            figures = Row.all(result)
            notes = TestSummary.notes(result)
        }
    }

    private struct Verdict: Encodable {
        var name: String
        var unit: String
        var value: Double?
        var baseline: Double?
        var limit: String?
        var threshold: Double?
        var verdict: String
        var message: String
        var growth: [Part]

        init(_ result: BudgetResult) {
            name = result.metric.name
            unit = result.metric.unit.rawValue
            value = result.figure.value
            baseline = result.baseline
            limit = result.limit?.text
            threshold = result.threshold
            verdict = result.level.rawValue
            message = BudgetText.message(result)
            growth = result.growth.flatMap { table in
                table.rows.map { row in
                    Part(
                        kind: table.title, name: row.name, before: row.before, after: row.after,
                        change: row.change)
                }
            }
        }
    }

    private struct Part: Encodable {
        var kind: String
        var name: String
        var before: Double?
        var after: Double?
        var change: Double
    }
}
