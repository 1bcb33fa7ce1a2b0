// SPDX-License-Identifier: GPL-2.0-or-later
import StrictYAML
import Testing

@Suite("Strict YAML")
struct MappingReaderTests {
    private typealias Reader = MappingReader<YAMLError>

    private func top(_ yaml: String) throws -> Reader {
        try Reader(yaml: yaml, file: "x.yaml", keys: ["name", "colour", "parts"])
    }

    @Test(
        "should say where a file goes wrong, and what would be right",
        arguments: [
            ("name: a\n  b: c\n", "x.yaml:2:4: not YAML: mapping values are not allowed"),
            ("name: a\nname: b\n", "keys stand twice: name"),
            ("1: a\n'1': b\n", "keys stand twice: 1"),
            ("- 1\n", "x.yaml:1:1: expected keys and values: name, colour, parts"),
            ("", "x.yaml:1:1: expected keys and values"),
            (
                "name: a\ncolor: red\n",
                "x.yaml:2:1: unknown key 'color', did you mean 'colour'?; valid keys: name, colour"
            ),
            ("? [a]\n: 1\n", "x.yaml:1:3: unknown key 'a list or mapping'"),
        ])
    func structure(yaml: String, message: String) {
        let error = #expect(throws: YAMLError.self) { try top(yaml) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test("should place a bad value at its own line and column, with the nearest choice")
    func badChoice() throws {
        let reader = try top("name: a\ncolour:   gren\n")
        let error = #expect(throws: YAMLError.self) {
            try reader.choice("colour", ["red", "green"])
        }
        #expect(
            error?.description
                == "x.yaml:2:11: 'colour' is 'gren', did you mean 'green'?; valid: red, green")
    }

    @Test("should place a missing key at the mapping, and refuse a mapping for a list")
    func missing() throws {
        let reader = try top("name: a\nparts: {x: 1}\n")
        let missing = #expect(throws: YAMLError.self) { try reader.choice("colour", ["red"]) }
        #expect(missing?.description == "x.yaml:1:1: key 'colour' is missing")
        let list = #expect(throws: YAMLError.self) { try reader.list("parts") }
        #expect(list?.description == "x.yaml:2:8: 'parts' must be a list")
        let scalar = #expect(throws: YAMLError.self) { try reader.integer("parts", 1...2) }
        #expect(scalar?.description == "x.yaml:2:8: 'parts' is 'a list or mapping'; valid: 1...2")
    }

    @Test("should read anchors, yet refuse a file whose aliases multiply")
    func aliases() throws {
        let reader = try top("name: &n a\ncolour: *n\n")
        #expect(try reader.choice("colour", ["a", "b"]) == "a")
        var bomb = "parts:\n  - &a0 [x]\n"
        for level in 1..<30 {
            bomb += "  - &a\(level) [*a\(level - 1), *a\(level - 1)]\n"
        }
        let error = #expect(throws: YAMLError.self) { try top(bomb + "? *a29\n: 1\n") }
        #expect(error?.description == "x.yaml:1:1: more than 16 aliases (*name)")
    }

    @Test("should survive deep nesting and long files")
    func hostile() {
        #expect(throws: YAMLError.self) { try top(String(repeating: "[", count: 60_000)) }
        #expect(throws: YAMLError.self) { try top(String(repeating: "- ", count: 30_000)) }
        let error = #expect(throws: YAMLError.self) {
            try top(String(repeating: "a", count: 70_000))
        }
        #expect(error?.description == "x.yaml:1:1: longer than 65536 bytes")
    }
}
