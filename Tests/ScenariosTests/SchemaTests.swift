// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Scenarios
import Testing

@Suite("The scenario files' JSON Schema")
struct SchemaTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    private func schema() throws -> [String: Any] {
        let data = try Data(contentsOf: Self.root.appending(path: "schemas/scenario-1.json"))
        return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }

    private func keys(_ path: String...) throws -> [String] {
        var node: [String: Any] = try schema()
        for name in path { node = try #require(node[name] as? [String: Any], "\(path)") }
        return node.keys.sorted()
    }

    @Test("should have every key that the parser takes, and no other")
    func sameKeys() throws {
        #expect(try keys("properties") == Scenario.keys.sorted())
        #expect(
            try keys("properties", "compile", "properties") == Scenario.compileKeys.sorted())
        #expect(try keys("properties", "limits", "properties") == Scenario.limitKeys.sorted())
        #expect(
            try keys("properties", "regions", "additionalProperties", "properties")
                == Scenario.regionKeys.sorted())
    }

    @Test("should have every figure that budgets may name, and no other")
    func sameFigures() throws {
        let fixed = Metric.validNames.filter { !$0.contains("NAME") }
        let named = Metric.validNames.filter { $0.contains("NAME") }
        #expect(try keys("properties", "budgets", "properties") == fixed.sorted())
        let patterns = named.map {
            "^\($0.replacing(".", with: "\\.").replacing("NAME", with: ".+"))$"
        }
        #expect(try keys("properties", "budgets", "patternProperties") == patterns.sorted())
    }

    @Test("should be documented key by key and figure by figure")
    func documented() throws {
        let text = try String(
            contentsOf: Self.root.appending(path: "docs/scenarios.md"), encoding: .utf8)
        for name in Scenario.keys + Scenario.compileKeys + Scenario.limitKeys + Metric.validNames {
            #expect(text.contains("`\(name)`"), "docs/scenarios.md lacks `\(name)`")
        }
    }
}
