// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport
import Testing

/// A JSON Schema of the folder `schemas`.
struct SchemaFile {
    private let root: [String: Any]

    /// - Parameter name: of the file, without its extension.
    init(_ name: String) throws {
        let data = Data(try Repository.text("schemas/\(name).json").utf8)
        root = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    /// The object that keys lead to, one after the other.
    func node(_ path: [String]) throws -> [String: Any] {
        try path.reduce(root) { try #require($0[$1] as? [String: Any], "\(path)") }
    }

    /// Its keys, in alphabetical order.
    func keys(_ path: [String]) throws -> [String] { try node(path).keys.sorted() }
}
