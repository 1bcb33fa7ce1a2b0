// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import TestSupport
import Testing

@Suite("docs/run-record.md")
struct DocumentationTests {
    @Test("should describe every key that a record can have")
    func everyKey() throws {
        var record = RunRecord.sample
        record.outcome.firmwareExitCode = 1
        record.fault?.bfar = "0x0"
        record.fault?.mmfar = "0x0"
        try expect(over: 60, keysOf: record.encodedJSON(), in: ["docs/run-record.md"])
    }

    @Test("should describe every key of a profile in docs/profile.md")
    func everyKeyOfProfiles() throws {
        try expect(
            over: 40, keysOf: ProfileRecord.sample.encodedJSON(),
            in: ["docs/profile.md", "docs/run-record.md"])
    }

    @Test("should describe every key of a comparison in docs/comparison.md")
    func everyKeyOfComparisons() throws {
        var comparison = ComparisonRecord.sample
        for index in comparison.rows.indices { comparison.rows[index].record = nil }
        try expect(over: 30, keysOf: comparison.encodedJSON(), in: ["docs/comparison.md"])
    }

    /// Expects every key of the JSON, of which there are more than `count`, in one of the documents.
    private func expect(over count: Int, keysOf json: String, in documents: [String]) throws {
        let text = try documents.map(Repository.text).joined()
        let keys = Self.keys(try JSONSerialization.jsonObject(with: Data(json.utf8)))
        #expect(keys.count > count)
        for key in keys where !text.contains("`\(key)`") && !text.contains("`\(key)[]`") {
            Issue.record("'\(key)' is not documented")
        }
    }

    private static func keys(_ value: Any) -> Set<String> {
        if let object = value as? [String: Any] {
            return object.reduce(into: Set(object.keys)) { $0.formUnion(keys($1.value)) }
        }
        if let list = value as? [Any] { return list.reduce(into: []) { $0.formUnion(keys($1)) } }
        return []
    }
}
