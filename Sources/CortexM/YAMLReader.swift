// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML

/// Reads board files.
typealias YAMLReader = MappingReader<BoardError>

extension BoardError: YAMLFailure {}

extension MappingReader<BoardError> {
    /// A size of at least one byte that fits 32 bits.
    func length(_ key: String) throws(BoardError) -> UInt32 {
        try value(key, valid: "a size, e.g. 256KiB") {
            Quantity.bytes($0).flatMap { UInt32(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
        }
    }
}
