// SPDX-License-Identifier: GPL-2.0-or-later

/// Elements that pages are made of, from plain text that may come from anywhere.
package enum HTML {
    /// Empty of no items.
    package static func list(_ items: [String]) -> String {
        items.isEmpty
            ? "" : "<ul>\n\(items.map { "<li>\($0.htmlEscaped)</li>\n" }.joined())</ul>\n"
    }

    package static func paragraph(_ text: String, class name: String? = nil) -> String {
        "<p\(name.map { " class=\"\($0)\"" } ?? "")>\(text.htmlEscaped)</p>\n"
    }

    /// - Parameter level: 2 of the page's parts, 3 of theirs.
    package static func heading(_ text: String, level: Int = 2) -> String {
        "<h\(level)>\(text.htmlEscaped)</h\(level)>\n"
    }

    /// HTML that a reader opens if it matters to them.
    package static func details(_ summary: String, _ body: String) -> String {
        "<details><summary>\(summary.htmlEscaped)</summary>\n\(body)</details>\n"
    }

    /// A word in its colour, and what it is about.
    package static func verdict(_ word: String, _ text: String, tag: String) -> String {
        "<\(tag)><span class=\"verdict \(verdictStyle(word))\">\(word.htmlEscaped)</span> "
            + "\(text.htmlEscaped)</\(tag)>\n"
    }

    private static func verdictStyle(_ word: String) -> String {
        switch word.lowercased() {
        case "pass": "pass"
        case "warn": "warn"
        case "n/a": "none"
        default: "fail"
        }
    }

    package static func preformatted(_ lines: [String]) -> String {
        "<pre>\(lines.map(\.htmlEscaped).joined(separator: "\n"))</pre>\n"
    }

    /// Scrolls by itself where the screen is narrower. A row whose first cell begins with a blank is
    /// part of the row above it.
    /// - Parameters:
    ///   - style: `words` for sentences in cells.
    ///   - verdicts: the column whose cells are verdicts, which have their colour.
    package static func table(
        _ table: TextTable, style: String? = nil, verdicts: Int? = nil
    ) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            let items = cells.enumerated().map { index, cell in
                let name = index == 0 ? "th" : tag
                var kind = index == 0 && cell.hasPrefix(" ") ? "part" : nil
                if index == verdicts, tag == "td" { kind = "verdict \(verdictStyle(cell))" }
                return "<\(name)\(kind.map { " class=\"\($0)\"" } ?? "")>"
                    + "\(cell.drop { $0 == " " }.description.htmlEscaped)</\(name)>"
            }
            return "<tr>\(items.joined())</tr>\n"
        }
        let classes = ["wide", style].compactMap { $0 }.joined(separator: " ")
        return
            "<div class=\"\(classes)\"><table>\n<thead>\(row(table.header, "th"))</thead>\n<tbody>\n"
            + table.rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
    }
}
