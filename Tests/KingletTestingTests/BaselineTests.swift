// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletTesting
import Scenarios
import Synchronization
import TestSupport
import Testing

@Suite("Expectations against a committed baseline")
struct BaselineTests {
    /// What the issues say that `body` records.
    private func messages(_ body: () throws -> Void) throws -> [String] {
        let messages = Mutex<[String]>([])
        try withKnownIssue(isIntermittent: true) {
            try body()
        } matching: { issue in
            messages.withLock { $0.append(issue.comments.map(\.rawValue).joined(separator: "\n")) }
            return true
        }
        return messages.withLock { $0 }
    }

    /// A baseline of a run whose arena had `bytes`.
    private func withBaseline(
        _ change: (inout Baseline) -> Void = { _ in }, _ body: (CommittedBaseline) throws -> Void
    ) throws {
        try Assembler.withTemporaryDirectory { folder in
            var baseline = Baseline(Records.training, name: "training")
            change(&baseline)
            let path = folder.appending(path: "training.json")
            try Data(baseline.encodedJSON().utf8).write(to: path)
            try body(CommittedBaseline(path.path))
        }
    }

    @Test("should pass what is within its limits, warn of nothing else")
    func within() throws {
        try withBaseline { committed in
            let texts = try messages {
                expect(
                    Records.training,
                    within: [
                        "sram.peak": "+0 B", "flash.used": "128 KiB",
                        "step.cycles.mean": "+1 %",
                    ], of: committed)
            }
            #expect(texts == [])
        }
    }

    @Test("should say by how much and what grew, as kinglet test does, in order of the budgets")
    func growth() throws {
        var record = Records.training
        record.sram.staticBytes += 5120
        record.sram.peakBytes += 5120
        let grown = try #require(record.symbols?.firstIndex { $0.memory == .sram })
        record.symbols?[grown].bytes += 5120
        let name = try #require(record.symbols?[grown].name)
        try withBaseline { committed in
            let texts = try messages {
                expect(
                    record,
                    within: ["flash.used": "1 KiB", "sram.peak": "+2 %", "sram.heap": "+0 B"],
                    of: committed)
            }
            #expect(texts.count == 2)
            #expect(texts[0].hasPrefix("'training' on nrf52840: flash.used is 100,000 B, 98,976 B"))
            let lines = texts[1].split(separator: "\n").map(String.init)
            #expect(
                lines[0]
                    == "'training' on nrf52840: sram.peak is 51,708 B, 4,188 B (8.8 %) more than "
                    + "the limit of +2 % = 47,520 B; the baseline has 46,588 B")
            #expect(lines[1...2] == ["  SRAM:", "    sram.static  +5,120 B  44,000  -> 49,120"])
            #expect(lines[3] == "  SRAM symbols:")
            #expect(lines[4].hasPrefix("    \(name)") && lines[4].contains("+5,120 B"))
        }
    }

    @Test("should tell when the baseline is of another board or cycle model")
    func otherBoard() throws {
        try withBaseline {
            $0.board = "elsewhere"
            $0.figures["sram.peak"] = 1000
        } _: { committed in
            let texts = try messages {
                expect(Records.training, within: ["sram.peak": "+2 %"], of: committed)
            }
            #expect(
                texts.first?.hasSuffix(
                    "\n  note: the baseline is of board elsewhere; this run is of nrf52840") == true
            )
        }
    }

    @Test(
        "should refuse figures, limits and files that are none, with what would be valid",
        arguments: [
            (
                "sram.peek", "+2 %",
                "there is no figure 'sram.peek', did you mean 'sram.peak'?; valid: "
            ),
            (
                "sram.peak", "64 KB",
                "'64 KB' is no limit of sram.peak, did you mean '64 KiB'?; valid: a size in B, KiB or MiB"
            ),
            (
                "metric.loss", "0.5",
                "'0.5' is no limit of metric.loss; valid: a bound that says which way"
            ),
            (
                "sram.peak", "+2 %",
                "sram.peak: the limit +2 % is one of a baseline; give it with of: "
            ),
            (
                "phase.foward.cycles.mean", "1 s",
                "'training' on nrf52840: phase.foward.cycles.mean is not "
            ),
        ])
    func refusals(figure: String, limit: String, message: String) throws {
        let texts = try messages {
            expect(Records.training, within: [figure: limit])
        }
        #expect(texts.count == 1 && texts[0].hasPrefix(message), "\(texts)")
    }

    @Test("should fail without the file that it was given, and with one that is no baseline")
    func files() throws {
        try Assembler.withTemporaryDirectory { folder in
            let path = folder.appending(path: "none.json")
            let committed = CommittedBaseline(path.path)
            func text() throws -> String {
                try messages {
                    expect(Records.training, within: ["sram.peak": "64 KiB"], of: committed)
                }.joined()
            }
            let missing = try text()
            #expect(
                missing
                    == "there is no baseline '\(path.path)'; KINGLET_UPDATE_BASELINE=1 swift test writes it"
            )
            try Data("{}".utf8).write(to: path)
            let malformed = try text()
            #expect(malformed.contains("no baseline of Kinglet: key 'schema_version' is missing"))
        }
    }

    @Test("should write the file anew when asked to, of runs that passed and budgets that are some")
    func updating() throws {
        try withBaseline {
            $0.figures["sram.peak"] = 1
        } _: { committed in
            var updating = committed
            updating.isUpdating = true
            let budgets: KeyValuePairs = ["sram.peak": "+0 B", "symbol.kl_arena.bytes": "+0 B"]
            func text() throws -> String {
                try String(contentsOf: URL(filePath: committed.path), encoding: .utf8)
            }
            let before = try text()
            var failed = Records.training
            failed.outcome.exitCode = 1
            let refused = try messages { expect(failed, within: budgets, of: updating) }
            #expect(refused.count == 1 && refused[0].contains("stays as it was"))
            let wrong = try messages {
                expect(Records.training, within: ["sram.peek": "+0 B"], of: updating)
            }
            #expect(wrong.count == 1)
            #expect(try text() == before)
            let written = try messages {
                expect(Records.training, within: budgets, of: updating)
            }
            #expect(written == [])
            #expect(try text().contains("\"symbol.kl_arena.bytes\" : 40000"))
            let now = try messages { expect(Records.training, within: budgets, of: committed) }
            #expect(now == [])
        }
    }
}
