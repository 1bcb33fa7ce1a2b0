// SPDX-License-Identifier: GPL-2.0-or-later
import Yams

/// One YAML mapping whose keys are known beforehand; every error carries its line.
struct YAMLReader {
    private let mapping: Node.Mapping
    let file: String
    let line: Int
    /// The keys that may stand here.
    let keys: [String]

    /// Files beyond this are refused unread.
    private static let sizeLimitBytes = 65_536

    /// The top of a file.
    init(yaml: String, file: String, keys: [String]) throws(TrainingError) {
        guard yaml.utf8.count <= Self.sizeLimitBytes else {
            throw .syntax(file: file, line: 1, detail: "longer than \(Self.sizeLimitBytes) bytes")
        }
        let node: Node?
        do {
            node = try compose(yaml: yaml)
        } catch let error as YamlError {
            throw .syntax(file: file, line: error.line, detail: error.problem)
        } catch {
            throw .syntax(file: file, line: 1, detail: "not YAML: \(error)")
        }
        try self.init(node, file: file, line: 1, keys: keys)
    }

    private init(
        _ node: Node?, file: String, line: Int, keys: [String]
    ) throws(TrainingError) {
        guard case .mapping(let mapping)? = node else {
            throw .syntax(
                file: file, line: node?.mark?.line ?? line,
                detail: "expected keys and values: \(keys.joined(separator: ", "))")
        }
        self.mapping = mapping
        self.file = file
        self.line = node?.mark?.line ?? line
        self.keys = keys
        for (key, _) in mapping {
            let name = key.scalar?.string ?? "a list or mapping"
            guard keys.contains(name) else {
                throw .unknownKey(
                    file: file, line: key.mark?.line ?? self.line, key: name, valid: keys)
            }
        }
    }

    /// The schema version, which must be 1.
    func requireVersion() throws(TrainingError) {
        _ = try value("schema_version", valid: "1") { $0 == "1" ? 1 : nil }
    }

    func has(_ key: String) -> Bool { node(key) != nil }

    func line(of key: String) -> Int { node(key)?.mark?.line ?? line }

    /// The mapping at `key`.
    func mapping(_ key: String, keys: [String]) throws(TrainingError) -> YAMLReader {
        guard let node = node(key) else { throw .missingKey(file: file, line: line, key: key) }
        return try YAMLReader(node, file: file, line: line, keys: keys)
    }

    /// The mappings listed at `key`.
    func mappings(_ key: String, keys: [String]) throws(TrainingError) -> [YAMLReader] {
        var result: [YAMLReader] = []
        for node in try list(key) {
            result.append(try YAMLReader(node, file: file, line: line, keys: keys))
        }
        return result
    }

    /// The values listed at `key`.
    func values<T>(
        _ key: String, valid: String, _ convert: (String) -> T?
    ) throws(TrainingError) -> [T] {
        var result: [T] = []
        for node in try list(key) { result.append(try scalar(node, key, valid, convert)) }
        return result
    }

    func optional<T>(
        _ key: String, valid: String, _ convert: (String) -> T?
    ) throws(TrainingError) -> T? {
        guard let node = node(key) else { return nil }
        return try scalar(node, key, valid, convert)
    }

    func value<T>(
        _ key: String, valid: String, _ convert: (String) -> T?
    ) throws(TrainingError) -> T {
        guard let value = try optional(key, valid: valid, convert) else {
            throw .missingKey(file: file, line: line, key: key)
        }
        return value
    }

    /// A whole number of `range`.
    func integer(_ key: String, _ range: ClosedRange<Int>) throws(TrainingError) -> Int {
        try value(key, valid: "\(range.lowerBound)...\(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    private func node(_ key: String) -> Node? {
        mapping.first { $0.key.scalar?.string == key }?.value
    }

    private func list(_ key: String) throws(TrainingError) -> [Node] {
        guard let node = node(key) else { throw .missingKey(file: file, line: line, key: key) }
        guard case .sequence(let sequence) = node else {
            throw .syntax(
                file: file, line: node.mark?.line ?? line, detail: "'\(key)' must be a list")
        }
        return Array(sequence)
    }

    private func scalar<T>(
        _ node: Node, _ key: String, _ valid: String, _ convert: (String) -> T?
    ) throws(TrainingError) -> T {
        let text = node.scalar?.string
        guard let text, let value = convert(text) else {
            throw .badValue(
                file: file, line: node.mark?.line ?? line, key: key,
                found: text ?? "a list or mapping", valid: valid)
        }
        return value
    }
}

extension YamlError {
    fileprivate var problem: String {
        switch self {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _),
            .composer(_, let problem, _, _):
            "not YAML: \(problem)"
        case .duplicatedKeysInMapping(let keys, _):
            "keys stand twice: \(keys.sorted().joined(separator: ", "))"
        default: "not YAML: \(self)"
        }
    }

    fileprivate var line: Int {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            mark.line
        case .duplicatedKeysInMapping(_, let context): context.mark.line
        default: 1
        }
    }
}
