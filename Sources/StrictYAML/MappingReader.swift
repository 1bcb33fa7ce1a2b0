// SPDX-License-Identifier: GPL-2.0-or-later
import Yams

/// One YAML mapping whose keys are known beforehand; every error carries its line and column.
package struct MappingReader<Failure: YAMLFailure> {
    private var mapping: Yams.Node.Mapping
    package let file: String
    private let place: Place
    /// The keys that may stand here.
    package let keys: [String]

    /// The top of a file; other keys are refused.
    package init(yaml: String, file: String, keys: [String]) throws(Failure) {
        let node: YAMLNode?
        do {
            node = try YAMLDocument.compose(yaml, file: file)
        } catch {
            throw .file(error)
        }
        try self.init(node, file: file, keys: keys)
    }

    /// A mapping inside a file; other keys are refused.
    package init(_ node: YAMLNode?, file: String, keys: [String]) throws(Failure) {
        let place = Place(node)
        guard case .mapping(let mapping)? = node else {
            throw Self.failure(
                file, place, .syntax("expected keys and values: \(keys.joined(separator: ", "))"))
        }
        self.mapping = mapping
        self.file = file
        self.place = place
        self.keys = keys
        for (key, _) in mapping {
            let name = key.scalar?.string ?? "a list or mapping"
            guard key.scalar != nil, keys.contains(name) else {
                throw Self.failure(file, Place(key), .unknownKey(name, valid: keys))
            }
        }
    }

    /// This mapping with the entries of another, where it has none of its own with that key; errors at
    /// values name the place of each, errors at the mapping this one's.
    ///
    /// - Parameter skipped: keys that are not taken over.
    package func filled(from defaults: Self, except skipped: [String] = []) -> Self {
        var filled = self
        for (key, value) in defaults.mapping {
            let name = key.scalar?.string ?? ""
            guard !has(name), !skipped.contains(name) else { continue }
            filled.mapping[key] = value
        }
        return filled
    }

    package func optionalNode(_ key: String) -> YAMLNode? {
        mapping.first { $0.key.scalar?.string == key }?.value
    }

    package func has(_ key: String) -> Bool { optionalNode(key) != nil }

    /// An error at the value of `key`, or of the mapping where it has none.
    package func error(at key: String, _ problem: YAMLError.Problem) -> Failure {
        Self.failure(file, optionalNode(key).map { Place($0) } ?? place, problem)
    }

    /// An error at the mapping.
    package func error(atMapping problem: YAMLError.Problem) -> Failure {
        Self.failure(file, place, problem)
    }

    /// The error for a value that only its surroundings make wrong.
    package func bad(_ key: String, _ found: String, _ valid: String) -> Failure {
        error(at: key, .badValue(key: key, found: found, valid: valid))
    }

    /// The error for a key that other keys make useless.
    package func unknown(_ key: String, valid: [String]) -> Failure {
        let key = mapping.first { $0.key.scalar?.string == key }?.key
        return Self.failure(
            file, key.map { Place($0) } ?? place,
            .unknownKey(key?.scalar?.string ?? "", valid: valid))
    }

    func node(_ key: String) throws(Failure) -> YAMLNode {
        guard let node = optionalNode(key) else {
            throw Self.failure(file, place, .missingKey(key))
        }
        return node
    }

    private static func failure(
        _ file: String, _ place: Place, _ problem: YAMLError.Problem
    ) -> Failure {
        .file(YAMLError(file: file, line: place.line, column: place.column, problem))
    }

    /// The value of one node; `convert` gives nil for text that is not valid.
    package static func scalar<T>(
        _ node: YAMLNode, key: String, file: String, valid: String, choices: [String] = [],
        _ convert: (String) -> T?
    ) throws(Failure) -> T {
        let text = node.scalar?.string
        guard let text, let value = convert(text) else {
            throw failure(
                file, Place(node),
                .badValue(
                    key: key, found: text ?? "a list or mapping", valid: valid, choices: choices))
        }
        return value
    }
}

/// Where a node begins.
private struct Place {
    var line: Int
    var column: Int

    init(_ node: YAMLNode?) {
        line = node?.mark?.line ?? 1
        column = node?.mark?.column ?? 1
    }
}
