// SPDX-License-Identifier: GPL-2.0-or-later
import Suggestions

/// What is wrong in a YAML file, and where.
package struct YAMLError: Error, Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        /// Not YAML, or not of the kind (mapping, list) that belongs there.
        case syntax(String)
        case unknownKey(String, valid: [String])
        case missingKey(String)
        /// `choices` are the valid words, where there are such; `valid` says in words what is.
        case badValue(key: String, found: String, valid: String, choices: [String] = [])
    }

    package var file: String
    /// From 1.
    package var line: Int
    /// From 1, in Unicode scalars.
    package var column: Int
    package var problem: Problem

    package init(file: String, line: Int, column: Int, _ problem: Problem) {
        self.file = file
        self.line = line
        self.column = column
        self.problem = problem
    }
}

extension YAMLError: CustomStringConvertible {
    package var description: String { "\(file):\(line):\(column): \(problem)" }
}

extension YAMLError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .syntax(let detail): detail
        case .unknownKey(let key, let valid):
            "unknown key '\(key)'\(hint(key, valid)); valid keys: \(valid.joined(separator: ", "))"
        case .missingKey(let key): "key '\(key)' is missing"
        case .badValue(let key, let found, let valid, let choices):
            "'\(key)' is '\(found)'\(hint(found, choices)); valid: \(valid)"
        }
    }

    private func hint(_ text: String, _ names: [String]) -> String {
        Suggestion.nearest(to: text, among: names).map { ", did you mean '\($0)'?" } ?? ""
    }
}

/// The error of a target that reads YAML files: each wraps `YAMLError` in its own.
package protocol YAMLFailure: Error {
    static func file(_ error: YAMLError) -> Self
}

extension YAMLError: YAMLFailure {
    package static func file(_ error: YAMLError) -> YAMLError { error }
}
