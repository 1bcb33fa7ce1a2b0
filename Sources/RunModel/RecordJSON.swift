// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// How every record is written: equal records give equal text.
enum RecordJSON {
    /// Sorted keys, indented, a newline at the end. Numbers that JSON cannot express are the strings `nan`,
    /// `inf` and `-inf`.
    static func text(_ record: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        guard let data = try? encoder.encode(record) else {
            preconditionFailure("a record holds only strings and numbers")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
