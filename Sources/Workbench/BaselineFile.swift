// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import Scenarios

/// The file with a scenario's baseline, which may not be there yet.
struct BaselineFile {
    let path: String
    private let text: String?
    private let baseline: Baseline?

    /// Reads it. A baseline that the scenario names must exist, unless it is about to be written.
    init(_ scenario: Scenario, _ options: ScenarioRun.Options) throws(WorkbenchError) {
        if let folder = options.baselineFolder {
            path = folder + "/" + URL(filePath: scenario.baselinePath).lastPathComponent
        } else {
            path = scenario.path(scenario.baselinePath)
        }
        guard FileManager.default.fileExists(atPath: path) else {
            (text, baseline) = (nil, nil)
            if let named = scenario.baseline, options.baselineFolder == nil,
                !options.updatesBaseline
            {
                _ = try scenario.existing("baseline", named)
            }
            return
        }
        let text = String(decoding: try ImageFile.contents(path), as: UTF8.self)
        self.text = text
        do {
            baseline = try Baseline(json: text, file: path)
        } catch {
            // What is about to be replaced need not be readable.
            guard options.updatesBaseline else { throw .baseline(error) }
            baseline = nil
        }
    }

    /// The baseline to compare with, written anew where that is asked for and the run was sound.
    func updated(
        _ record: RunRecord, _ scenario: Scenario, _ options: ScenarioRun.Options
    ) throws(WorkbenchError) -> (baseline: Baseline?, notes: [String]) {
        guard options.updatesBaseline else { return (baseline, []) }
        guard record.outcome.exitCode == 0 else {
            return (baseline, ["the baseline '\(path)' stays as it was: the run did not pass"])
        }
        let new = Baseline(record, name: scenario.name, budgets: scenario.budgets)
        let newText = new.encodedJSON()
        guard newText != text else { return (new, ["the baseline '\(path)' is up to date"]) }
        try OutputFile.write(newText, to: path)
        return (new, ["wrote the baseline '\(path)'"])
    }
}
