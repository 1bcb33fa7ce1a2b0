// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML
import Testing

/// Expects an error of a YAML file whose message has each of these parts in it.
func expectRefusal(
    saying parts: [String], of parse: () throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let error = #expect(
        throws: YAMLError.self, sourceLocation: sourceLocation, performing: parse)
    let text = error?.description ?? ""
    for part in parts where !text.contains(part) {
        Issue.record("no '\(part)' in '\(text)'", sourceLocation: sourceLocation)
    }
}
