// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
import TestSupport
import Testing

@Suite("Comparisons as JSON")
struct ComparisonRecordTests {
    @Test("should read back what it wrote")
    func roundTrip() throws {
        let text = ComparisonRecord.sample.encodedJSON()
        #expect(try ComparisonRecord(json: text) == .sample)
    }

    @Test("should say what is wrong with text that is not a comparison")
    func malformed() {
        let error = #expect(throws: RunRecordError.self) {
            try ComparisonRecord(json: #"{"schema_version" : 1, "kinglet_version": "1"}"#)
        }
        #expect(error?.description == "not a Kinglet comparison: key 'name' is missing")
    }

    @Test("should find the twin different when the trained parameters are")
    func twin() {
        #expect(TwinRecord.sample(emulated: "0x1", twin: "0x1").equal)
        #expect(!TwinRecord.sample(emulated: "0x1", twin: "0x2").equal)
    }
}

@Suite("Ratios and domination of compared rows")
struct DominationTests {
    /// SRAM peak, cycles of a step, accuracy.
    private func row(
        _ name: String, _ sram: UInt64, _ cycles: UInt64, _ accuracy: Float?, group: String? = nil,
        scheme: String? = nil
    ) -> ComparisonRow {
        var record = RunRecord.sample
        record.outcome = OutcomeRecord(reason: .exited, exitCode: 0)
        record.sram.peakBytes = sram
        record.steps = [
            StepRecord(index: 0, cycles: cycles, instructions: cycles, sramPeakBytes: sram)
        ]
        record.metrics = accuracy.map { [MetricRecord(name: "accuracy_after", value: $0)] } ?? []
        return ComparisonRow(
            name: name, group: group, board: "nrf52840", scheme: scheme ?? name, record: record)
    }

    private func compared(
        _ rows: [ComparisonRow], _ objectives: [ComparisonFigure]? = nil
    ) -> [ComparisonRow] {
        ComparisonRecord(
            kingletVersion: "1", name: "x",
            objectives: (objectives ?? ComparisonFigure.usualObjectives).map(\.rawValue),
            rows: rows
        ).compared().rows
    }

    @Test("should name every row that is no worse in all and better in one")
    func dominated() {
        let rows = compared([
            row("a", 100, 100, 0.5), row("b", 100, 90, 0.5), row("c", 50, 80, 0.6),
            row("d", 200, 10, 0.5),
        ])
        #expect(rows.map(\.dominatedBy) == [["b", "c"], ["c"], [], []])
    }

    @Test("should let neither of two equal rows dominate the other")
    func equal() {
        let rows = compared([row("a", 1, 1, 0.5), row("b", 1, 1, 0.5)])
        #expect(rows.map(\.dominatedBy) == [[], []])
    }

    @Test("should not call a cheaper scheme better where nobody knows what it learns")
    func withoutAccuracy() {
        let schemes = compared([row("full", 9, 9, nil), row("classifier", 1, 1, nil)])
        #expect(schemes.map(\.dominatedBy) == [[], []])
        let options = compared([
            row("plain", 9, 9, nil, scheme: "s"), row("rows", 1, 1, nil, scheme: "s"),
        ])
        #expect(options.map(\.dominatedBy) == [["rows"], []])
        let costs = compared(
            [row("full", 9, 9, nil), row("classifier", 1, 1, nil)], [.sramPeak, .stepCycles])
        #expect(costs.map(\.dominatedBy) == [["classifier"], []])
        // One has an accuracy and the other has not.
        let mixed = compared([row("a", 9, 9, nil), row("b", 1, 1, 0.9)])
        #expect(mixed.map(\.dominatedBy) == [[], []])
    }

    @Test("should stay within groups, for ratios as well")
    func groups() {
        let rows = compared([
            row("a", 100, 100, 0.5, group: "m"), row("b", 50, 50, 0.5, group: "n"),
            row("c", 25, 100, 0.5, group: "n"),
        ])
        #expect(rows.map(\.dominatedBy) == [[], [], []])
        #expect(rows.map { $0.ratios["sram.peak"] } == [1, 1, 0.5])
        #expect(rows.map { $0.ratios["step.time.mean"] } == [1, 1, 2])
    }

    @Test("should leave rows out that failed, and have no ratio to what is missing")
    func failures() {
        var broken = row("broken", 1, 1, 0.9)
        broken.exitCode = 3
        var unbuilt = ComparisonRow(name: "unbuilt", board: "nrf52840", failure: "no", exitCode: 2)
        unbuilt.group = "u"
        let rows = compared([row("a", 9, 9, 0.5), broken, unbuilt])
        #expect(rows.map(\.dominatedBy) == [[], [], []])
        #expect(rows[1].ratios["sram.peak"] == 1.0 / 9)
        #expect(rows[2].ratios.isEmpty)
        #expect(rows.map(\.succeeded) == [true, false, false])
    }

    @Test("should not count a row whose twin computes something else")
    func twinDiffers() {
        var other = row("other", 1, 1, 0.9)
        other.twin = .sample(emulated: "0x1", twin: "0x2")
        other.exitCode = 1
        #expect(!other.succeeded)
        #expect(compared([row("a", 9, 9, 0.5), other]).map(\.dominatedBy) == [[], []])
    }

    @Test("should take loss and accuracy of the long run")
    func longRun() {
        var both = row("a", 1, 1, 0.5)
        both.record?.steps[0].loss = 3
        #expect(both.value(.lastLoss) == 3)
        both.twin = .sample(emulated: "0x1", twin: "0x1")
        #expect(both.value(.accuracy) == 0.75)
        // The last quarter of eight losses.
        #expect(both.value(.lastLoss) == 0.375)
        both.data = ComparisonRow.noise
        #expect(both.value(.lastLoss) == nil && both.value(.accuracy) == nil)
    }
}
