// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

package enum OutputFile {
    /// Writes `text` in one go, so that a reader never sees half of it; creates the folder if needed.
    package static func write(_ text: String, to path: String) throws(WorkbenchError) {
        let url = URL(filePath: path)
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url, options: .atomic)
        } catch {
            throw .unwritableFile(path: path, reason: "\(error.localizedDescription)")
        }
    }
}
