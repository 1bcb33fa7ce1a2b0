// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import Testing

@Suite("docs/run-record.md")
struct DocumentationTests {
    @Test("should describe every key that a record can have")
    func everyKey() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "docs/run-record.md"), encoding: .utf8)
        var record = RunRecord.sample
        record.outcome.firmwareExitCode = 1
        record.fault?.bfar = "0x0"
        record.fault?.mmfar = "0x0"
        let object = try JSONSerialization.jsonObject(with: Data(record.encodedJSON().utf8))
        let keys = Self.keys(object)
        #expect(keys.count > 60)
        for key in keys where !text.contains("`\(key)`") && !text.contains("`\(key)[]`") {
            Issue.record("'\(key)' is not documented")
        }
    }

    @Test("should describe every key of a profile in docs/profile.md")
    func everyKeyOfProfiles() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try ["docs/profile.md", "docs/run-record.md"].map {
            try String(contentsOf: root.appending(path: $0), encoding: .utf8)
        }.joined()
        let object = try JSONSerialization.jsonObject(
            with: Data(ProfileRecord.sample.encodedJSON().utf8))
        let keys = Self.keys(object)
        #expect(keys.count > 40)
        for key in keys where !text.contains("`\(key)`") && !text.contains("`\(key)[]`") {
            Issue.record("'\(key)' is not documented")
        }
    }

    @Test("should describe every key of a comparison in docs/comparison.md")
    func everyKeyOfComparisons() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "docs/comparison.md"), encoding: .utf8)
        var comparison = ComparisonRecord.sample
        for index in comparison.rows.indices { comparison.rows[index].record = nil }
        let object = try JSONSerialization.jsonObject(with: Data(comparison.encodedJSON().utf8))
        let keys = Self.keys(object)
        #expect(keys.count > 30)
        for key in keys where !text.contains("`\(key)`") {
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
