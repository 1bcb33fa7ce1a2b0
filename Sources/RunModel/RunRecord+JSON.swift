// SPDX-License-Identifier: GPL-2.0-or-later

/// Why bytes are not a run record, or not a comparison.
public enum RunRecordError: Error, Sendable, Equatable {
    /// Not JSON, or JSON that lacks what a record must have; `detail` names the key.
    case malformed(kind: String = "run record", detail: String)
    /// A record of another version of Kinglet.
    case unsupportedSchemaVersion(found: Int)
}

extension RunRecordError: CustomStringConvertible {
    /// The message for a person.
    public var description: String {
        switch self {
        case .malformed(let kind, let detail): "not a Kinglet \(kind): \(detail)"
        case .unsupportedSchemaVersion(let found):
            "the record has schema_version \(found); this Kinglet reads schema_version "
                + "\(RunRecord.currentSchemaVersion)"
        }
    }
}

extension RunRecord {
    /// The record as JSON: sorted keys, indented, a newline at the end; equal records give equal text.
    ///
    /// Numbers that JSON cannot express are the strings `nan`, `inf` and `-inf`.
    public func encodedJSON() -> String { RecordJSON.text(self) }

    /// Reads a record that `encodedJSON()` wrote, of this or another Kinglet.
    public init(json: String) throws(RunRecordError) {
        self = try RecordJSON.record(json, kind: "run record")
    }
}
