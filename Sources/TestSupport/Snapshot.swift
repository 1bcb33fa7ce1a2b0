// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// Texts of record in `Snapshots/` beside the tests.
///
/// `KINGLET_RECORD=1 swift test` writes them anew; without it they are only compared.
package enum Snapshot {
    /// nil when `text` equals the snapshot; otherwise where they differ.
    package static func difference(
        _ text: String, _ name: String, testFile: String = #filePath
    ) throws -> String? {
        let folder = URL(filePath: testFile).deletingLastPathComponent()
            .appending(path: "Snapshots")
        let file = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["KINGLET_RECORD"] == "1" {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return "recorded \(name); run again without KINGLET_RECORD"
        }
        guard let data = try? Data(contentsOf: file) else {
            return "no snapshot \(name); KINGLET_RECORD=1 records it"
        }
        let expected = String(decoding: data, as: UTF8.self)
        if text == expected { return nil }
        let found = text.split(separator: "\n", omittingEmptySubsequences: false)
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false)
        let line =
            zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(found.count, wanted.count)
        func show(_ lines: [Substring]) -> String {
            line < lines.count ? "'\(lines[line])'" : "the end"
        }
        return "\(name), line \(line + 1): found \(show(found)), recorded \(show(wanted))"
    }
}
