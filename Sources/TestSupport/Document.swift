// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// What documents show of the program, between `<!-- shown: NAME -->` and `<!-- end -->`.
///
/// `KINGLET_RECORD=1 swift test` writes it anew, as for `Snapshot`.
package enum Document {
    /// nil when a document shows exactly `text` under this name; otherwise where they differ.
    ///
    /// - Parameter path: from the repository's root.
    package static func difference(
        _ text: String, shown name: String, in path: String
    ) throws -> String? {
        let file = Repository.root.appending(path: path)
        var document = try String(contentsOf: file, encoding: .utf8)
        let begin = "<!-- shown: \(name) -->\n"
        guard let start = document.range(of: begin)?.upperBound,
            let end = document.range(
                of: "<!-- end -->", range: start..<document.endIndex)?.lowerBound
        else { return "\(path) has no '\(begin.dropLast())' with an '<!-- end -->'" }
        if ProcessInfo.processInfo.environment["KINGLET_RECORD"] == "1" {
            document.replaceSubrange(start..<end, with: text)
            try Data(document.utf8).write(to: file)
            return "recorded \(name) in \(path); run again without KINGLET_RECORD"
        }
        let shown = document[start..<end].split(
            separator: "\n", omittingEmptySubsequences: false)
        let wanted = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard shown != wanted else { return nil }
        let line =
            zip(shown, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(shown.count, wanted.count)
        func show(_ lines: [Substring]) -> String {
            line < lines.count ? "'\(lines[line])'" : "the end"
        }
        return "\(path), \(name), line \(line + 1): shows \(show(shown)), and is \(show(wanted))"
    }
}
