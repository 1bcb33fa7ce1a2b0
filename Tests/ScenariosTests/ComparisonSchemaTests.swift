// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import Scenarios
import Testing

@Suite("The comparison files' JSON Schema")
struct ComparisonSchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func schema(_ name: String = "comparison-1") throws -> [String: Any] {
        let data = try Data(contentsOf: Self.root.appending(path: "schemas/\(name).json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func node(_ schema: [String: Any], _ path: String...) throws -> [String: Any] {
        try path.reduce(schema) { try #require($0[$1] as? [String: Any], "\(path)") }
    }

    @Test("should have every key that the parser takes, and no other")
    func sameKeys() throws {
        let schema = try schema()
        #expect(try node(schema, "properties").keys.sorted() == Comparison.keys.sorted())
        #expect(
            try node(schema, "properties", "rows", "items", "properties").keys.sorted()
                == Comparison.rowKeys.sorted())
        #expect(
            try node(schema, "properties", "defaults", "properties").keys.sorted()
                == Comparison.defaultKeys.sorted())
        #expect(
            try node(schema, "properties", "twin", "properties").keys.sorted()
                == Comparison.twinKeys.sorted())
    }

    @Test("should mean the same by a key as the scenario's schema does")
    func sharedKeys() throws {
        let row = try node(try schema(), "properties", "rows", "items", "properties")
        let scenario = try node(try self.schema("scenario-1"), "properties")
        for key in Comparison.rowKeys where Scenario.keys.contains(key) && key != "name" {
            let own = try #require(row[key] as? NSDictionary)
            #expect(own == scenario[key] as? NSDictionary, "\(key)")
        }
    }

    @Test("should have every figure that an objective may be")
    func objectives() throws {
        let items = try node(try schema(), "properties", "objectives", "items")
        #expect(items["enum"] as? [String] == ComparisonFigure.allCases.map(\.rawValue))
    }

    @Test("should be documented key by key and figure by figure")
    func documented() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "docs/comparison.md"), encoding: .utf8)
        let own = Comparison.rowKeys.filter { !Scenario.keys.contains($0) }
        let figures = ComparisonFigure.allCases.map(\.rawValue)
        for name in Comparison.keys + own + Comparison.twinKeys + figures {
            #expect(text.contains("`\(name)`"), "docs/comparison.md lacks `\(name)`")
        }
    }
}
