// SPDX-License-Identifier: GPL-2.0-or-later

extension ComparisonRecord {
    /// The record as JSON: sorted keys, indented, a newline at the end; equal records give equal text.
    ///
    /// Numbers that JSON cannot express are the strings `nan`, `inf` and `-inf`.
    public func encodedJSON() -> String { RecordJSON.text(self) }

    /// Reads a record that `encodedJSON()` wrote, of this or another Kinglet.
    public init(json: String) throws(RunRecordError) {
        self = try RecordJSON.record(json, kind: "comparison")
    }
}
