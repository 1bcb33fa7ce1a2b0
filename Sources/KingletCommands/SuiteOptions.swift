// SPDX-License-Identifier: GPL-2.0-or-later
import ArgumentParser
import Foundation
import Workbench

/// What a command runs many of, as its help says it.
protocol SuitePart {
    static var singular: String { get }
    static var plural: String { get }
    /// Where records and built firmware go unless `--output-dir` says otherwise.
    static var outputFolder: String { get }
}

/// The options that commands share which run many things side by side.
struct SuiteOptions<Part: SuitePart>: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "\(Part.plural) at a time; results do not depend on it. (default: processor cores)",
            valueName: "count"))
    var jobs: Int?

    @Option(
        help: ArgumentHelp(
            "Records and built firmware go to a folder here for each \(Part.singular).",
            valueName: "folder"))
    var outputDir = Part.outputFolder

    @Option(
        help: ArgumentHelp(
            "Kinglet's folder 'firmware', where it is not near the program.", valueName: "folder"))
    var firmware: String?

    func validate() throws {
        if let jobs, jobs < 1 {
            throw ValidationError("--jobs \(jobs) is not valid; valid: 1 or more")
        }
    }

    var jobCount: Int { jobs ?? ProcessInfo.processInfo.activeProcessorCount }

    /// - Parameter subfolder: of `--output-dir`; nil for that folder itself.
    func runOptions(subfolder: String? = nil) -> ScenarioRun.Options {
        var options = ScenarioRun.Options()
        options.output = subfolder.map { "\(outputDir)/\($0)" } ?? outputDir
        options.firmware = firmware
        return options
    }
}
