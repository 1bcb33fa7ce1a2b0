// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Scenarios

/// Finds scenario files.
package struct ScenarioSearch: Sendable, Equatable {
    /// In the order of the paths given; those of a folder sorted.
    package var files: [String] = []
    /// YAML files of folders that are something else: schemes, boards, networks.
    package var skipped: [String] = []

    /// Looks at each path: a file is taken for a scenario whatever it holds; of a folder and those
    /// within it (hidden ones apart), `*.yaml` and `*.yml` that say what to run are.
    package init(_ paths: [String]) throws(WorkbenchError) {
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw .unreadableFile(path: path, reason: "no such file or folder")
            }
            if isFolder.boolValue { try searchFolder(path) } else { add(path) }
        }
    }

    private mutating func add(_ file: String) {
        if !files.contains(file) { files.append(file) }
    }

    private mutating func searchFolder(_ folder: String) throws(WorkbenchError) {
        let names = FileManager.default.enumerator(atPath: folder)?.allObjects ?? []
        let prefix = folder.hasSuffix("/") ? folder : folder + "/"
        for name in names.compactMap({ $0 as? String }).sorted()
        where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            guard !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }) else {
                continue
            }
            let text = String(decoding: try ImageFile.contents(prefix + name), as: UTF8.self)
            if Scenario.saysWhatToRun(text) {
                add(prefix + name)
            } else {
                skipped.append(prefix + name)
            }
        }
    }
}
