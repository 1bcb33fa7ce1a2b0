// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
package import Scenarios

/// What the command line puts in the place of a comparison file's own.
package struct ComparisonChanges: Sendable {
    /// Files in place of models that the file names.
    package var models: [(name: String, path: String)] = []
    /// A folder of samples.
    package var files: String?
    /// 0 for none.
    package var longRunSteps: Int?
    /// Words of which a row has one in its group or name; empty for all.
    package var filter: [String] = []

    package init() {}
}

package enum ComparisonFile {
    /// Reads a comparison file and changes it.
    package static func read(
        _ file: String, changes: ComparisonChanges
    ) throws(WorkbenchError) -> Comparison {
        let text = String(decoding: try ImageFile.contents(file), as: UTF8.self)
        var comparison: Comparison
        do {
            comparison = try Comparison.parse(yaml: text, file: file)
        } catch {
            throw .scenario(error)
        }
        for model in changes.models { try replace(model.name, model.path, in: &comparison) }
        if let files = changes.files {
            guard comparison.rows.contains(where: \.isTrained) else {
                throw .comparison(reason: "--files: no row of '\(file)' has a model")
            }
            for index in comparison.rows.indices {
                comparison.rows[index].scenario.files = Located(
                    value: absolute(files), line: 1, column: 1)
            }
        }
        if let steps = changes.longRunSteps {
            let arguments = comparison.longRun?.arguments ?? ""
            comparison.longRun =
                steps == 0 ? nil : Comparison.LongRun(steps: steps, arguments: arguments)
        }
        let filtered = comparison.filtered(changes.filter)
        guard !filtered.rows.isEmpty else {
            throw .comparison(
                reason: "--filter \(changes.filter.joined(separator: ", ")) leaves no row; there "
                    + "are: \(comparison.rows.map(\.folder).joined(separator: ", "))")
        }
        return filtered
    }

    private static func replace(
        _ name: String, _ path: String, in comparison: inout Comparison
    ) throws(WorkbenchError) {
        guard FileManager.default.fileExists(atPath: path) else {
            throw .unreadableFile(path: path, reason: "no such file")
        }
        var models: [String] = []
        var isFound = false
        for index in comparison.rows.indices {
            guard case .training(var training) = comparison.rows[index].scenario.subject else {
                continue
            }
            if !models.contains(training.model.value) { models.append(training.model.value) }
            guard training.model.value == name else { continue }
            isFound = true
            training.model.value = absolute(path)
            comparison.rows[index].scenario.subject = .training(training)
        }
        guard isFound else {
            throw .comparison(
                reason: "--model \(name)=\(path): no row has the model '\(name)'; valid: "
                    + models.joined(separator: ", "))
        }
    }

    private static func absolute(_ path: String) -> String { URL(filePath: path).absoluteURL.path }
}
