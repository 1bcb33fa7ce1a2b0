// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
package import Scenarios

/// The results as JUnit XML: a suite for each scenario, a case for its run and for each budget.
///
/// `time` is that on the chip, in seconds: the same on every machine.
package enum JUnitReport {
    package static func text(_ results: [ScenarioResult]) -> String {
        let suites = results.map(Suite.init)
        let total = suites.reduce(into: Counts()) { $0.add($1.counts) }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<testsuites name=\"kinglet\"\(total.attributes)>\n"
            + suites.map(\.text).joined() + "</testsuites>\n"
    }

    private struct Counts {
        var tests = 0
        var failures = 0
        var errors = 0
        var skipped = 0

        mutating func add(_ other: Counts) {
            tests += other.tests
            failures += other.failures
            errors += other.errors
            skipped += other.skipped
        }

        /// Not every reader knows `skipped` on the outermost element.
        var attributes: String {
            " tests=\"\(tests)\" failures=\"\(failures)\" errors=\"\(errors)\""
        }
    }

    private struct Suite {
        var counts = Counts()
        var text = ""

        init(_ result: ScenarioResult) {
            var cases = run(result)
            for budget in result.budgets { cases += self.budget(budget, result) }
            let time = result.record.map { seconds($0) } ?? "0"
            text =
                "  <testsuite name=\"\(result.name.xmlEscaped)\"\(counts.attributes) "
                + "skipped=\"\(counts.skipped)\" time=\"\(time)\">\n\(cases)"
            let notes = TestSummary.notes(result)
            if !notes.isEmpty {
                text += "    <system-out>\(notes.joined(separator: "\n").xmlEscaped)</system-out>\n"
            }
            text += "  </testsuite>\n"
        }

        private mutating func run(_ result: ScenarioResult) -> String {
            counts.tests += 1
            var body = ""
            if let error = result.error {
                counts.errors += 1
                body = problem("error", "could not run", error)
            } else if let sentence = TestSummary.outcome(result) {
                if result.status == .fail {
                    counts.failures += 1
                    body = problem("failure", sentence, sentence)
                } else {
                    counts.errors += 1
                    let fault = result.record?.fault.map { FaultText.lines($0) } ?? []
                    body = problem(
                        "error", sentence, ([sentence] + fault).joined(separator: "\n"))
                }
            }
            let time = result.record.map { seconds($0) } ?? "0"
            return testCase("run", result, " time=\"\(time)\"", body)
        }

        private mutating func budget(_ budget: BudgetResult, _ result: ScenarioResult) -> String {
            counts.tests += 1
            let message = BudgetText.message(budget)
            let text = ([message] + BudgetText.growth(budget.growth)).joined(separator: "\n")
            let body: String
            switch budget.level {
            case .pass: body = ""
            case .fail:
                counts.failures += 1
                body = problem("failure", message, text)
            case .warn: body = "      <system-out>warning: \(text.xmlEscaped)</system-out>\n"
            case .notApplicable:
                counts.skipped += 1
                body = "      <skipped message=\"\(message.xmlEscaped)\"/>\n"
            }
            return testCase(budget.metric.name, result, " time=\"0\"", body)
        }

        private func problem(_ tag: String, _ message: String, _ text: String) -> String {
            "      <\(tag) type=\"\(tag == "failure" ? "budget" : "run")\" "
                + "message=\"\(message.xmlEscaped)\">\(text.xmlEscaped)</\(tag)>\n"
        }

        private func testCase(
            _ name: String, _ result: ScenarioResult, _ attributes: String, _ body: String
        ) -> String {
            let head =
                "    <testcase classname=\"\(result.name.xmlEscaped)\" "
                + "name=\"\(name.xmlEscaped)\"\(attributes)"
            return body.isEmpty ? head + "/>\n" : head + ">\n\(body)    </testcase>\n"
        }

        private func seconds(_ record: RunRecord) -> String {
            guard record.clockHz > 0 else { return "0" }
            let value = Double(record.total.cycles) / Double(record.clockHz)
            // Jenkins refuses more than three decimals.
            return Figures.fixed(value, decimals: 3).filter { $0 != "," }
        }
    }
}

extension String {
    /// As text or attribute of XML 1.0, which has no control characters but blanks.
    var xmlEscaped: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
                result.unicodeScalars.append(scalar)
            default: result += "\u{FFFD}"
            }
        }
        return result
    }
}
