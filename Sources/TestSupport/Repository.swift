// SPDX-License-Identifier: GPL-2.0-or-later
package import Foundation

/// The checkout that tests were built from.
package enum Repository {
    /// The folder with Package.swift.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter path: from the root.
    package static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Paths of the executables under `firmware/build` and `out`, in alphabetical order.
    package static let firmwareImages: [String] = {
        let images = ["firmware/build", "out"].flatMap { name -> [String] in
            let folder = root.appending(path: name).resolvingSymlinksInPath()
            let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
            return files?.compactMap { ($0 as? URL)?.path }.filter { $0.hasSuffix(".elf") } ?? []
        }
        return images.sorted()
    }()
}
