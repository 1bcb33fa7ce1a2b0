// SPDX-License-Identifier: GPL-2.0-or-later
package import Yams

package typealias YAMLNode = Yams.Node

/// The text of one file as nodes.
package enum YAMLDocument {
    /// Files beyond this are refused unread, bytes.
    package static let sizeLimitBytes = 65_536
    /// Aliases beyond this are refused: nested ones can stand for exponentially many nodes.
    package static let aliasLimit = 16

    /// The top node; nil when the file holds none.
    package static func compose(_ yaml: String, file: String) throws(YAMLError) -> YAMLNode? {
        func syntax(_ line: Int, _ column: Int, _ detail: String) -> YAMLError {
            YAMLError(file: file, line: line, column: column, .syntax(detail))
        }
        guard yaml.utf8.count <= sizeLimitBytes else {
            throw syntax(1, 1, "longer than \(sizeLimitBytes) bytes")
        }
        guard aliasCount(yaml) <= aliasLimit else {
            throw syntax(1, 1, "more than \(aliasLimit) aliases (*name)")
        }
        do {
            // Every scalar is text: which type it could have is for each key's reader to say.
            return try Yams.compose(yaml: yaml, .basic)
        } catch let error as YamlError {
            let mark = error.mark
            throw syntax(mark?.line ?? 1, mark?.column ?? 1, error.problem)
        } catch {
            throw syntax(1, 1, "not YAML: \(error)")
        }
    }

    /// An upper bound: `*` before a name also counts within text. 0 without an anchor.
    private static func aliasCount(_ yaml: String) -> Int {
        var previous: UInt8 = 0
        var anchors = 0
        var aliases = 0
        for byte in yaml.utf8 {
            if byte > 0x20, byte != previous {
                if previous == UInt8(ascii: "&") { anchors += 1 }
                if previous == UInt8(ascii: "*") { aliases += 1 }
            }
            previous = byte
        }
        return anchors == 0 ? 0 : aliases
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

    fileprivate var mark: Mark? {
        switch self {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            mark
        case .duplicatedKeysInMapping(_, let context): context.mark
        default: nil
        }
    }
}

extension YAMLNode {
    /// The keys of a mapping; empty for all else.
    package var keys: [String] { mapping?.keys.compactMap { $0.scalar?.string } ?? [] }
}
