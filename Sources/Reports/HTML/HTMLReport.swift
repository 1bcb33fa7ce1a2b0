// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// Runs side by side as one HTML file that loads nothing from anywhere.
package struct HTMLReport {
    private let records: [RunRecord]

    /// - Parameter records: in this order.
    package init(_ records: [RunRecord]) { self.records = records }

    /// The whole document.
    package var text: String {
        let comparison = ComparisonReport(records)
        let body =
            HTML.table(comparison.table) + LossChart(records).html + cyclesChart.html
            + memoryChart.html + memorySystems + faults + notes(comparison.notes) + details
        return HTMLPage(title: title, body: body).text
    }

    private var title: String { "Kinglet: " + records.map(\.name).joined(separator: ", ") }

    private var cyclesChart: StackedBars {
        let statistics = records.map { StepStatistics($0.steps) }
        var names: [String] = []
        for phase in statistics.compactMap({ $0 }).flatMap(\.phases)
        where !names.contains(phase.name) {
            names.append(phase.name)
        }
        let rest = "outside phases"
        let bars = zip(records, statistics).compactMap { record, steps -> StackedBars.Bar? in
            guard let steps else { return nil }
            var values: [String: Double] = [:]
            for phase in steps.phases { values[phase.name] = phase.meanCycles }
            values[rest] = max(0, steps.cycles.mean - values.values.reduce(0, +))
            let time = Figures.milliseconds(cycles: steps.cycles.mean, clockHz: record.clockHz)
            return StackedBars.Bar(name: record.name, values: values, text: "\(time) ms")
        }
        return StackedBars(
            title: "Cycles per step", parts: names + [rest], bars: bars,
            note: "Means over all steps, by phase.")
    }

    private var memoryChart: StackedBars {
        StackedBars(
            title: "SRAM", parts: ["static", "stack", "heap"],
            bars: records.map { record in
                let sram = record.sram
                return StackedBars.Bar(
                    name: record.name,
                    values: [
                        "static": Double(sram.staticBytes), "stack": Double(sram.stackPeakBytes),
                        "heap": Double(sram.heapPeakBytes),
                    ], limit: Double(sram.limitBytes),
                    text: "peak \(Figures.grouped(sram.peakBytes)) B")
            },
            note: "Each part at its own peak; the peak of all at one time stands above the bar. "
                + "The line is what the board has.")
    }

    private var memorySystems: String {
        records.compactMap { record in
            record.memorySystem.map { system in
                var lines = TextTable([.left, .right, .right, .right])
                lines.header = MemorySystemText.header
                lines.rows = MemorySystemText.rows(system)
                return HTML.heading("Memory system of \(record.name)") + HTML.table(lines)
                    + HTML.paragraph(MemorySystemText.sentence(system))
            }
        }.joined()
    }

    private var faults: String {
        records.compactMap { record in
            record.fault.map { fault in
                HTML.heading("Fault in \(record.name)")
                    + HTML.preformatted(FaultText.lines(fault))
            }
        }.joined()
    }

    private func notes(_ notes: [String]) -> String {
        notes.isEmpty ? "" : HTML.heading("Notes") + HTML.list(notes)
    }

    private var details: String {
        let rows = records.map { record in
            "<li>\(record.name.htmlEscaped): \(record.image.path.htmlEscaped), SHA-256 "
                + "<code>\(record.image.sha256.htmlEscaped)</code>, arguments "
                + "<code>\(record.arguments.htmlEscaped)</code>, Kinglet "
                + "\(record.kingletVersion.htmlEscaped)</li>\n"
        }
        return "<h2>Images</h2>\n<ul>\n\(rows.joined())</ul>\n"
    }
}
