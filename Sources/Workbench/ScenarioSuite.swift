// SPDX-License-Identifier: GPL-2.0-or-later
package import Scenarios

/// Scenarios to run, and those that cannot even be read.
package struct ScenarioSuite: Sendable {
    package enum Entry: Sendable {
        case scenario(Scenario)
        case malformed(ScenarioResult)

        package var name: String {
            switch self {
            case .scenario(let scenario): scenario.name
            case .malformed(let result): result.name
            }
        }
    }

    package var entries: [Entry]

    /// Reads the files; two scenarios of one name are refused, since their results would stand in one place.
    package init(files: [String]) {
        var owners: [String: String] = [:]
        entries = files.map { file in
            do throws(WorkbenchError) {
                let scenario = try ScenarioRun.scenario(file)
                if let other = owners[scenario.name] {
                    return .malformed(
                        ScenarioResult(
                            file: file, name: file,
                            error: "\(file): the scenario '\(other)' has the name "
                                + "'\(scenario.name)' too; give one another with 'name'"))
                }
                owners[scenario.name] = file
                return .scenario(scenario)
            } catch {
                return .malformed(ScenarioResult(file: file, name: file, error: "\(error)"))
            }
        }
    }

    /// Keeps scenarios whose name has one of `words` in it; malformed ones stay.
    package func filtered(_ words: [String]) -> ScenarioSuite {
        guard !words.isEmpty else { return self }
        var suite = self
        suite.entries = entries.filter { entry in
            guard case .scenario(let scenario) = entry else { return true }
            return words.contains { scenario.name.contains($0) }
        }
        return suite
    }

    /// Every `count`-th entry from the `index`-th on, from 1.
    package func shard(_ index: Int, of count: Int) -> ScenarioSuite {
        var suite = self
        suite.entries = entries.enumerated().filter { $0.offset % count == index - 1 }.map(
            \.element)
        return suite
    }

    /// Runs them, `jobs` at a time.
    ///
    /// - Parameter finished: called after each, from any thread, one call at a time.
    /// - Returns: results in the order of the entries, the same however many run at a time.
    package func run(
        _ run: ScenarioRun, jobs: Int, finished: @escaping @Sendable (ScenarioResult) -> Void
    ) -> [ScenarioResult] {
        ParallelWork.results(of: entries, jobs: jobs, finished: finished) { entry in
            switch entry {
            case .scenario(let scenario): run.result(of: scenario)
            case .malformed(let result): result
            }
        }
    }
}
