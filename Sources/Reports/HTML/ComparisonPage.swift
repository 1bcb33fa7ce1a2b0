// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// Several schemes, images or boards on the same data as one HTML file that loads nothing from anywhere.
package struct ComparisonPage {
    private let comparison: ComparisonRecord

    package init(_ comparison: ComparisonRecord) { self.comparison = comparison }

    /// The whole document.
    package var text: String {
        let body =
            lead + groups.map(overview).joined() + failures + pareto
            + groups.map(pictures).joined() + details
        return HTMLPage(title: "Kinglet: \(comparison.name)", body: body).text
    }

    private var rows: [ComparisonRow] { comparison.rows }

    private var groups: [String?] {
        var groups: [String?] = []
        for row in rows where !groups.contains(row.group) { groups.append(row.group) }
        return groups
    }

    private var lead: String {
        var facts = [Figures.plural(rows.count, "row")]
        if let steps = comparison.steps {
            facts.append(Figures.plural(steps, "emulated step"))
        }
        if let seed = comparison.seed { facts.append("seed \(seed)") }
        let twins = rows.compactMap(\.twin)
        let unequal = twins.count { !$0.equal }
        if !twins.isEmpty {
            facts.append(
                unequal == 0
                    ? "all \(twins.count) long runs equal the emulated ones as far as both went"
                    : "\(unequal) of \(Figures.plural(twins.count, "long run")) differ from the "
                        + "emulated ones")
        }
        return (comparison.summary.map { HTML.paragraph($0) } ?? "")
            + HTML.paragraph(facts.joined(separator: ", "), class: "lead")
            + ComparisonNotes.data(comparison).map { HTML.paragraph($0, class: "note") }.joined()
    }

    /// The rows of a group as a table.
    private func overview(_ group: String?) -> String {
        let rows = rows.filter { $0.group == group }
        var columns: [(name: String, cells: [String])] = []
        func column(_ name: String, _ cell: (ComparisonRow) -> String?) {
            let cells = rows.map(cell)
            guard cells.contains(where: { $0 != nil }) else { return }
            columns.append((name, cells.map { $0 ?? "n/a" }))
        }
        column("accuracy") { $0.value(.accuracy).map { Figures.fixed($0, decimals: 3) } }
        column("last loss") { $0.value(.lastLoss).map { Figures.fixed($0, decimals: 3) } }
        column("SRAM peak, B") { $0.record.map { Figures.grouped($0.sram.peakBytes) } }
        column("of the first") { ratio($0, .sramPeak) }
        column("ms per step") { $0.value(.stepMilliseconds).map { Figures.fixed($0, decimals: 1) } }
        column("of the first") { ratio($0, .stepMilliseconds) }
        column("mJ per step") { row in
            row.record?.energy?.stepMeanJoules.map { Figures.fixed($0 * 1000, decimals: 3) }
        }
        column("flash, B") { $0.record.map { Figures.grouped($0.flash.usedBytes) } }
        column("arena, B") { row in
            row.record?.arena.map { Figures.fixed(Double($0.bytes), decimals: 0) }
        }
        column("stack, B") { $0.record.map { Figures.grouped($0.sram.stackPeakBytes) } }
        column("board") { $0.board.printable + ($0.misfit == nil ? "" : " (*)") }
        if rows.contains(where: { !$0.dominatedBy.isEmpty }) {
            column("dominated by") { $0.dominatedBy.joined(separator: ", ").printable }
        }
        var table = TextTable([.left] + Array(repeating: .right, count: columns.count))
        table.header = ["row"] + columns.map(\.name)
        table.rows = rows.indices.map { index in
            let row = rows[index]
            let mark = row.record == nil ? "" : row.dominatedBy.isEmpty ? "●\u{A0}" : "○\u{A0}"
            return [mark + row.name.printable] + columns.map { $0.cells[index] }
        }
        return (group.map { HTML.heading($0, level: 3) } ?? "") + HTML.table(table)
    }

    private func ratio(_ row: ComparisonRow, _ figure: ComparisonFigure) -> String? {
        row.ratios[figure.rawValue].map { Figures.fixed($0, decimals: 2) + " ×" }
    }

    private var failures: String {
        let failed = rows.flatMap(ComparisonNotes.failures)
        let misfits = rows.compactMap { ComparisonNotes.misfit($0).map { "(*) \($0)" } }
        return (failed.isEmpty ? "" : HTML.heading("Rows that failed") + HTML.list(failed))
            + HTML.list(misfits)
            + HTML.paragraph(
                "○ dominated: some row of the same group is no worse in "
                    + "\(comparison.objectives.joined(separator: ", ")) and better in one. "
                    + "● not dominated.",
                class: "note")
    }

    private var pareto: String {
        func chart(_ title: String, _ label: String, _ figure: ComparisonFigure) -> String {
            ParetoChart(
                title: title, xLabel: "SRAM peak, bytes", yLabel: label,
                higherIsBetter: figure.prefersMore,
                points: rows.compactMap { row in
                    guard let x = row.value(.sramPeak), let y = row.value(figure) else {
                        return nil
                    }
                    return ParetoChart.Point(name: row.name, group: row.group ?? "", x: x, y: y)
                }
            ).picture.html
        }
        return chart("SRAM against accuracy", "accuracy", .accuracy)
            + chart("SRAM against time", "ms per step", .stepMilliseconds)
    }

    /// The runs of a group together.
    private func pictures(_ group: String?) -> String {
        let rows = rows.filter { $0.group == group }
        let records = rows.compactMap(\.named)
        func titled(_ title: String) -> String { group.map { "\(title): \($0)" } ?? title }
        var bars = [MemorySection.bars(records), CyclesSection.bars(records)]
        if let energy = EnergySection.bars(records) { bars.append(energy) }
        let drawn = bars.map { bars in
            var bars = bars
            bars.title = titled(bars.title)
            return bars.picture.html
        }
        let curves = rows.compactMap(\.curve)
        return drawn.joined() + LossChart(curves).picture(title: titled("Loss")).html
    }

    private var details: String {
        let runs = rows.compactMap { row -> String? in
            guard let record = row.named else { return nil }
            let facts = [
                row.model.map { "model \($0)" }, row.scheme.map { "scheme \($0)" },
                row.options.isEmpty ? nil : "options \(row.options)", row.data.map { "data \($0)" },
                row.twin.map(twin),
            ].compactMap { $0 }
            return HTML.details(
                "\(row.group.map { "\($0): " } ?? "")\(row.name)",
                HTML.list(facts) + RunSections(record).html)
        }
        return HTML.heading("Runs") + runs.joined()
    }

    private func twin(_ twin: TwinRecord) -> String {
        "long run of \(Figures.plural(twin.steps, "step")) on this machine; weights "
            + (twin.equal
                ? "equal to the emulated run's after \(Figures.plural(twin.comparedSteps, "step"))"
                : "NOT equal to the emulated run's after "
                    + "\(Figures.plural(twin.comparedSteps, "step"))")
    }
}

extension ComparisonRow {
    /// The emulated run under the row's name.
    fileprivate var named: RunRecord? {
        guard var record else { return nil }
        record.name = name
        return record
    }

    /// The losses of the long run where there is one, else of the emulated run.
    fileprivate var curve: LossChart.Curve? {
        if let twin {
            return LossChart.Curve(name: name, losses: twin.losses, stepsEach: twin.lossWindow)
        }
        // Of noise there is nothing to be learned.
        return data == Self.noise ? nil : named.map(LossChart.Curve.init)
    }
}
