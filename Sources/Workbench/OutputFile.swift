// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

package enum OutputFile {
    /// Throws when `write` to this path could not succeed; creates the folder if needed.
    ///
    /// For work that takes long, to be called before it begins.
    package static func prepare(_ path: String) throws(WorkbenchError) {
        let url = destination(path)
        let folder = url.deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritableFile(
                path: path, reason: "the folder '\(folder.path)' cannot be created")
        }
        let type = type(of: url)
        guard type != .typeDirectory else {
            throw .unwritableFile(path: path, reason: "it is a folder")
        }
        let place = type == nil ? folder : url
        guard FileManager.default.isWritableFile(atPath: place.path) else {
            throw .unwritableFile(path: path, reason: "no permission to write to '\(place.path)'")
        }
    }

    /// Writes `text` in one go, so that a reader never sees half of it; creates the folder if needed.
    ///
    /// A symbolic link is followed; a device or a pipe is written to, not replaced.
    package static func write(_ text: String, to path: String) throws(WorkbenchError) {
        try write(Array(text.utf8), to: path)
    }

    /// The same for bytes.
    package static func write(_ bytes: [UInt8], to path: String) throws(WorkbenchError) {
        try prepare(path)
        let url = destination(path)
        let type = type(of: url)
        do {
            if type == nil || type == .typeRegular {
                try Data(bytes).write(to: url, options: .atomic)
            } else {
                let file = try FileHandle(forWritingTo: url)
                try file.write(contentsOf: Data(bytes))
                try file.close()
            }
        } catch {
            throw .unwritableFile(path: path, reason: "\(error.localizedDescription)")
        }
    }

    private static func destination(_ path: String) -> URL {
        URL(filePath: path).resolvingSymlinksInPath()
    }

    /// nil when there is no such file.
    private static func type(of url: URL) -> FileAttributeType? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
        return attributes?[.type] as? FileAttributeType
    }
}
