// SPDX-License-Identifier: GPL-2.0-or-later

/// Rows of cells, printed in aligned columns or as Markdown.
package struct TextTable {
    package enum Alignment { case left, right }

    package var alignments: [Alignment]
    /// Empty for a table without a head.
    package var header: [String] = []
    package var rows: [[String]] = []

    package init(_ alignments: [Alignment]) { self.alignments = alignments }

    /// Lines without trailing blanks; a rule of dashes under the head.
    package func lines(indent: String = "") -> [String] {
        let cells = (header.isEmpty ? [] : [header]) + rows
        let widths = alignments.indices.map { column in
            cells.map { $0[column].count }.max() ?? 0
        }
        var lines = cells.map { row in indent + line(row, widths) }
        if !header.isEmpty {
            lines.insert(
                indent + line(widths.map { String(repeating: "-", count: $0) }, widths), at: 1)
        }
        return lines
    }

    /// A GitHub-flavoured Markdown table.
    package var markdownLines: [String] {
        func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        let rule = alignments.map { $0 == .left ? "---" : "---:" }
        return [row(header.map(\.markdownEscaped)), row(rule)]
            + rows.map { cells in
                row(
                    cells.map { cell in
                        // Markdown drops blanks at a cell's start, and with them the indentation.
                        let text = cell.drop { $0 == " " }
                        return String(repeating: "&nbsp;", count: cell.count - text.count)
                            + String(text).markdownEscaped
                    })
            }
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        var result = ""
        for (column, cell) in row.enumerated() {
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            result += alignments[column] == .left ? cell + padding : padding + cell
            if column + 1 < row.count { result += "  " }
        }
        while result.last == " " { result.removeLast() }
        return result
    }
}

extension String {
    /// As plain text inside a Markdown table cell.
    var markdownEscaped: String {
        var result = ""
        for character in self {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "|", "*", "`", "[", "]", "\\", "~", "_": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
