// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// A comparison as comma-separated values (RFC 4180), one line a row.
package enum ComparisonCSV {
    /// A header and the rows, each ended by CR LF. Cells without a value are empty.
    package static func text(_ comparison: ComparisonRecord) -> String {
        var phases: [String] = []
        for phase in comparison.rows.compactMap(\.statistics).flatMap(\.phases)
        where !phases.contains(phase.name) {
            phases.append(phase.name)
        }
        let columns = identity + memory + cycles(phases) + energy + learning + verdicts
        let lines =
            [columns.map(\.title)]
            + comparison.rows.map { row in columns.map { $0.cell(row) ?? "" } }
        return lines.map { $0.map(quoted).joined(separator: ",") + "\r\n" }.joined()
    }

    /// In quotes where it must be: with commas, quotes, line ends, or blanks at its ends.
    package static func quoted(_ cell: String) -> String {
        let special = cell.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
        guard special || cell.first == " " || cell.last == " " else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }

    private struct Column {
        var title: String
        var cell: (ComparisonRow) -> String?

        init(_ title: String, _ cell: @escaping (ComparisonRow) -> String?) {
            self.title = title
            self.cell = cell
        }

        static func record(
            _ title: String, _ value: @escaping (RunRecord) -> (some CustomStringConvertible)?
        ) -> Column {
            Column(title) { $0.record.flatMap(value).map { "\($0)" } }
        }

        static func figure(_ title: String, _ figure: ComparisonFigure) -> Column {
            Column(title) { row in row.value(figure).map { "\($0)" } }
        }
    }

    private static var identity: [Column] {
        [
            Column("group") { $0.group }, Column("row") { $0.name }, Column("board") { $0.board },
            Column("too_large_for") { $0.misfit?.board }, Column("model") { $0.model },
            Column("scheme") { $0.scheme }, Column("options") { $0.options },
            Column.record("arguments") { $0.arguments },
        ]
    }

    private static var memory: [Column] {
        [
            Column.record("sram_peak_bytes") { $0.sram.peakBytes },
            Column.record("sram_static_bytes") { $0.sram.staticBytes },
            Column.record("sram_arena_bytes") { $0.arena?.bytes },
            Column.record("sram_stack_bytes") { $0.sram.stackPeakBytes },
            Column.record("sram_heap_bytes") { $0.sram.heapPeakBytes },
            Column.record("sram_limit_bytes") { $0.sram.limitBytes },
            Column.record("flash_used_bytes") { $0.flash.usedBytes },
            Column.record("flash_limit_bytes") { $0.flash.limitBytes },
        ]
    }

    private static func cycles(_ phases: [String]) -> [Column] {
        [
            Column.record("steps") { $0.steps.count },
            Column.figure("step_cycles_mean", .stepCycles),
        ]
            + phases.map { name in
                Column("step_cycles_\(name)") { row in
                    row.statistics?.phases.first { $0.name == name }.map { "\($0.meanCycles)" }
                }
            } + [
                Column.figure("step_ms_mean", .stepMilliseconds),
                Column("step_instructions_mean") { row in
                    row.statistics.map { "\($0.instructions.mean)" }
                },
            ]
    }

    private static var energy: [Column] {
        [
            Column.figure("step_joules_mean", .stepJoules),
            Column("epoch_joules") { row in row.epochJoules.map { "\($0)" } },
            Column.record("steps_per_charge") { $0.energy?.stepsPerCharge },
        ]
    }

    private static var learning: [Column] {
        [
            Column("trained_steps") { row in
                row.twin.map { "\($0.steps)" } ?? row.record.map { "\($0.steps.count)" }
            },
            Column.figure("loss_last", .lastLoss), Column.figure("accuracy_after", .accuracy),
            Column("weights_hash") { $0.twin?.weightsHash },
            Column("twin_equal") { row in row.twin.map { "\($0.equal)" } },
        ]
    }

    private static var verdicts: [Column] {
        ComparisonFigure.allCases.map { figure in
            Column("ratio_\(figure.rawValue)") { row in
                row.ratios[figure.rawValue].map { "\($0)" }
            }
        } + [
            Column("dominated_by") { $0.dominatedBy.joined(separator: ";") },
            Column("exit_code") { "\($0.exitCode)" }, Column("failure") { $0.failure },
        ]
    }
}
