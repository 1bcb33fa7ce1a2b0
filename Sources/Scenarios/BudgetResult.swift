// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// What became of one budget.
package struct BudgetResult: Sendable, Equatable {
    package enum Level: String, Sendable, Equatable, CaseIterable {
        case pass, warn, fail
        /// It hangs on a baseline, and there is none yet.
        case notApplicable = "n/a"
    }

    package var metric: Metric
    package var figure: Figure
    /// The baseline's; nil without a baseline or where that has no such figure.
    package var baseline: Double?
    package var level: Level
    /// The limit that was exceeded; the fail limit (or else the warn limit) where none was.
    package var limit: Limit?
    /// That limit in the figure's unit; nil where it hangs on a missing baseline.
    package var threshold: Double?
    /// What the figure cannot be compared for, a clause; nil where it can.
    package var problem: String?
    /// Why it grew; empty unless it exceeds a limit and a baseline knows its parts.
    package var growth: [GrowthTable]
    /// Of the budget in the scenario file.
    package var line: Int
    /// Turns cycles into time.
    package var clockHz: UInt64

    /// How far the figure is beyond the limit, in its unit; nil where it is not.
    package var excess: Double? {
        guard level == .warn || level == .fail, let value = figure.value, let threshold else {
            return nil
        }
        return (value - threshold).magnitude
    }
}

extension Budget {
    /// Holds a run against this budget.
    package func check(_ record: RunRecord, baseline: Baseline?) -> BudgetResult {
        let figure = metric.figure(in: record)
        let usual = fail ?? warn
        var result = BudgetResult(
            metric: metric, figure: figure, baseline: baseline?.figures[metric.name],
            level: .pass, limit: usual,
            threshold: usual?.threshold(
                baseline: baseline?.figures[metric.name], clockHz: record.clockHz),
            problem: nil, growth: [], line: line, clockHz: record.clockHz)
        guard case .value(let value) = figure else {
            if case .missing(let why) = figure { result.problem = why }
            result.level = .fail
            return result
        }
        for (limit, level) in [(fail, BudgetResult.Level.fail), (warn, .warn)] {
            guard let limit else { continue }
            guard
                let threshold = limit.threshold(
                    baseline: result.baseline, clockHz: record.clockHz)
            else {
                guard result.level == .pass else { continue }
                let isMissing = baseline == nil
                result.level = isMissing ? .notApplicable : .fail
                result.problem =
                    isMissing
                    ? "there is no baseline yet; write it with --update-baseline"
                    : "the baseline has no such figure; write it anew with --update-baseline"
                continue
            }
            if limit.isExceeded(by: value, threshold: threshold),
                result.level == .pass || result.level == .notApplicable
            {
                (result.level, result.limit, result.threshold) = (level, limit, threshold)
                result.problem = nil
            }
        }
        if let baseline, result.problem == nil, result.level != .pass {
            result.growth = GrowthTable.explaining(metric, record, baseline)
        }
        return result
    }
}
