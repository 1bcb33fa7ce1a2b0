// SPDX-License-Identifier: GPL-2.0-or-later
import Yams

/// One YAML mapping whose keys are known beforehand; every error carries its line.
struct YAMLReader {
    private let mapping: Node.Mapping
    private let file: String
    private let line: Int

    init(_ node: Node?, file: String, keys: [String]) throws(BoardError) {
        guard case .mapping(let mapping)? = node else {
            throw .syntax(
                file: file, line: node?.mark?.line ?? 1,
                detail: "expected keys and values: \(keys.joined(separator: ", "))")
        }
        for (key, _) in mapping {
            let name = key.scalar?.string ?? ""
            let keyLine = key.mark?.line ?? 1
            guard keys.contains(name) else {
                throw .unknownKey(file: file, line: keyLine, key: name, valid: keys)
            }
        }
        self.mapping = mapping
        self.file = file
        line = node?.mark?.line ?? 1
    }

    func optionalNode(_ key: String) -> Node? {
        mapping.first { $0.key.scalar?.string == key }?.value
    }

    func list(_ key: String) throws(BoardError) -> [Node] {
        guard let node = optionalNode(key) else {
            throw .missingKey(file: file, line: line, key: key)
        }
        guard case .sequence(let sequence) = node else {
            throw .syntax(
                file: file, line: node.mark?.line ?? line, detail: "'\(key)' must be a list")
        }
        return Array(sequence)
    }

    func optional<T>(_ key: String, valid: String, _ convert: (String) -> T?) throws(BoardError)
        -> T?
    {
        guard let node = optionalNode(key) else { return nil }
        return try Self.scalar(node, key: key, file: file, valid: valid, convert)
    }

    func value<T>(_ key: String, valid: String, _ convert: (String) -> T?) throws(BoardError) -> T {
        guard let value = try optional(key, valid: valid, convert) else {
            throw .missingKey(file: file, line: line, key: key)
        }
        return value
    }

    /// A size of at least one byte that fits 32 bits.
    func length(_ key: String) throws(BoardError) -> UInt32 {
        try value(key, valid: "a size, e.g. 256KiB") {
            Quantity.bytes($0).flatMap { UInt32(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
        }
    }

    /// The error for a value that only its surroundings make wrong.
    func bad(_ key: String, _ found: String, _ valid: String) -> BoardError {
        .badValue(
            file: file, line: optionalNode(key)?.mark?.line ?? line, key: key, found: found,
            valid: valid)
    }

    static func scalar<T>(
        _ node: Node, key: String, file: String, valid: String, _ convert: (String) -> T?
    ) throws(BoardError) -> T {
        guard let text = node.scalar?.string else {
            throw .badValue(
                file: file, line: node.mark?.line ?? 1, key: key, found: "a list or mapping",
                valid: valid)
        }
        guard let value = convert(text) else {
            throw .badValue(
                file: file, line: node.mark?.line ?? 1, key: key, found: text, valid: valid)
        }
        return value
    }
}
