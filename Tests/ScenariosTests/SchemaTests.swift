// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import RunModel
import Scenarios
import TestSupport
import Testing

@Suite("The JSON Schemas of scenario and comparison files")
struct SchemaTests {
    private static let places: [(schema: String, path: [String], keys: [String])] = [
        ("scenario-1", ["properties"], Scenario.keys),
        ("scenario-1", ["properties", "compile", "properties"], Scenario.compileKeys),
        ("scenario-1", ["properties", "limits", "properties"], Scenario.limitKeys),
        (
            "scenario-1", ["properties", "regions", "additionalProperties", "properties"],
            Scenario.regionKeys
        ),
        ("comparison-1", ["properties"], Comparison.keys),
        ("comparison-1", ["properties", "rows", "items", "properties"], Comparison.rowKeys),
        ("comparison-1", ["properties", "defaults", "properties"], Comparison.defaultKeys),
        ("comparison-1", ["properties", "twin", "properties"], Comparison.twinKeys),
    ]

    @Test("should have every key that the parser takes, and no other", arguments: places)
    func sameKeys(schema: String, path: [String], keys: [String]) throws {
        #expect(try SchemaFile(schema).keys(path) == keys.sorted())
    }

    @Test("should have every figure that budgets may name, and no other")
    func sameFigures() throws {
        let schema = try SchemaFile("scenario-1")
        let fixed = Metric.validNames.filter { !$0.contains("NAME") }
        let named = Metric.validNames.filter { $0.contains("NAME") }
        #expect(try schema.keys(["properties", "budgets", "properties"]) == fixed.sorted())
        let patterns = named.map {
            "^\($0.replacing(".", with: "\\.").replacing("NAME", with: ".+"))$"
        }
        #expect(
            try schema.keys(["properties", "budgets", "patternProperties"]) == patterns.sorted())
    }

    @Test("should have every figure that an objective may be")
    func objectives() throws {
        let items = try SchemaFile("comparison-1").node(["properties", "objectives", "items"])
        #expect(items["enum"] as? [String] == ComparisonFigure.allCases.map(\.rawValue))
    }

    @Test("should mean the same by a key of a comparison's row as by a scenario's")
    func sharedKeys() throws {
        let row = try SchemaFile("comparison-1").node(["properties", "rows", "items", "properties"])
        let scenario = try SchemaFile("scenario-1").node(["properties"])
        for key in Comparison.rowKeys where Scenario.keys.contains(key) && key != "name" {
            let own = try #require(row[key] as? NSDictionary)
            #expect(own == scenario[key] as? NSDictionary, "\(key)")
        }
    }

    private static let documents: [(document: String, names: [String])] = [
        (
            "docs/scenarios.md",
            Scenario.keys + Scenario.compileKeys + Scenario.limitKeys + Metric.validNames
        ),
        (
            "docs/comparison.md",
            Comparison.keys + Comparison.rowKeys.filter { !Scenario.keys.contains($0) }
                + Comparison.twinKeys + ComparisonFigure.allCases.map(\.rawValue)
        ),
    ]

    @Test("should be documented key by key and figure by figure", arguments: documents)
    func documented(document: String, names: [String]) throws {
        let text = try Repository.text(document)
        for name in names { #expect(text.contains("`\(name)`"), "\(document) lacks `\(name)`") }
    }
}
