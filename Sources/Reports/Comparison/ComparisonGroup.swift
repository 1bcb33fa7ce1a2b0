// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// The rows of a comparison that belong together, as tables.
package struct ComparisonGroup {
    /// nil where rows have none.
    package let name: String?
    package let rows: [ComparisonRow]

    /// In the order of their first rows.
    package static func groups(of comparison: ComparisonRecord) -> [ComparisonGroup] {
        var names: [String?] = []
        for row in comparison.rows where !names.contains(row.group) { names.append(row.group) }
        return names.map { name in
            ComparisonGroup(name: name, rows: comparison.rows.filter { $0.group == name })
        }
    }

    /// A column of a table: nil where a row does not have it.
    struct Column {
        var title: String
        var isText = false
        var cell: (ComparisonRow) -> String?
    }

    /// Columns that no row has are left out; a `*` marks rows that ran on a larger board.
    private func table(_ columns: [Column]) -> TextTable? {
        let shown = columns.filter { column in rows.contains { column.cell($0) != nil } }
        guard !shown.isEmpty else { return nil }
        var table = TextTable([.left] + shown.map { $0.isText ? .left : .right })
        table.header = ["row"] + shown.map(\.title)
        table.rows = rows.map { row in
            [row.name.printable + (row.misfit == nil ? "" : " *")]
                + shown.map { column in column.cell(row) ?? (column.isText ? "" : "n/a") }
        }
        return table
    }

    // MARK: - Tables

    /// What decides: memory, time, energy, what was learned, and which rows are better in all of that.
    package var overview: TextTable {
        func ratio(_ figure: ComparisonFigure) -> Column {
            Column(title: "ratio") { row in
                row.ratios[figure.rawValue].map { Figures.fixed($0, decimals: 3) }
            }
        }
        let columns = [
            Column(title: "SRAM peak, B") { $0.record.map { Figures.grouped($0.sram.peakBytes) } },
            ratio(.sramPeak),
            Column(title: "flash, B") { $0.record.map { Figures.grouped($0.flash.usedBytes) } },
            Column(title: "M cycles/step") { Self.fixed($0.value(.stepCycles), 1e-6, 2) },
            Column(title: "ms/step") { Self.fixed($0.value(.stepMilliseconds), 1, 1) },
            ratio(.stepMilliseconds),
            Column(title: "mJ/step") { Self.fixed($0.value(.stepJoules), 1e3, 3) },
            Column(title: "loss") { Self.fixed($0.value(.lastLoss), 1, 3) },
            Column(title: "accuracy") { row in
                Self.fixed(row.value(.accuracy), 100, 1).map { "\($0) %" }
            },
            Column(title: "dominated by", isText: true) { row in
                row.dominatedBy.isEmpty
                    ? nil : row.dominatedBy.map(\.printable).joined(separator: ", ")
            },
            Column(title: "verdict", isText: true) { $0.exitCode == 0 ? nil : "FAILED" },
        ]
        return table(columns) ?? TextTable([.left])
    }

    /// What the SRAM peak is made of.
    package var memory: TextTable? {
        func bytes(_ title: String, _ value: @escaping (RunRecord) -> UInt64?) -> Column {
            Column(title: title) { $0.record.flatMap(value).map { Figures.grouped($0) } }
        }
        return table([
            bytes("SRAM peak, B") { $0.sram.peakBytes }, bytes("static") { $0.sram.staticBytes },
            bytes("of it arena") { record in record.arena.map { UInt64($0.bytes) } },
            bytes("stack") { $0.sram.stackPeakBytes }, bytes("heap") { $0.sram.heapPeakBytes },
            Column(title: "of the board's") { row in
                guard let peak = row.record?.sram.peakBytes else { return nil }
                let limit = row.misfit?.sramLimitBytes ?? row.record?.sram.limitBytes ?? 0
                return Figures.percent(peak, of: limit)
            },
        ])
    }

    /// Mean cycles of a step by phase, and by board where rows have several.
    package var cycles: TextTable? {
        var names: [String] = []
        for phase in rows.compactMap(\.statistics).flatMap(\.phases)
        where !names.contains(phase.name) {
            names.append(phase.name)
        }
        guard rows.contains(where: { $0.statistics != nil }) else { return nil }
        let phases = names.map { name in
            Column(title: name.printable) { row in
                Self.fixed(
                    row.statistics?.phases.first { $0.name == name }?.meanCycles, 1e-6, 2)
            }
        }
        let instructions = Column(title: "M instructions") { row in
            Self.fixed(row.statistics?.instructions.mean, 1e-6, 2)
        }
        return table(
            [Column(title: "M cycles/step") { Self.fixed($0.value(.stepCycles), 1e-6, 2) }]
                + phases
                + [instructions, Column(title: "board", isText: true) { $0.board.printable }])
    }

    /// By phase, for an epoch, and in steps a battery pays for.
    package var energy: TextTable? {
        guard rows.contains(where: { $0.value(.stepJoules) != nil }) else { return nil }
        var names: [String] = []
        for phase in rows.compactMap(\.record?.energy).flatMap(\.phases)
        where !names.contains(phase.name) {
            names.append(phase.name)
        }
        let phases = names.map { name in
            Column(title: name.printable) { row in
                Self.fixed(
                    row.record?.energy?.phases.first { $0.name == name }?.stepMeanJoules, 1e3, 3)
            }
        }
        return table(
            [Column(title: "mJ/step") { Self.fixed($0.value(.stepJoules), 1e3, 3) }] + phases + [
                Column(title: "J/epoch") { Self.fixed($0.epochJoules, 1, 2) },
                Column(title: "steps/charge") { row in
                    Self.fixed(row.record?.energy?.stepsPerCharge, 1, 0)
                },
            ])
    }

    private static func fixed(_ value: Double?, _ scale: Double, _ decimals: Int) -> String? {
        value.map { Figures.fixed($0 * scale, decimals: decimals) }
    }
}

extension ComparisonRow {
    var statistics: StepStatistics? { record.flatMap { StepStatistics($0.steps) } }

    /// What one passage through all samples takes; nil where their number or the energy is unknown.
    var epochJoules: Double? {
        guard let joules = value(.stepJoules), let epochSteps else { return nil }
        return joules * Double(epochSteps)
    }
}
