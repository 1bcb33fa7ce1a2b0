// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel
import Scenarios
import Testing

@Suite("Comparison files")
struct ComparisonParsingTests {
    static func parse(_ yaml: String) throws -> Comparison {
        try Comparison.parse(yaml: "schema_version: 1\n" + yaml, file: "ci/schemes.yaml")
    }

    @Test("should give rows what the defaults say, unless they say otherwise themselves")
    func defaults() throws {
        let comparison = try Self.parse(
            """
            summary: Two schemes.
            defaults:
              model: mcunet-5fps
              compile: {gradient_bits: 8}
              board: stm32f746g-disco
              fallback_board_file: large.yaml
              files: data
              steps: 2
              args: lr=0.1
            twin: {steps: 300, args: eval=100}
            objectives: [sram.peak, flash.used]
            rows:
              - {scheme: full}
              - name: small
                group: lean
                scheme: mine/classifier.yaml
                board_file: mine.yaml
                compile: {rows: true, residual_bits: 0, optimise: -O2}
                fallback_board: nucleo-h743zi
                args: lr=0.2
              - {image: build/app.elf, seed: 3}
            """)
        #expect(comparison.name == "schemes")
        #expect(comparison.summary == "Two schemes.")
        #expect(comparison.objectives == [.sramPeak, .flashUsed])
        #expect(comparison.longRun == .init(steps: 300, arguments: "eval=100"))
        let rows = comparison.rows
        #expect(rows.map(\.folder) == ["full", "lean/small", "app"])
        #expect(rows.map(\.isTrained) == [true, true, false])
        #expect(
            rows.map(\.scenario.arguments)
                == ["steps=2 lr=0.1", "steps=2 lr=0.2", "steps=2 seed=3 lr=0.1"])
        #expect(rows[0].scenario.optionsText == "--gradient-bits 8")
        #expect(rows[1].scenario.optionsText == "--rows --residual-bits 0 -O2")
        #expect(rows[0].scenario.board?.value == "stm32f746g-disco")
        #expect(rows[1].scenario.board == nil)
        #expect(rows[1].scenario.boardFile?.value == "mine.yaml")
        #expect(rows[0].fallback == .file(.init(value: "large.yaml", line: 7, column: 24)))
        #expect(rows[1].fallback == .board(.init(value: "nucleo-h743zi", line: 20, column: 21)))
        #expect(comparison.common("steps") == 2)
        #expect(comparison.common("seed") == nil)
        #expect(comparison.filtered(["lean", "app"]).rows.map(\.folder) == ["lean/small", "app"])
    }

    @Test("should put the long run's words in the place of the row's")
    func longRun() {
        let run = Comparison.LongRun(steps: 900, arguments: "eval=100 schedule=cosine")
        #expect(
            run.commandLine(row: "steps=2 seed=1 eval=0 lr=0.1 report=5", window: 2)
                == "seed=1 lr=0.1 steps=900 eval=100 schedule=cosine report=2")
        #expect(
            run.commandLine(row: "epochs=2", window: 1)
                == "steps=900 eval=100 schedule=cosine report=1")
    }

    @Test(
        "should refuse a malformed file with line, column, value and what would be valid",
        arguments: [
            ("rows: [", "ci/schemes.yaml:", "not YAML"),
            ("name: x", ":1:1: key 'rows' is missing", ""),
            ("rows: []", ":2:7: 'rows' is empty", ""),
            ("row: [{image: a}]", ":2:1: unknown key 'row', did you mean 'rows'?", "defaults"),
            ("rows: [{imag: a}]", ":2:9: unknown key 'imag', did you mean 'image'?", "group"),
            ("rows: [{image: a, budgets: {}}]", ":2:19: unknown key 'budgets'", "fallback_board"),
            ("defaults: {name: a}\nrows: [{image: a}]", ":2:12: unknown key 'name'", "model"),
            ("rows: [{board: nrf52840}]", ":2:8: key 'image' or 'model' is missing", ""),
            ("defaults: {model: m}\nrows: [{name: a}]", ":3:8: key 'scheme' is missing", ""),
            (
                "defaults: {steps: many}\nrows: [{image: a}]", ":2:19: 'steps' is 'many'",
                "valid: 0..."
            ),
            ("rows: [{image: x/a.elf}, {image: y/a.elf}]", ":2:26: a second row 'a'", "'name'"),
            ("rows: [{image: a}]\ntwin: {steps: 3}", ":3:7: 'twin' needs a row with 'model'", ""),
            ("rows: [{image: a}]\ntwin: {args: a=1}", ":3:7: key 'steps' is missing", ""),
            (
                "rows: [{model: m, scheme: s}]\ntwin: {steps: 3, args: steps=4}",
                ":3:24: 'args' is 'steps=4'", "the key 'steps'"
            ),
            (
                "rows: [{image: a}]\nobjectives: [sram.peek]",
                ":3:14: 'objectives' is 'sram.peek', did you mean 'sram.peak'?", "loss.last"
            ),
            ("rows: [{image: a, group: a/b}]", ":2:26: 'group' is 'a/b'; valid: letters", ""),
            (
                "rows: [{image: a, fallback_board: x, fallback_board_file: y}]",
                ":2:59: 'fallback_board_file' is 'y'", "either"
            ),
            (
                "rows: [{model: m, scheme: s, compile: {optimise: -O4}}]",
                ":2:50: 'optimise' is '-O4'; valid: -O0, -O1", ""
            ),
        ])
    func malformed(yaml: String, message: String, also: String) {
        expectRefusal(saying: [message, also]) { _ = try Self.parse(yaml) }
    }
}
