// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
import Scenarios
import Testing

@Suite("Budgets")
struct BudgetTests {
    private func check(
        _ budget: String, _ record: RunRecord = Sample.record(), baseline: Baseline? = nil
    ) throws -> BudgetResult {
        let scenario = try ScenarioParsingTests.parse("image: a\nbudgets:\n  \(budget)")
        return try #require(scenario.budgets.first).check(record, baseline: baseline)
    }

    @Test(
        "should hold a figure against an absolute limit in its unit",
        arguments: [
            ("sram.peak: 26000 B", BudgetResult.Level.pass, 0.0),
            ("sram.peak: 25999 B", .fail, 1),
            ("sram.peak: 25 KiB", .fail, 400),
            ("sram.peak: {warn: 25 KiB, fail: 26 KiB}", .warn, 400),
            ("sram.peak: {warn: 25 KiB}", .warn, 400),
            ("flash.used: 0.5 MiB", .pass, 0),
            ("step.cycles.max: 1000009 cycles", .pass, 0),
            ("step.cycles.max: 1 Mcycles", .fail, 9),
            ("step.cycles.mean: 15.625 ms", .fail, 4.5),
            ("step.cycles.mean: 16 ms", .pass, 0),
            ("phase.forward.cycles.mean: 599 kcycles", .fail, 1000),
            ("phase.forward.cycles.max: 600 kcycles", .pass, 0),
            ("phase.backward.instructions.mean: 300 kinstructions", .pass, 0),
            ("region.fft.cycles.mean: 4999 cycles", .fail, 1),
            ("total.instructions: 7 Minstructions", .fail, 1_000_000),
            ("metric.accuracy_after: '>= 0.83'", .pass, 0),
            ("metric.accuracy_after: '>= 0.84'", .fail, 0.01),
            ("metric.accuracy_after: {warn: '>= 0.84', fail: '>= 0.8'}", .warn, 0.01),
            ("energy.step.mean: 0.3 mJ", .pass, 0),
            ("energy.step.mean: 295 uJ", .fail, 3.12e-7),
            ("energy.total: {warn: 3543 uJ, fail: 0.004 J}", .warn, 7.5e-7),
            ("loss.last: 1.15", .pass, 0),
            ("loss.last: 1.0", .fail, 0.15),
            ("symbol.kl_arena.bytes: 19 KiB", .fail, 544),
            ("buffer.scratch.bytes: 500 B", .pass, 0),
        ] as [(String, BudgetResult.Level, Double)])
    func absolute(budget: String, level: BudgetResult.Level, excess: Double) throws {
        let result = try check(budget)
        #expect(result.level == level)
        #expect(((result.excess ?? 0) - excess).magnitude < 1e-9 * max(1e-3, excess))
    }

    @Test(
        "should hold a figure against the baseline, in percent or by difference",
        arguments: [
            ("sram.peak: +19 %", BudgetResult.Level.fail), ("sram.peak: +25 %", .pass),
            ("sram.peak: +5119 B", .fail), ("sram.peak: +5 KiB", .pass),
            ("sram.peak: {warn: +0 B, fail: +5 KiB}", .warn),
            ("step.cycles.mean: +9 %", .fail), ("step.cycles.mean: +1.5625 ms", .pass),
            ("metric.accuracy_after: '>= -5 %'", .fail),
            ("metric.accuracy_after: '>= -0.06'", .pass),
            ("flash.used: -1 B", .fail), ("flash.used: +0 B", .pass),
        ] as [(String, BudgetResult.Level)])
    func relative(budget: String, level: BudgetResult.Level) throws {
        let baseline = Baseline(Sample.record(), name: "quick")
        let now = Sample.record(arenaBytes: 25_120, forward: 700_000, accuracy: 0.77)
        #expect(try check(budget, now, baseline: baseline).level == level)
    }

    @Test("should fail an unavailable figure, naming why and what is near")
    func unavailable() throws {
        let phase = try check("phase.foward.cycles.mean: 1 ms")
        #expect(phase.level == .fail)
        #expect(
            phase.problem == "the run has no phase 'foward', did you mean 'forward'?; "
                + "it has: forward, backward")
        let metric = try check("metric.accuracy: '>= 0.5'")
        #expect(metric.problem?.contains("it has: accuracy_before, accuracy_after") == true)
        var record = Sample.record()
        record.steps = []
        record.arena = nil
        #expect(
            try check("step.cycles.max: 1 ms", record).problem
                == "the run has no training steps")
        #expect(
            try check("loss.last: 1", record).problem == "the firmware reported no loss")
        #expect(
            try check("buffer.x.bytes: 1 B", record).problem == "the run has no buffers")
        record.energy = nil
        #expect(
            try check("energy.total: 1 mJ", record).problem
                == "the file of board 'nrf52840' gives no currents")
    }

    @Test("should hold functions against budgets, and explain cycles by them")
    func functions() throws {
        var before = Sample.record()
        #expect(
            try check("function.conv.cycles: 1 ms", before).problem
                == "the run was not profiled")
        before.functions = [
            FunctionRecord(name: "conv", selfCycles: 400_000, totalCycles: 500_000, calls: 10),
            FunctionRecord(name: "tiny", selfCycles: 11_999, totalCycles: 11_999, calls: 1),
        ]
        var after = before
        after.functions?[0].selfCycles = 450_000
        after.functions?[0].totalCycles = 560_000
        let baseline = Baseline(before, name: "quick")
        #expect(baseline.functions == ["conv": 400_000, "[smaller]": 11_999])
        let slower = try check("function.conv.cycles: 550 kcycles", after, baseline: baseline)
        #expect(slower.level == .fail)
        #expect(
            slower.growth.last?.rows == [Growth(name: "conv", before: 400_000, after: 450_000)])
        #expect(try check("function.conv.self_cycles: 450 kcycles", after).level == .pass)
        #expect(try check("function.conv.calls: 9 calls", after).level == .fail)
        #expect(
            try check("function.cnv.cycles: 1 s", after).problem
                == "the run has no function 'cnv', did you mean 'conv'?; it has: conv, tiny")
    }

    @Test("should fail what is no number")
    func notANumber() throws {
        var record = Sample.record()
        record.metrics = [MetricRecord(name: "accuracy_after", value: .nan)]
        #expect(try check("metric.accuracy_after: '>= 0.1'", record).level == .fail)
        #expect(try check("metric.accuracy_after: '<= 0.1'", record).level == .fail)
    }

    @Test(
        "should say n/a of a budget without its baseline, and fail a figure that the baseline lacks"
    )
    func noBaseline() throws {
        let missing = try check("sram.peak: +2 %")
        #expect(missing.level == .notApplicable)
        #expect(missing.problem?.contains("--update-baseline") == true)
        #expect(try check("sram.peak: {warn: +2 %, fail: 1 KiB}").level == .fail)
        let baseline = Baseline(Sample.record(), name: "quick")
        let lacking = try check("symbol.kl_arena.bytes: +0 B", baseline: baseline)
        #expect(lacking.level == .fail)
        #expect(lacking.problem?.contains("the baseline has no such figure") == true)
    }

    @Test("should explain what grew: symbols, buffers and parts of SRAM, largest first")
    func explanation() throws {
        let baseline = Baseline(Sample.record(), name: "quick")
        let now = Sample.record(stackBytes: 2100, arenaBytes: 25_120)
        let growth = try check("sram.peak: +0 B", now, baseline: baseline).growth
        #expect(growth.map(\.title) == ["SRAM", "SRAM symbols", "arena buffers"])
        #expect(growth.first?.rows.map(\.name) == ["sram.static", "sram.stack"])
        #expect(growth.first?.rows.map(\.change) == [5120, 100])
        #expect(
            growth.dropFirst().first?.rows
                == [Growth(name: "kl_arena", before: 20_000, after: 25_120)])
        #expect(growth.last?.rows.map(\.name) == ["activations"])
        let slower = try check(
            "step.cycles.mean: +0 %", Sample.record(forward: 700_000), baseline: baseline)
        #expect(slower.growth.map(\.title) == ["phases"])
        #expect(slower.growth.first?.rows.map(\.change) == [100_000])
        #expect(try check("sram.peak: +9 %", now, baseline: nil).growth.isEmpty)
    }

    @Test("should show the largest changes and sum the rest")
    func manySymbols() throws {
        var before = Sample.record()
        var after = before
        before.symbols = (1...12).map {
            SymbolRecord(name: "s\($0)", memory: .flash, section: ".text", bytes: 1000)
        }
        after.symbols = (1...12).map {
            SymbolRecord(
                name: "s\($0)", memory: .flash, section: ".text", bytes: 1000 + UInt64($0))
        }
        after.symbols?.append(
            SymbolRecord(name: "new", memory: .flash, section: ".text", bytes: 200))
        after.flash.usedBytes += 1
        let growth = try check(
            "flash.used: +0 B", after, baseline: Baseline(before, name: "quick")
        ).growth
        let table = try #require(growth.first)
        #expect(table.rows.prefix(3).map(\.name) == ["new", "s12", "s11"])
        #expect(table.rows.first?.before == nil)
        #expect(table.rows.count == GrowthTable.shownRows)
        #expect(table.restCount == 5)
        #expect(table.restChange == 15)
    }
}
