// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Reports
import Scenarios
public import Testing

/// Records an issue for each budget that the run exceeds, with what `kinglet test` says of it: by how much,
/// and which symbols, buffers and phases grew.
///
/// ```swift
/// expect(record, within: ["sram.peak": "+2 %", "flash.used": "64 KiB"], of: CommittedBaseline("app.baseline.json"))
/// ```
///
/// Figures and limits are those of scenario files. A limit without a sign stands alone, and may do without a
/// baseline.
public func expect(
    _ record: RunRecord, within budgets: KeyValuePairs<String, String>,
    of committed: CommittedBaseline? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    func fail(_ message: String) {
        Issue.record(Comment(rawValue: message), sourceLocation: sourceLocation)
    }
    var valid: [Budget] = []
    for (figure, limit) in budgets {
        do {
            valid.append(try Budget(figure: figure, limit: limit))
        } catch {
            fail("\(error)")
        }
    }
    do {
        if let committed, committed.isUpdating {
            // Of too few budgets the file would lack a figure.
            if valid.count == budgets.count { try committed.write(record, valid) }
            return
        }
        let baseline = try committed?.read()
        for result in valid.map({ $0.check(record, baseline: baseline) }) {
            guard let message = BaselineMessage(result, record, baseline).text else { continue }
            fail(message)
        }
    } catch {
        fail("\(error)")
    }
}

/// A budget that does not hold, in lines.
private struct BaselineMessage {
    var text: String?

    init(_ result: BudgetResult, _ record: RunRecord, _ baseline: Baseline?) {
        switch result.level {
        case .pass, .warn: return
        case .notApplicable:
            text =
                "\(result.metric.name.printable): the limit \(result.limit?.text ?? "") is one of a "
                + "baseline; give it with of: CommittedBaseline(…)"
        case .fail:
            let lines =
                BudgetText.growth(result.growth)
                + (baseline?.notes(on: record) ?? []).map { "note: \($0.printable)" }
            text =
                "'\(record.name.printable)' on \(record.board.printable): "
                + ([BudgetText.message(result)] + lines).joined(separator: "\n  ")
        }
    }
}
