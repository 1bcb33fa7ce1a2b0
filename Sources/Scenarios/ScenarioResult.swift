// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// What became of one scenario.
package struct ScenarioResult: Sendable {
    package enum Status: String, Sendable, Equatable, CaseIterable {
        case pass, warn, fail
        /// A limit of the run was reached.
        case limit
        case fault
        /// It could not run: the file, the image or the build is at fault.
        case error

        /// Of `kinglet test`.
        package var exitCode: Int {
            switch self {
            case .pass, .warn: 0
            case .fail: 1
            case .error: 2
            case .fault: 3
            case .limit: 42
            }
        }

        /// The gravest of several decides what the command exits with.
        package var gravity: Int {
            switch self {
            case .pass: 0
            case .warn: 1
            case .fail: 2
            case .limit: 3
            case .fault: 4
            case .error: 5
            }
        }
    }

    /// The scenario file.
    package var file: String
    package var name: String
    /// nil where it could not run.
    package var record: RunRecord?
    package var budgets: [BudgetResult] = []
    /// Every usual figure against the baseline, the largest relative change first; empty without one.
    package var changes: [FigureChange] = []
    package var hasBaseline = false
    /// Why it could not run, a message for a person.
    package var error: String?
    /// Whatever a reader of the figures should know.
    package var notes: [String] = []

    package init(file: String, name: String, error: String) {
        self.file = file
        self.name = name
        self.error = error
    }

    /// Holds a run against the scenario's budgets.
    package init(_ scenario: Scenario, record: RunRecord, baseline: Baseline?) {
        file = scenario.file
        name = scenario.name
        self.record = record
        budgets = scenario.budgets.map { $0.check(record, baseline: baseline) }
        hasBaseline = baseline != nil
        guard let baseline else { return }
        changes = FigureChange.all(record, baseline: baseline)
        notes = baseline.notes(on: record)
    }

    package var status: Status {
        if error != nil { return .error }
        switch record?.outcome.exitCode {
        case 3: return .fault
        case 42: return .limit
        case 0: break
        default: return .fail
        }
        if budgets.contains(where: { $0.level == .fail }) { return .fail }
        return budgets.contains { $0.level == .warn } ? .warn : .pass
    }
}

/// A figure of a run beside the baseline's.
package struct FigureChange: Sendable, Equatable {
    package var metric: Metric
    package var before: Double
    package var after: Double

    package var change: Double { after - before }
    /// Of the baseline's figure; nil where that is 0.
    package var percent: Double? {
        before == 0 ? nil : change * 100 / before.magnitude
    }

    /// Figures that both have, the largest relative change first; equal ones in the catalogue's order.
    static func all(_ record: RunRecord, baseline: Baseline) -> [FigureChange] {
        let changes = Metric.usual(in: record).compactMap { metric -> FigureChange? in
            guard let before = baseline.figures[metric.name],
                let after = metric.figure(in: record).value, after.isFinite
            else { return nil }
            return FigureChange(metric: metric, before: before, after: after)
        }
        func size(_ change: FigureChange) -> Double {
            change.percent?.magnitude ?? (change.change == 0 ? 0 : .infinity)
        }
        return changes.enumerated().sorted { a, b in
            (size(b.element), a.offset) < (size(a.element), b.offset)
        }.map(\.element)
    }
}
