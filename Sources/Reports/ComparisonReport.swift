// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// Runs side by side: what `kinglet report` prints.
package struct ComparisonReport {
    private let records: [RunRecord]

    /// - Parameter records: one column each, in this order.
    package init(_ records: [RunRecord]) { self.records = records }

    /// The table for a terminal, with what makes the columns hard to compare under it.
    package var terminalText: String {
        ((table.lines() + paragraph(notes)).joined(separator: "\n")) + "\n"
    }

    /// The table as GitHub-flavoured Markdown.
    package var markdownText: String {
        ((table.markdownLines + paragraph(notes.map { "- \($0.markdownEscaped)" }))
            .joined(separator: "\n")) + "\n"
    }

    private func paragraph(_ lines: [String]) -> [String] { lines.isEmpty ? [] : [""] + lines }

    var table: TextTable {
        var table = TextTable([.left] + Array(repeating: .right, count: records.count))
        let statistics = records.map { StepStatistics($0.steps) }
        table.header = [""] + records.map { $0.name.printable }
        func row(_ name: String, _ cell: (RunRecord, StepStatistics?) -> String?) {
            let cells = zip(records, statistics).map(cell)
            guard cells.contains(where: { $0 != nil }) else { return }
            table.rows.append([name] + cells.map { $0 ?? "n/a" })
        }
        row("board") { record, _ in record.board.printable }
        row("outcome") { record, _ in OutcomeText.short(record) }
        row("SRAM peak, bytes") { record, _ in Figures.grouped(record.sram.peakBytes) }
        row("  static") { record, _ in Figures.grouped(record.sram.staticBytes) }
        row("  stack") { record, _ in Figures.grouped(record.sram.stackPeakBytes) }
        row("  heap") { record, _ in Figures.grouped(record.sram.heapPeakBytes) }
        row("  of the board's") { record, _ in
            Figures.percent(record.sram.peakBytes, of: record.sram.limitBytes)
        }
        row("SRAM touched, bytes") { record, _ in Figures.grouped(record.sram.touchedBytes) }
        row("flash, bytes") { record, _ in Figures.grouped(record.flash.usedBytes) }
        row("steps") { _, steps in steps.map { Figures.grouped(UInt64($0.count)) } }
        row("cycles per step, mean") { _, steps in
            steps.map { Figures.fixed($0.cycles.mean, decimals: 0) }
        }
        row("  min") { _, steps in steps.map { Figures.grouped($0.cycles.minimum) } }
        row("  max") { _, steps in steps.map { Figures.grouped($0.cycles.maximum) } }
        for phase in phaseNames(statistics) {
            row("  \(phase.printable), mean") { _, steps in
                steps?.phases.first { $0.name == phase }.map {
                    Figures.fixed($0.meanCycles, decimals: 0)
                }
            }
        }
        addTimes(row)
        addEnergy(row)
        addLearning(row)
        row("total cycles") { record, _ in Figures.grouped(record.total.cycles) }
        row("total instructions") { record, _ in Figures.grouped(record.total.instructions) }
        return table
    }

    private typealias AddRow = (String, (RunRecord, StepStatistics?) -> String?) -> Void

    private func addTimes(_ row: AddRow) {
        func time(_ cycles: Double?, _ record: RunRecord) -> String? {
            cycles.map { Figures.milliseconds(cycles: $0, clockHz: record.clockHz) }
        }
        row("ms per step, mean") { record, steps in time(steps?.cycles.mean, record) }
        row("  min") { record, steps in time(steps.map { Double($0.cycles.minimum) }, record) }
        row("  max") { record, steps in time(steps.map { Double($0.cycles.maximum) }, record) }
    }

    private func addEnergy(_ row: AddRow) {
        row("energy per step, mean") { record, _ in
            record.energy?.stepMeanJoules.map { Figures.joules($0) }
        }
        row("energy in all") { record, _ in
            (record.energy?.totalJoules).map { Figures.joules($0) }
        }
        row("steps per charge") { record, _ in
            record.energy?.stepsPerCharge.map { Figures.significant($0) }
        }
    }

    private func addLearning(_ row: AddRow) {
        row("loss, first -> last") { _, steps in steps?.loss?.text }
        for name in metricNames {
            row(name.printable) { record, _ in
                let values = record.metrics.filter { $0.name == name }.map(\.value)
                guard let first = values.first, let last = values.last else { return nil }
                return values.count == 1
                    ? Figures.value(first) : "\(Figures.value(first)) -> \(Figures.value(last))"
            }
        }
    }

    private func phaseNames(_ statistics: [StepStatistics?]) -> [String] {
        unique(statistics.compactMap { $0 }.flatMap(\.phases).map(\.name))
    }

    private var metricNames: [String] { unique(records.flatMap(\.metrics).map(\.name)) }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// Whatever a reader of the table must know and cannot see in it.
    var notes: [String] {
        var notes: [String] = []
        if let loss = records.compactMap({ StepStatistics($0.steps)?.loss }).first {
            notes.append(
                "Losses are means over the first and the last "
                    + "\(Figures.plural(loss.window, "step")).")
        }
        for line in unique(records.map { FidelityText.line($0.fidelity) }) {
            notes.append("Cycles: \(line).")
        }
        for energy in records.compactMap(\.energy) {
            let line = "Energy: \(energy.basis.printable), \(EnergyText.conditions(energy))."
            if !notes.contains(line) { notes.append(line) }
        }
        if unique(records.map(\.board)).count > 1 {
            notes.append("The runs are on different boards.")
        }
        for record in records where record.outcome.exitCode != 0 {
            notes.append("\(record.name.printable): \(OutcomeText.sentence(record)).")
        }
        for record in records {
            notes += record.warnings.map { "\(record.name.printable): warning: \($0.printable)" }
        }
        return notes
    }
}
