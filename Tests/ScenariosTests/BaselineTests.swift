// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
import Scenarios
import Testing

@Suite("Baselines")
struct BaselineTests {
    @Test("should be the same text for the same figures, and read back")
    func roundTrip() throws {
        let baseline = Baseline(Sample.record(), name: "quick")
        let text = baseline.encodedJSON()
        #expect(text == Baseline(Sample.record(), name: "quick").encodedJSON())
        #expect(try Baseline(json: text, file: "b.json") == baseline)
        #expect(text.hasSuffix("}\n"))
    }

    @Test("should keep the usual figures, those of budgets, and parts from 64 bytes")
    func contents() throws {
        let scenario = try ScenarioParsingTests.parse(
            "image: a\nbudgets: {symbol.counter.bytes: +0 B}")
        let baseline = Baseline(Sample.record(), name: "quick", budgets: scenario.budgets)
        #expect(baseline.figures["symbol.counter.bytes"] == 4)
        #expect(baseline.figures["phase.forward.cycles.mean"] == 600_000)
        #expect(baseline.figures["metric.accuracy_after"] == 0.83)
        #expect(baseline.figures["step.cycles.mean"] == 1_000_004.5)
        #expect(baseline.symbols?["sram"]?["counter"] == nil)
        #expect(baseline.symbols?["sram"]?["[smaller]"] == 4)
        #expect(baseline.symbols?["sram"]?["kl_arena"] == 20_000)
        #expect(baseline.buffers == ["activations": 19_500, "scratch": 500])
    }

    @Test(
        "should refuse what is no baseline, naming the file and the key",
        arguments: [
            ("", "b.json: no baseline of Kinglet: it is not JSON"),
            ("{}", "b.json: no baseline of Kinglet: key 'schema_version' is missing"),
            ("{\"schema_version\": 9}", "b.json: the baseline has schema_version 9; valid: 1"),
            ("{\"schema_version\": 1}", "b.json: no baseline of Kinglet: key 'name' is missing"),
            (
                "{\"schema_version\": 1, \"name\": 2}",
                "b.json: no baseline of Kinglet: 'name' is of the wrong type"
            ),
        ])
    func malformed(text: String, message: String) {
        let error = #expect(throws: BaselineError.self) {
            try Baseline(json: text, file: "b.json")
        }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
    }

    @Test("should list every change of a figure, the largest share first")
    func changes() throws {
        let scenario = try ScenarioParsingTests.parse("image: a")
        let result = ScenarioResult(
            scenario, record: Sample.record(arenaBytes: 25_120, forward: 606_000),
            baseline: Baseline(Sample.record(), name: "quick"))
        let moved = result.changes.filter { $0.change != 0 }.map(\.metric.name)
        #expect(
            moved == [
                "sram.static", "sram.peak", "step.sram_peak.max", "phase.forward.cycles.mean",
                "phase.forward.cycles.max", "step.cycles.mean", "step.cycles.max",
            ])
        #expect(result.status == .pass)
        #expect(result.notes.isEmpty)
    }

    @Test("should note a baseline of another board, clock or cycle model")
    func notes() throws {
        var baseline = Baseline(Sample.record(), name: "quick")
        baseline.board = "stm32f746g-disco"
        baseline.clockHz = 1
        baseline.cycleModel = "cortex-m4/0, fast"
        let result = ScenarioResult(
            try ScenarioParsingTests.parse("image: a"), record: Sample.record(),
            baseline: baseline)
        #expect(
            result.notes == [
                "the baseline is of board stm32f746g-disco; this run is of nrf52840",
                "the baseline is of core clock 1 Hz; this run is of 64000000 Hz",
                "the baseline is of the cycle model cortex-m4/0, fast; this run is of "
                    + "cortex-m4/1, fast",
            ])
    }

    @Test(
        "should tell faults and limits from failed budgets",
        arguments: [
            (OutcomeRecord.Reason.exited, 0, ScenarioResult.Status.pass),
            (.exited, 1, .fail), (.faulted, 3, .fault), (.cycleLimit, 42, .limit),
        ])
    func status(
        reason: OutcomeRecord.Reason, exitCode: Int, expected: ScenarioResult.Status
    ) throws {
        let record = Sample.record(exitCode: exitCode, reason: reason)
        let result = ScenarioResult(
            try ScenarioParsingTests.parse("image: a"), record: record, baseline: nil)
        #expect(result.status == expected)
        #expect(result.status.exitCode == exitCode)
    }
}
