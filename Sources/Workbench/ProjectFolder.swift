// SPDX-License-Identifier: GPL-2.0-or-later
package import FirmwareEmitter
import Foundation

/// A folder with an emitted project and the sources that it is built with.
package struct ProjectFolder: Sendable {
    package let path: String
    package let name: String

    /// In the Makefile of every project; a folder without it is somebody else's.
    private static let mark = "Written by `kinglet compile`"
    /// Where the copy of `firmware/` stands.
    private static let copy = "kinglet"

    /// Writes a project. Files that would not change are left alone, so that make builds only what did;
    /// those of an earlier copy of the sources that are no longer part of it are removed.
    package init(
        _ project: FirmwareProject, firmware: FirmwareFolder, to path: String
    ) throws(WorkbenchError) {
        self.path = path
        name = project.name
        try Self.check(path)
        let sources = try firmware.sources()
        for (file, text) in project.files.sorted(by: { $0.key < $1.key }) {
            try write(Data(text.utf8), to: file)
        }
        for (file, data) in sources.sorted(by: { $0.key < $1.key }) {
            try write(data, to: "\(Self.copy)/\(file)")
        }
        try removeFiles(in: "\(path)/\(Self.copy)", except: Set(sources.keys))
    }

    private static func check(_ path: String) throws(WorkbenchError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let makefile = try? String(contentsOfFile: "\(path)/Makefile", encoding: .utf8)
        guard names.isEmpty || makefile?.contains(mark) == true else {
            throw .unwritableFile(
                path: path,
                reason: "the folder has files that Kinglet did not write; valid: a new or empty "
                    + "folder, or an earlier output")
        }
    }

    private func write(_ data: Data, to file: String) throws(WorkbenchError) {
        let url = URL(filePath: "\(path)/\(file)")
        if (try? Data(contentsOf: url)) == data { return }
        do {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: url, options: .atomic)
        } catch {
            throw .unwritableFile(path: url.path, reason: error.localizedDescription)
        }
    }

    private func removeFiles(
        in folder: String, except kept: Set<String>
    ) throws(WorkbenchError) {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects ?? []
        for name in names.compactMap({ $0 as? String }) where !kept.contains(name) {
            var isFolder: ObjCBool = false
            guard
                FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            do {
                try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            } catch {
                throw .unwritableFile(
                    path: "\(folder)/\(name)", reason: error.localizedDescription)
            }
        }
    }

    /// The firmware image for a board.
    package func image(board: String) -> String { "\(path)/build/\(board)/\(name).elf" }
    /// The program that does the same on this machine.
    package var hostTwin: String { "\(path)/build/host/\(name)" }
}
