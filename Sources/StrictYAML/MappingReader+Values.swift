// SPDX-License-Identifier: GPL-2.0-or-later
import Yams

extension MappingReader {
    /// The schema version, which must be 1.
    package func requireVersion() throws(Failure) {
        _ = try value("schema_version", valid: "1") { $0 == "1" ? 1 : nil }
    }

    package func optional<T>(
        _ key: String, valid: String, _ convert: (String) -> T?
    ) throws(Failure) -> T? {
        guard let node = optionalNode(key) else { return nil }
        return try Self.scalar(node, key: key, file: file, valid: valid, convert)
    }

    package func value<T>(
        _ key: String, valid: String, _ convert: (String) -> T?
    ) throws(Failure) -> T {
        try Self.scalar(try node(key), key: key, file: file, valid: valid, convert)
    }

    /// A whole number of `range`.
    package func integer(_ key: String, _ range: ClosedRange<Int>) throws(Failure) -> Int {
        try value(key, valid: "\(range.lowerBound)...\(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// One of `choices`.
    package func choice(_ key: String, _ choices: [String]) throws(Failure) -> String {
        try Self.scalar(
            try node(key), key: key, file: file, valid: choices.joined(separator: ", "),
            choices: choices
        ) { choices.contains($0) ? $0 : nil }
    }

    /// The mapping at `key`.
    package func mapping(_ key: String, keys: [String]) throws(Failure) -> Self {
        try Self(try node(key), file: file, keys: keys)
    }

    /// The nodes listed at `key`.
    package func list(_ key: String) throws(Failure) -> [YAMLNode] {
        guard case .sequence(let sequence) = try node(key) else {
            throw error(at: key, .syntax("'\(key)' must be a list"))
        }
        return Array(sequence)
    }

    /// The mappings listed at `key`.
    package func mappings(_ key: String, keys: [String]) throws(Failure) -> [Self] {
        var result: [Self] = []
        for node in try list(key) { result.append(try Self(node, file: file, keys: keys)) }
        return result
    }

    /// The values listed at `key`.
    package func values<T>(
        _ key: String, valid: String, _ convert: (String) -> T?
    ) throws(Failure) -> [T] {
        var result: [T] = []
        for node in try list(key) {
            result.append(try Self.scalar(node, key: key, file: file, valid: valid, convert))
        }
        return result
    }
}
