// SPDX-License-Identifier: GPL-2.0-or-later
import Scenarios
import StrictYAML
import Testing

@Suite("Scenario files")
struct ScenarioParsingTests {
    static func parse(_ yaml: String) throws -> Scenario {
        try Scenario.parse(yaml: "schema_version: 1\n" + yaml, file: "ci/quick.yaml")
    }

    @Test("should read every key")
    func everyKey() throws {
        let scenario = try Self.parse(
            """
            name: quick-start
            summary: Trains the quick start's network.
            image: build/app.elf
            board: nrf52840
            clock: 64MHz
            files: data
            args: lr=0.01
            steps: 20
            seed: 1
            step_symbol: train_step
            regions: {fft: {from: fft_begin, to: fft_end}}
            timing: detailed
            limits: {cycles: 2 Gcycles, time: 2 min, resets: 0}
            budgets:
              sram.peak: {warn: 60 KiB, fail: 64 KiB}
              flash.used: 128 KiB
              step.cycles.mean: {fail: +2 %}
              metric.accuracy_after: {fail: ">= 0.80"}
            baseline: base.json
            """)
        #expect(scenario.name == "quick-start")
        #expect(scenario.subject == .image(.init(value: "build/app.elf", line: 4, column: 8)))
        #expect(scenario.board?.value == "nrf52840")
        #expect(scenario.clockHz?.value == 64_000_000)
        #expect(scenario.files?.value == "data")
        #expect(scenario.arguments == "steps=20 seed=1 lr=0.01")
        #expect(scenario.stepSymbol?.value == "train_step")
        #expect(scenario.regions.map(\.name) == ["fft"])
        #expect(scenario.regions.first?.from.value == "fft_begin")
        #expect(scenario.timing?.value == "detailed")
        #expect(scenario.limits.cycles == 2_000_000_000)
        #expect(scenario.limits.seconds == 120)
        #expect(scenario.limits.resets == 0)
        #expect(
            scenario.budgets.map(\.metric.name)
                == ["sram.peak", "flash.used", "step.cycles.mean", "metric.accuracy_after"])
        #expect(scenario.budgets.map(\.line) == [16, 17, 18, 19])
        #expect(scenario.baselinePath == "base.json")
    }

    @Test("should read a model and a scheme with the options of the compiler")
    func training() throws {
        let scenario = try Self.parse(
            """
            model: mcunet-5fps
            scheme: mcunet-49kb
            classes: 10
            compile: {gradient_bits: 8, residual_bits: 16, rows: true, without: [tiling]}
            """)
        guard case .training(let training) = scenario.subject else {
            Issue.record("no training")
            return
        }
        #expect(training.model.value == "mcunet-5fps")
        #expect(training.scheme.value == "mcunet-49kb")
        #expect(training.classes == 10)
        #expect(training.options.gradientBits == 8)
        #expect(training.options.residualBits == 16)
        #expect(training.options.readsInputByRows && !training.options.accumulates)
        #expect(training.options.without.map(\.value) == ["tiling"])
    }

    @Test("should take name and baseline from the file's name")
    func names() throws {
        let scenario = try Self.parse("image: a.elf")
        #expect(scenario.name == "quick")
        #expect(scenario.baselinePath == "quick.baseline.json")
    }

    @Test(
        "should refuse a malformed file with line, column, value and what would be valid",
        arguments: [
            ("image: [", "ci/quick.yaml:", "not YAML"),
            ("budgets: {}", ":1:1: key 'image' or 'model' is missing", ""),
            ("imagee: a", ":2:1: unknown key 'imagee', did you mean 'image'?", "image, model"),
            ("image: a\nscheme: b", ":3:1: unknown key 'scheme'; valid keys: schema_version", ""),
            ("model: a", ":1:1: key 'scheme' is missing", ""),
            ("image: a\nname: a/b", ":3:7: 'name' is 'a/b'; valid: letters", ""),
            ("image: a\nclock: 64 KiB", ":3:8: 'clock' is '64 KiB'", "a frequency, e.g. 64 MHz"),
            ("image: a\nsteps: many", ":3:8: 'steps' is 'many'; valid: 0...", ""),
            ("image: a\nsteps: 2\nargs: steps=3", ":4:7: 'args' is 'steps=3'; valid: without", ""),
            ("image: a\ntiming: exact", ":3:9: 'timing' is 'exact'", "fast, detailed"),
            ("image: a\nboard: x\nboard_file: y", ":4:13: 'board_file' is 'y'", "either"),
            (
                "image: a\nregions: fft", ":3:10: 'regions' is 'fft'; valid: a name",
                "'from' and 'to'"
            ),
            ("image: a\nregions: {f: {from: a}}", ":3:14: key 'to' is missing", ""),
            ("image: a\nlimits: {cycles: 5 ms}", ":3:18: 'cycles' is '5 ms'", "2 Gcycles"),
            (
                "image: a\nlimits: {cycles: 2 gcycles}",
                ":3:18: 'cycles' is '2 gcycles', did you mean '2 Gcycles'?", ""
            ),
            ("image: a\nlimits: {time: 2 MiB}", ":3:16: 'time' is '2 MiB'", "2 min"),
            ("image: a\nlimits: {cycle: 2}", ":3:10: unknown key 'cycle', did you mean", ""),
            ("model: a\nscheme: b\ncompile: {bits: 8}", ":4:11: unknown key 'bits'", "rows"),
            ("model: a\nscheme: b\nclasses: 1", ":4:10: 'classes' is '1'; valid: 2...", ""),
            (
                "model: a\nscheme: b\ncompile: {gradient_bits: 4}",
                ":4:26: 'gradient_bits' is '4'; valid: 8, 16", ""
            ),
            (
                "model: a\nscheme: b\ncompile: {residual_bits: 8, accumulate: true}",
                ":4:26: 'residual_bits' is '8'", "accumulate"
            ),
        ])
    func malformed(yaml: String, message: String, also: String) {
        expectRefusal(saying: [message, also]) { _ = try Self.parse(yaml) }
    }

    @Test(
        "should refuse a malformed budget with line, column, value and what would be valid",
        arguments: [
            (
                "sram.peek: 1 KiB", ":4:3: 'budgets' is 'sram.peek', did you mean 'sram.peak'?",
                "phase.NAME.cycles.mean"
            ),
            (
                "phase.forward.cycle.mean: 1 ms", "did you mean 'phase.forward.cycles.mean'?", ""
            ),
            ("sram.peak: 64", ":4:14: 'sram.peak' is '64'; valid: a size in B, KiB or MiB", ""),
            ("sram.peak: 64 KB", "'64 KB', did you mean '64 KiB'?", ""),
            ("sram.peak: 64 Mcycles", "'sram.peak' is '64 Mcycles'; valid: a size", ""),
            ("step.cycles.max: 550 msec", "is '550 msec', did you mean '550 ms'?", "cycles"),
            ("sram.peak: 2 %", "'sram.peak' is '2 %'", "to the baseline with a sign, e.g. +2 %"),
            ("sram.peak: {fall: 1 KiB}", ":4:15: unknown key 'fall', did you mean 'fail'?", ""),
            ("sram.peak: {}", ":4:14: key 'fail' is missing", ""),
            ("sram.peak: []", "expected keys and values: warn, fail", ""),
            (
                "sram.peak: {warn: 64 KiB, fail: 64 KiB}",
                ":4:21: 'warn' is '64 KiB'; valid: a limit that strikes before 64 KiB", ""
            ),
            (
                "sram.peak: {warn: \">= 1 KiB\", fail: 64 KiB}",
                "'warn' is '>= 1 KiB'; valid: a limit of the same direction as 'fail'", ""
            ),
            ("metric.accuracy: 0.8", "is '0.8'; valid: a bound that says which way", "'>= 0.80'"),
            ("metric.accuracy: \">= 0.8 KiB\"", "is '>= 0.8 KiB'", "which way"),
            ("flash.used: 1 KiB\n  flash.used: 2 KiB", "keys stand twice: flash.used", ""),
        ])
    func malformedBudget(yaml: String, message: String, also: String) {
        expectRefusal(saying: [message, also]) {
            _ = try Self.parse("image: a\nbudgets:\n  " + yaml)
        }
    }

    @Test("should refuse any cut of a scenario file with an error, never a crash")
    func cuts() throws {
        let yaml = """
            schema_version: 1
            image: a.elf
            regions: {fft: {from: a, to: b}}
            budgets:
              sram.peak: {warn: 60 KiB, fail: 64 KiB}
              metric.x: ">= -1 %"
            """
        var refused = 0
        for count in 0...yaml.count {
            do {
                _ = try Scenario.parse(yaml: String(yaml.prefix(count)), file: "x.yaml")
            } catch let error {
                #expect(error.description.hasPrefix("x.yaml:"))
                refused += 1
            }
        }
        #expect(refused > 50)
    }
}
