// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// The C sources that emitted projects are built with: `firmware/` of Kinglet's repository.
package struct FirmwareFolder: Sendable {
    package let path: String

    static let variable = "KINGLET_FIRMWARE"
    /// A file that tells the folder from others.
    private static let landmark = "kernels/include/kinglet/kinglet.h"
    /// What a project gets a copy of.
    private static let copied = ["apps/train", "boards", "kernels", "linker", "runtime", "startup"]
    private static let copiedTypes: Set = ["c", "h", "mk", "ld"]

    /// Finds the folder: the path given, that of `KINGLET_FIRMWARE`, or `firmware` beside an ancestor of the
    /// program.
    package init(_ given: String? = nil) throws(WorkbenchError) {
        if let given {
            try self.init(checking: given, named: "--firmware")
        } else if let path = ProcessInfo.processInfo.environment[Self.variable] {
            try self.init(checking: path, named: Self.variable)
        } else if let path = Self.besideProgram() {
            try self.init(checking: path, named: "the folder")
        } else {
            throw .firmware(
                reason: "the kernels' sources were not found beside the program; name Kinglet's "
                    + "folder 'firmware' with --firmware or \(Self.variable)")
        }
    }

    private init(checking path: String, named option: String) throws(WorkbenchError) {
        guard Self.isFirmware(path) else {
            throw .firmware(
                reason: "\(option) '\(path)' does not hold \(Self.landmark); valid: Kinglet's "
                    + "folder 'firmware'")
        }
        self.path = path
    }

    private static func isFirmware(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path + "/" + landmark)
    }

    private static func besideProgram() -> String? {
        var folder = URL(filePath: CommandLine.arguments[0])
        if let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            folder = URL(filePath: link)
        }
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appending(path: "firmware").path
            if isFirmware(candidate) { return candidate }
        }
        return nil
    }

    /// Names of the boards that firmware can be built for.
    package var boards: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/boards")) ?? []
        return names.filter { $0.hasSuffix(".mk") }.map { String($0.dropLast(3)) }
            .filter { FileManager.default.fileExists(atPath: "\(path)/linker/\($0).ld") }.sorted()
    }

    /// The sources that a project needs, by their path in this folder.
    func sources() throws(WorkbenchError) -> [String: Data] {
        var sources: [String: Data] = [:]
        for folder in Self.copied {
            let names =
                FileManager.default.enumerator(atPath: "\(path)/\(folder)")?.allObjects ?? []
            for name in names.compactMap({ $0 as? String })
            where Self.copiedTypes.contains(URL(filePath: name).pathExtension)
                && !name.hasPrefix("tests/")
            {
                sources["\(folder)/\(name)"] = try read("\(folder)/\(name)")
            }
        }
        sources["LICENSE"] = try read("LICENSE")
        return sources
    }

    private func read(_ name: String) throws(WorkbenchError) -> Data {
        do {
            return try Data(contentsOf: URL(filePath: "\(path)/\(name)"))
        } catch {
            throw .unreadableFile(path: "\(path)/\(name)", reason: "it is unreadable")
        }
    }
}
