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
            head + table(comparison.table) + LossChart(records).html + cyclesChart.html
            + memoryChart.html + memorySystems + faults + notes(comparison.notes) + details
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width">
            <title>\(title.htmlEscaped)</title>
            <style>
            \(HTMLStyle.sheet)
            </style>
            </head>
            <body>
            \(body)</body>
            </html>

            """
    }

    private var title: String { "Kinglet: " + records.map(\.name).joined(separator: ", ") }

    private var head: String {
        "<h1>\(title.htmlEscaped)</h1>\n"
    }

    private func table(_ table: TextTable) -> String {
        func row(_ cells: [String], _ tag: String) -> String {
            let items = cells.enumerated().map { index, cell in
                let isIndented = index == 0 && cell.hasPrefix(" ")
                let name = index == 0 ? "th" : tag
                return "<\(name)\(isIndented ? " class=\"part\"" : "")>"
                    + "\(cell.drop { $0 == " " }.description.htmlEscaped)</\(name)>"
            }
            return "<tr>\(items.joined())</tr>\n"
        }
        return "<div class=\"wide\"><table>\n<thead>\(row(table.header, "th"))</thead>\n<tbody>\n"
            + table.rows.map { row($0, "td") }.joined() + "</tbody></table></div>\n"
    }

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
                return "<h2>Memory system of \(record.name.htmlEscaped)</h2>\n" + table(lines)
                    + "<p>\(MemorySystemText.sentence(system).htmlEscaped)</p>\n"
            }
        }.joined()
    }

    private var faults: String {
        records.compactMap { record in
            record.fault.map { fault in
                "<h2>Fault in \(record.name.htmlEscaped)</h2>\n<pre>"
                    + FaultText.lines(fault).map(\.htmlEscaped).joined(separator: "\n") + "</pre>\n"
            }
        }.joined()
    }

    private func notes(_ notes: [String]) -> String {
        guard !notes.isEmpty else { return "" }
        return "<h2>Notes</h2>\n<ul>\n" + notes.map { "<li>\($0.htmlEscaped)</li>\n" }.joined()
            + "</ul>\n"
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
