// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
#if canImport(FoundationXML)
    import FoundationXML
#endif
import Reports
import RunModel
import TestSupport
import Testing

@Suite("Reports of profiles")
struct ProfileReportTests {
    @Test("should print functions, phases and lines, those with most cycles first")
    func summary() throws {
        let text = ProfileSummary(.sample, mostRows: 3).text
        #expect(try Snapshot.difference(text, "profile.txt") == nil)
    }

    @Test("should write collapsed stacks that add up to the run, with and without phases")
    func collapsed() throws {
        for (isByPhase, name) in [(false, "profile.folded"), (true, "profile-phases.folded")] {
            let text = CollapsedStacks(.sample, byPhase: isByPhase).text
            #expect(try Snapshot.difference(text, name) == nil)
            var total: UInt64 = 0
            for line in text.split(separator: "\n") {
                let space = try #require(line.lastIndex(of: " "))
                total += try #require(UInt64(line[line.index(after: space)...]))
                #expect(!line[..<space].split(separator: ";").contains { $0.isEmpty })
            }
            #expect(total == ProfileRecord.sample.totalCycles)
        }
    }

    /// What https://www.speedscope.app/file-format-schema.json asks of `sampled` profiles.
    @Test("should write what speedscope's schema asks for")
    func speedscope() throws {
        let text = SpeedscopeFile(.sample).text
        #expect(try Snapshot.difference(text, "profile.speedscope.json") == nil)
        let file = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(file["$schema"] as? String == "https://www.speedscope.app/file-format-schema.json")
        let allowed = [
            "$schema", "shared", "profiles", "name", "activeProfileIndex", "exporter",
        ]
        #expect(Set(file.keys).isSubset(of: allowed))
        let shared = try #require(file["shared"] as? [String: Any])
        let frames = try #require(shared["frames"] as? [[String: Any]])
        for frame in frames {
            #expect(frame["name"] is String)
            #expect(Set(frame.keys).isSubset(of: ["name", "file", "line", "col"]))
        }
        let profiles = try #require(file["profiles"] as? [[String: Any]])
        #expect(profiles.count == 3)
        for profile in profiles {
            #expect(profile["type"] as? String == "sampled")
            #expect(profile["unit"] as? String == "none")
            #expect(profile["name"] is String)
            let samples = try #require(profile["samples"] as? [[Int]])
            let weights = try #require(profile["weights"] as? [Int])
            #expect(samples.count == weights.count)
            #expect(samples.allSatisfy { $0.allSatisfy(frames.indices.contains) })
            #expect(profile["startValue"] as? Int == 0)
            #expect(profile["endValue"] as? Int == weights.reduce(0, +))
        }
        #expect(profiles.first?["endValue"] as? Int == 10_000)
    }

    @Test("should draw a flame graph that is well-formed and as wide as the cycles")
    func flameGraph() throws {
        let svg = FlameGraph(.sample).svg
        #expect(try Snapshot.difference(svg, "profile.svg") == nil)
        #expect(XMLParser(data: Data(svg.utf8)).parse())
        #expect(!svg.contains("<script") && !svg.contains("url("))
        // main has 9200 of 10000 cycles, and 1180 units stand for all.
        #expect(svg.contains("<title>main: 9,200 cycles, 92.0 %; 800 of its own</title>"))
        #expect(svg.contains("width=\"1085.1\""))
        #expect(svg.contains("tick &amp; tock"))
        #expect(svg.contains("1 way of calls too narrow to be drawn"))
        let phases = FlameGraph(.sample, byPhase: true).svg
        #expect(phases.contains("<title>forward: 6,000 cycles, 60.0 %</title>"))
    }

    @Test("should say little, but be valid, for a run without cycles")
    func empty() {
        var record = ProfileRecord.sample
        record.functions = []
        record.nodes = []
        record.lines = []
        record.phases = []
        record.steps = []
        record.totalCycles = 0
        #expect(ProfileSummary(record, mostRows: 5).text.contains("0 cycles"))
        #expect(CollapsedStacks(record).text.isEmpty)
        #expect(XMLParser(data: Data(FlameGraph(record).svg.utf8)).parse())
        #expect(SpeedscopeFile(record).text.contains("\"endValue\":0"))
    }
}
