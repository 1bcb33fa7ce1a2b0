// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TestSupport
import Testing

/// What docs/scenarios.md shows of a buffer that grew by 5 KB.
@Suite("docs/scenarios.md")
struct ShownOutputTests {
    private static let document = "docs/scenarios.md"

    private func expectShown(_ text: String, _ name: String, language: String = "") throws {
        let block = "```\(language)\n\(text)\n```\n"
        let difference = try Document.difference(block, shown: name, in: Self.document)
        #expect(difference == nil)
    }

    @Test("should show every output as it is")
    func outputs() throws {
        try Assembler.withTemporaryDirectory { folder in
            let scenario = """
                image: a.elf
                budgets:
                  sram.peak: +2 %
                  flash.used: 1 KiB
                """
            try TestCommandTests.write(scenario, folder, "app.yaml")
            try FirmwareBuilder.buildGrowing(samples: 20_000, in: folder)
            #expect(TestCommandTests.test(folder, "--update-baseline").code == 0)
            try FirmwareBuilder.buildGrowing(samples: 25_120, in: folder)
            func path(_ name: String) -> String { folder.appending(path: name).path }
            let run = TestCommandTests.test(
                folder, "--junit", path("junit.xml"), "--json", path("r.json"), "--benchmarks",
                path("b.json"), "--markdown", path("r.md"), "--html", path("r.html"))
            #expect(run.code == 1)
            func text(_ name: String) throws -> String {
                try TestCommandTests.text(folder, name).replacing(folder.path + "/", with: "")
            }
            try expectShown(
                run.output.replacing(folder.path + "/", with: "").trimmed, "terminal")
            let quoted = try text("r.md").trimmed.split(
                separator: "\n", omittingEmptySubsequences: false
            ).map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n")
            let difference = try Document.difference(
                quoted + "\n", shown: "markdown", in: Self.document)
            #expect(difference == nil)
            try expectShown(
                try text("junit.xml").between(
                    "<testcase classname=\"app\" name=\"sram.peak\"", "</testcase>"),
                "junit", language: "xml")
            try expectShown(try text("r.json").firstItem(of: "budgets"), "json", language: "json")
            try expectShown(
                try text("b.json").object(with: "app: sram.peak"), "benchmarks", language: "json")
            try expectShown(
                try text("r.html").between("<p><span class=\"verdict fail\">", "</pre>"), "html",
                language: "html")
        }
    }
}

extension String {
    fileprivate var trimmed: String { trimmingCharacters(in: .newlines) }

    /// From the first `begin` to the first `end` behind it, both included.
    fileprivate func between(_ begin: String, _ end: String) throws -> String {
        let start = try #require(range(of: begin)).lowerBound
        let stop = try #require(range(of: end, range: start..<endIndex)).upperBound
        return String(self[start..<stop])
    }

    /// The innermost JSON object that has `text` in it.
    fileprivate func object(with text: String) throws -> String {
        let place = try #require(range(of: text)).lowerBound
        let start = try #require(self[..<place].lastIndex(of: "{"))
        let end = try #require(self[place...].firstIndex(of: "}"))
        let indent = self[..<start].reversed().prefix { $0 == " " }.count
        return self[start...end].split(separator: "\n").enumerated().map { index, line in
            index == 0 ? String(line) : String(line.dropFirst(indent))
        }.joined(separator: "\n")
    }

    /// The first object in the list at a key of indented JSON.
    fileprivate func firstItem(of key: String) throws -> String {
        let lines = split(separator: "\n")
        let list = try #require(lines.firstIndex { $0.hasSuffix("\"\(key)\" : [") })
        let indent = lines[list + 1].prefix { $0 == " " }
        let item = lines[(list + 1)...]
        let end = try #require(item.firstIndex { $0.hasPrefix(indent + "}") })
        return item[...end].map { String($0.dropFirst(indent.count)) }.joined(separator: "\n")
            .trimmingCharacters(in: [","])
    }
}
