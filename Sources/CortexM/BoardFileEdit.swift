// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

/// A board file whose `timing.fast` gets other values, all else as it stands.
package struct BoardFileEdit {
    private var lines: [String]
    private let file: String
    private let comment: String

    /// - Parameters:
    ///   - comment: said beside each value, in place of comments right above it.
    /// - Returns: the new text, which reads as the same board with those values.
    package static func replacing(
        _ values: [(parameter: BoardTiming.FastMeans.Parameter, value: Double)], in yaml: String,
        file: String, comment: String
    ) throws(BoardError) -> String {
        let board = try Board.parse(yaml: yaml, file: file)
        var expected = board
        var edit = BoardFileEdit(
            lines: yaml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
            file: file, comment: comment.replacing("\n", with: " "))
        for (parameter, value) in values {
            expected.timing.fast[parameter] = value
            edit.set(parameter.rawValue, to: "\(value)")
        }
        let text = edit.lines.joined(separator: "\n")
        guard (try? Board.parse(yaml: text, file: file)) == expected else {
            throw .inconsistent(
                board: board.name,
                detail: "\(file) cannot be changed line by line; valid: 'fast' with a line for "
                    + "each key and value, as in the boards that come with Kinglet")
        }
        return text
    }

    private var tree: YAMLNode? {
        try? YAMLDocument.compose(lines.joined(separator: "\n"), file: file)
    }

    private mutating func set(_ key: String, to value: String) {
        guard let timing = tree?.value(of: "timing") else {
            while lines.last == "" { lines.removeLast() }
            lines += ["timing:", "  fast:", "    \(key): \(value)  # \(comment)", ""]
            return
        }
        guard let fast = timing.value(of: "fast") else {
            let (line, indent) = place(of: timing)
            insert(["fast:", "  \(key): \(value)  # \(comment)"], at: line, indent)
            return
        }
        guard let node = fast.value(of: key), let line = line(of: key, node) else {
            let (line, indent) = place(of: fast)
            insert(["\(key): \(value)  # \(comment)"], at: line, indent)
            return
        }
        let indent = lines[line].prefix { $0 == " " }
        lines[line] = "\(indent)\(key): \(value)  # \(comment)"
        var above = line - 1
        while above >= 0, lines[above].drop(while: { $0 == " " }).hasPrefix("#") {
            lines.remove(at: above)
            above -= 1
        }
    }

    /// Index of the line that holds nothing but this key and its value.
    private func line(of key: String, _ value: YAMLNode) -> Int? {
        guard lines.indices.contains(value.line - 1),
            lines[value.line - 1].drop(while: { $0 == " " }).hasPrefix("\(key):")
        else { return nil }
        return value.line - 1
    }

    /// Where a mapping's first key stands, and how far to the right.
    private func place(of mapping: YAMLNode) -> (line: Int, indent: Int) {
        (max(0, (mapping.firstKey?.line ?? 1) - 1), max(0, (mapping.firstKey?.column ?? 1) - 1))
    }

    private mutating func insert(_ text: [String], at line: Int, _ indent: Int) {
        let blanks = String(repeating: " ", count: indent)
        lines.insert(contentsOf: text.map { blanks + $0 }, at: min(line, lines.count))
    }
}
