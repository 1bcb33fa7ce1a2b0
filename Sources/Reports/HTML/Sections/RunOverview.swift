// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The figures that matter most, a row a run; columns that no run has are left out.
struct RunOverview {
    private let records: [RunRecord]

    init(_ records: [RunRecord]) { self.records = records }

    var table: TextTable {
        var columns: [(name: String, cells: [String])] = []
        func column(_ name: String, _ cell: (RunRecord) -> String?) {
            let cells = records.map(cell)
            guard cells.contains(where: { $0 != nil }) else { return }
            columns.append((name, cells.map { $0 ?? "n/a" }))
        }
        let statistics = records.map { StepStatistics($0.steps) }
        func stepColumn(_ name: String, _ cell: (RunRecord, StepStatistics) -> String?) {
            var index = 0
            column(name) { record in
                defer { index += 1 }
                return statistics[index].flatMap { cell(record, $0) }
            }
        }
        column("outcome") { OutcomeText.short($0) }
        column("SRAM peak, B") { Figures.grouped($0.sram.peakBytes) }
        column("of the board's") { Figures.percent($0.sram.peakBytes, of: $0.sram.limitBytes) }
        column("flash, B") { Figures.grouped($0.flash.usedBytes) }
        stepColumn("cycles per step") { Chart.short($1.cycles.mean) }
        stepColumn("ms per step") {
            Figures.milliseconds(cycles: $1.cycles.mean, clockHz: $0.clockHz)
        }
        column("mJ per step") { record in
            record.energy?.stepMeanJoules.map { Figures.fixed($0 * 1000, decimals: 3) }
        }
        stepColumn("loss, first → last") {
            $1.loss.map {
                "\(Figures.fixed($0.first, decimals: 3)) → \(Figures.fixed($0.last, decimals: 3))"
            }
        }
        column("accuracy") { Accuracy($0)?.text }
        var table = TextTable([.left] + Array(repeating: .right, count: columns.count))
        table.header = ["run"] + columns.map(\.name)
        table.rows = records.indices.map { index in
            [records[index].name.printable] + columns.map { $0.cells[index] }
        }
        return table
    }
}
