// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// One run, or several side by side, as one HTML file that loads nothing from anywhere.
package struct HTMLReport {
    private let records: [RunRecord]

    /// - Parameter records: in this order.
    package init(_ records: [RunRecord]) { self.records = records }

    /// The whole document.
    package var text: String {
        let title = "Kinglet: " + records.map(\.name).joined(separator: ", ")
        let body = records.count == 1 ? RunSections(records[0]).html : comparison
        return HTMLPage(title: title, body: body).text
    }

    private var comparison: String {
        let report = ComparisonReport(records)
        let runs = records.map { record in
            HTML.details(
                "\(record.name): memory, cycles, steps, fidelity", RunSections(record).html)
        }
        return HTML.table(RunOverview(records).table) + RunPictures(records).html
            + HTML.details("All figures side by side", HTML.table(report.table))
            + (report.notes.isEmpty ? "" : HTML.heading("Notes") + HTML.list(report.notes))
            + HTML.heading("Runs") + runs.joined()
    }
}

/// Everything about one run.
struct RunSections {
    private let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    var html: String {
        let losses = LossChart([LossChart.Curve(record)]).picture.html
        return Headline(record).html + MemorySection(record).html + CyclesSection(record).html
            + (losses.isEmpty ? "" : HTML.heading("Learning", level: 3) + losses)
            + EnergySection(record).html + OriginSection(record).html
    }
}

/// What can be drawn of several runs together.
struct RunPictures {
    private let records: [RunRecord]

    init(_ records: [RunRecord]) { self.records = records }

    var html: String {
        accuracy.picture.html + time.picture.html + MemorySection.bars(records).picture.html
            + CyclesSection.bars(records).picture.html
            + (EnergySection.bars(records)?.picture.html ?? "")
            + LossChart(records.map(LossChart.Curve.init)).picture.html
    }

    private var accuracy: ParetoChart {
        ParetoChart(
            title: "SRAM against accuracy", xLabel: "SRAM peak, bytes", yLabel: "accuracy",
            higherIsBetter: true,
            points: records.compactMap { record in
                Accuracy(record).map { point(record, $0.value) }
            })
    }

    private var time: ParetoChart {
        ParetoChart(
            title: "SRAM against time", xLabel: "SRAM peak, bytes", yLabel: "cycles per step",
            higherIsBetter: false,
            points: records.compactMap { record in
                StepStatistics(record.steps).map { point(record, $0.cycles.mean) }
            })
    }

    private func point(_ record: RunRecord, _ y: Double) -> ParetoChart.Point {
        ParetoChart.Point(
            name: record.name, group: record.board, x: Double(record.sram.peakBytes), y: y)
    }
}

extension LossChart.Curve {
    /// The losses that a run's steps reported.
    init(_ record: RunRecord) {
        self.init(name: record.name, losses: record.steps.compactMap(\.loss).map { Double($0) })
    }
}
