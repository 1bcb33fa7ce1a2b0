// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import MemoryPlanner
import TestSupport
import Testing

@Suite("Plans as text and picture")
struct PlanReportTests {
    private func sample() throws -> ArenaPlan {
        let buffers = [
            ArenaBuffer("input", sizeBytes: 3072, firstStep: 0, lastStep: 1),
            ArenaBuffer("c0", sizeBytes: 4096, firstStep: 1, lastStep: 2),
            ArenaBuffer(
                "c1 & <mask>", sizeBytes: 129, alignmentBytes: 1, firstStep: 2, lastStep: 5),
            ArenaBuffer("c1", sizeBytes: 2048, firstStep: 2, lastStep: 4),
            ArenaBuffer("d.c1", sizeBytes: 4096, firstStep: 4, lastStep: 5),
            ArenaBuffer("weights", sizeBytes: 600, firstStep: 0, lastStep: 6, fixedOffset: 0),
        ]
        let problem = try ArenaProblem(
            buffers,
            sharings: [
                .ascending(output: "c1", input: "c0"), .ascending(output: "d.c1", input: "c1"),
            ])
        let plan = ArenaPlanner().plan(problem)
        #expect(PlanChecker.violations(plan) == [])
        return plan
    }

    @Test("should print a table")
    func table() throws {
        #expect(try Snapshot.difference(try sample().tableText, "plan.txt") == nil)
    }

    @Test("should draw a picture")
    func picture() throws {
        #expect(try Snapshot.difference(try sample().svg(title: "A & B"), "plan.svg") == nil)
    }

    @Test("should draw a training step")
    func trainingPicture() throws {
        let problem = try TrainingSchedule.problem(UpdateScheme.published[0], .init())
        let plan = ArenaPlanner().plan(problem)
        #expect(PlanChecker.violations(plan) == [])
        let svg = plan.svg(title: "mcunet 49kb")
        #expect(try Snapshot.difference(svg, "mcunet-49kb.svg") == nil)
        #expect(svg.components(separatedBy: "<rect class=\"b ").count - 1 == plan.offsets.count + 2)
    }

    @Test("should stay well-formed whatever the names, and load nothing")
    func hostileNames() throws {
        let names = ["</title><script>", "\u{0}\u{1B}[31m\n", "\u{202E}\u{FFFE}", "]]>&'\"", ""]
        let plan = ArenaPlanner().plan(
            try ArenaProblem(
                names.enumerated().map {
                    ArenaBuffer($1, sizeBytes: 1000, firstStep: $0, lastStep: $0 + 20)
                }))
        let svg = plan.svg(title: names.joined())
        let parser = XMLCheck()
        #expect(parser.accepts(svg))
        #expect(!svg.contains("<script"))
        #expect(!svg.replacing("http://www.w3.org/2000/svg", with: "").contains("http"))
        #expect(!svg.contains("url("))
        let lines = plan.tableText.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3 + 1 + 1 + names.count + 1)
        #expect(!plan.tableText.contains("\u{1B}"))
    }
}

/// Whether text is well-formed markup: every tag closed in order, no stray angle bracket or ampersand,
/// no character that XML 1.0 (section 2.2) excludes.
private struct XMLCheck {
    func accepts(_ text: String) -> Bool {
        for scalar in text.unicodeScalars where scalar.value < 32 && scalar != "\n" { return false }
        if text.unicodeScalars.contains(where: { $0.value == 0xFFFE || $0.value == 0xFFFF }) {
            return false
        }
        var open: [Substring] = []
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            guard areEntitiesWhole(rest[..<start]), let end = rest[start...].firstIndex(of: ">")
            else { return false }
            let tag = rest[rest.index(after: start)..<end]
            if tag.contains("<") || !areEntitiesWhole(tag) { return false }
            let name = tag.prefix { $0 != " " && $0 != "/" }
            if tag.hasPrefix("/") {
                guard open.popLast() == tag.dropFirst() else { return false }
            } else if !tag.hasSuffix("/") {
                open.append(name)
            }
            rest = rest[rest.index(after: end)...]
        }
        return open.isEmpty && !rest.contains(">")
    }

    private func areEntitiesWhole(_ text: Substring) -> Bool {
        text.split(separator: "&", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            tail in
            ["amp;", "lt;", "gt;", "quot;", "#39;"].contains { tail.hasPrefix($0) }
        }
    }
}
