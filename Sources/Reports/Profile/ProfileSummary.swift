// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// What `kinglet profile` prints after a run.
package struct ProfileSummary {
    private let record: ProfileRecord
    private let mostRows: Int

    /// - Parameter mostRows: functions and lines that are shown, those with most cycles.
    package init(_ record: ProfileRecord, mostRows: Int) {
        self.record = record
        self.mostRows = mostRows
    }

    /// The whole summary, a newline at its end.
    package var text: String {
        [head, functions, phases, lines, record.warnings.map { "warning: \($0.printable)" }]
            .filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }

    private var head: [String] {
        var table = TextTable([.left, .left])
        table.rows = [
            ["image", "\(record.image.path.printable) (\(record.image.format.printable))"],
            ["board", "\(record.board.printable), \(Figures.frequency(record.clockHz))"],
            ["outcome", OutcomeText.sentence(record.outcome)],
            [
                "ran",
                "\(Figures.grouped(record.totalCycles)) cycles = "
                    + Figures.milliseconds(
                        cycles: Double(record.totalCycles), clockHz: record.clockHz)
                    + " ms, " + Figures.plural(record.steps.count, "step"),
            ],
            ["fidelity", FidelityText.line(record.fidelity)],
        ]
        return table.lines()
    }

    private func share(_ cycles: UInt64) -> String {
        Figures.percent(cycles, of: record.totalCycles)
    }

    private func rest(_ count: Int, _ what: String) -> [String] {
        count > mostRows
            ? ["and \(Figures.plural(count - mostRows, what)) more: --top, --json"] : []
    }

    private var functions: [String] {
        var table = TextTable([.left, .right, .right, .right, .right, .right])
        table.header = ["function", "self", "", "with callees", "", "calls"]
        table.rows = record.functions.prefix(mostRows).map { function in
            [
                function.name.printable, Figures.grouped(function.selfCycles),
                share(function.selfCycles), Figures.grouped(function.totalCycles),
                share(function.totalCycles), Figures.grouped(function.calls),
            ]
        }
        guard !table.rows.isEmpty else { return [] }
        return table.lines() + rest(record.functions.count, "function")
    }

    /// Cycles of the functions themselves, phase by phase; nothing for an image without phases.
    private var phases: [String] {
        guard record.phases.count > 1 else { return [] }
        var table = TextTable([.left] + record.phases.map { _ in .right })
        table.header = ["self by phase"] + record.phases.map(\.printable)
        let sums = record.phases.indices.map { phase in
            record.nodes.reduce(0) { sum, node in
                sum + (node.cycles.indices.contains(phase) ? node.cycles[phase] : 0)
            }
        }
        table.rows = record.functions.prefix(mostRows).map { function in
            [function.name.printable]
                + record.phases.map { phase in
                    let part = function.phases.first { $0.phase == phase }
                    return Figures.grouped(part?.selfCycles ?? 0)
                }
        }
        table.rows.append(["all functions"] + sums.map { Figures.grouped($0) })
        return table.lines()
    }

    private var lines: [String] {
        guard !record.lines.isEmpty else { return [] }
        var table = TextTable([.left, .left, .right, .right])
        table.header = ["line", "in", "cycles", ""]
        let ordered = record.lines.enumerated().sorted {
            ($1.element.cycles, $0.offset) < ($0.element.cycles, $1.offset)
        }.map(\.element)
        table.rows = ordered.prefix(mostRows).map { line in
            [
                "\(line.file.printable):\(line.line)",
                record.name(of: line.function).printable, Figures.grouped(line.cycles),
                share(line.cycles),
            ]
        }
        return table.lines() + rest(record.lines.count, "line") + [
            "\(Figures.grouped(record.cyclesWithoutLine)) cycles "
                + "(\(share(record.cyclesWithoutLine))) have no line"
        ]
    }
}
