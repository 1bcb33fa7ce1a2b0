// SPDX-License-Identifier: GPL-2.0-or-later
package import Yams

extension MappingReader {
    /// A key that the file's author chose, with its value.
    package struct Entry {
        package var key: YAMLNode
        package var value: YAMLNode

        /// The key's text.
        package var name: String { key.text ?? "" }
    }

    /// The entries of the mapping at `key`, whose keys are any names, in order.
    package func entries(_ key: String, valid: String) throws(Failure) -> [Entry] {
        let node = try node(key)
        guard case .mapping(let mapping) = node else {
            throw bad(key, node.text ?? "a list", valid)
        }
        var entries: [Entry] = []
        for (name, value) in mapping {
            guard name.text?.isEmpty == false else {
                throw bad(key, "a mapping with a key that is no name", valid)
            }
            entries.append(Entry(key: name, value: value))
        }
        return entries
    }
}

extension YAMLNode {
    /// The text of a value; nil for a list or mapping.
    package var text: String? { scalar?.string }
    /// The value of a mapping's key, and a mapping's first key; nil for all else.
    package func value(of key: String) -> YAMLNode? {
        mapping?.first { $0.key.scalar?.string == key }?.value
    }
    package var firstKey: YAMLNode? { mapping?.first?.key }
    /// Where it begins, from 1.
    package var line: Int { mark?.line ?? 1 }
    /// Where it begins, from 1, in Unicode scalars.
    package var column: Int { mark?.column ?? 1 }
}
