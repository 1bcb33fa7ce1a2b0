// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Scenarios
import Workbench

/// A file with the figures of an earlier run, committed beside the tests: what limits with a sign (`+2 %`)
/// are measured from, and what explains a budget that does not hold.
///
/// It is the file that `kinglet test --update-baseline` writes. With the environment variable
/// `KINGLET_UPDATE_BASELINE=1`, `expect(_:within:of:)` writes it in place of judging.
public struct CommittedBaseline: Sendable {
    /// A relative path starts at the current folder, which is the package's under `swift test`.
    public var path: String
    /// Whether the file is written in place of being read.
    package var isUpdating: Bool

    /// Nothing is read before the baseline is needed.
    public init(_ path: String) {
        self.path = path
        let value = ProcessInfo.processInfo.environment[Self.updateVariable] ?? ""
        isUpdating = value != "" && value != "0"
    }

    static let updateVariable = "KINGLET_UPDATE_BASELINE"

    func read() throws -> Baseline {
        guard FileManager.default.fileExists(atPath: path) else {
            throw BaselineError(
                description:
                    "there is no baseline '\(path)'; \(Self.updateVariable)=1 swift test writes it")
        }
        return try Baseline(
            json: String(decoding: try ImageFile.contents(path), as: UTF8.self), file: path)
    }

    func write(_ record: RunRecord, _ budgets: [Budget]) throws {
        guard record.outcome.exitCode == 0 else {
            throw BaselineError(
                description:
                    "the baseline '\(path)' stays as it was: the run of '\(record.name)' did "
                    + "not pass")
        }
        let name = URL(filePath: path).deletingPathExtension().lastPathComponent
        try OutputFile.write(
            Baseline(record, name: name, budgets: budgets).encodedJSON(), to: path)
    }
}
