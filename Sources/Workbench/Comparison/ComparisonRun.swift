// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
package import RunModel
package import Scenarios
import StrictYAML

/// Builds and runs the rows of a comparison.
package struct ComparisonRun: Sendable {
    private let options: ScenarioRun.Options
    private let execute: FirmwareRun.Execute

    /// - Parameter options: of which output and firmware folder matter. Results of a row stand in
    ///   `OUTPUT/GROUP/NAME`.
    package init(_ options: ScenarioRun.Options, execute: @escaping FirmwareRun.Execute) {
        self.options = options
        self.execute = execute
    }

    /// Runs all rows, `jobs` at a time.
    ///
    /// - Parameter finished: called after each row, from any thread, one call at a time.
    /// - Returns: rows in the order of the file, the same however many run at a time; what went wrong with a
    ///   row stands in it.
    package func record(
        of comparison: Comparison, jobs: Int, finished: @Sendable (ComparisonRow) -> Void
    ) -> ComparisonRecord {
        let rows = ParallelWork.results(of: comparison.rows, jobs: jobs, finished: finished) {
            row(of: $0, comparison.longRun)
        }
        return ComparisonRecord(
            kingletVersion: KingletVersion.current, name: comparison.name,
            summary: comparison.summary, seed: comparison.common("seed"),
            steps: comparison.common("steps"), objectives: comparison.objectives.map(\.rawValue),
            rows: rows
        ).compared()
    }

    /// Runs one row; what goes wrong is in it.
    private func row(
        of row: Comparison.Row, _ longRun: Comparison.LongRun?
    ) -> ComparisonRow {
        let scenario = row.scenario
        var result = ComparisonRow(
            name: scenario.name, group: row.group,
            board: scenario.board?.value ?? scenario.boardFile?.value ?? ScenarioRun.usualBoard,
            options: scenario.optionsText, data: scenario.files?.value)
        var options = options
        if let group = row.group { options.output += "/\(group)" }
        let run = ScenarioRun(options, execute: execute)
        do throws(WorkbenchError) {
            switch scenario.subject {
            case .image(let path):
                let board = try run.board(scenario)
                result.board = board.name
                result.record = try run.run(
                    scenario, image: try scenario.existing("image", path), on: board
                ).record
            case .training(let training):
                result.model = training.model.value
                result.scheme = training.scheme.value
                try TrainedRow(row, training, run).fill(&result, longRun)
            }
            if let record = result.record {
                try OutputFile.write(
                    record.encodedJSON(), to: "\(options.output)/\(scenario.name)/record.json")
            }
        } catch {
            result.failure = "\(error)"
            result.exitCode = Self.exitCode(error)
            return result
        }
        result.exitCode = result.record?.outcome.exitCode ?? 0
        if result.exitCode == 0, result.twin?.equal == false { result.exitCode = 1 }
        return result
    }

    private static func exitCode(_ error: WorkbenchError) -> Int {
        if case .doesNotFit = error { 1 } else { 2 }
    }
}
