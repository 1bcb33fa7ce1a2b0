// SPDX-License-Identifier: GPL-2.0-or-later

/// Horizontal bars, each with its parts side by side, name and figure above it.
struct StackedBars {
    struct Bar {
        var name: String
        /// By part name; parts that a bar lacks are left out.
        var values: [String: Double]
        /// Drawn as a mark, for example what the board has.
        var limit: Double?
        /// Printed above the bar's end.
        var text: String
    }

    var title: String
    /// In drawing order, each with its style.
    var parts: [(name: String, style: String)]
    var bars: [Bar]
    /// Printed behind a part's value where the pointer rests on it.
    var unit: String
    var note = ""
    /// Many bars are drawn thinner.
    var isDense = false

    private var label: Double { isDense ? 19 : 24 }
    private var height: Double { isDense ? 9 : 20 }
    private var gap: Double { isDense ? 7 : 14 }

    var picture: Picture {
        let used = parts.filter { part in bars.contains { ($0.values[part.name] ?? 0) > 0 } }
        return Picture(
            title: title, key: used.count > 1 ? used : [], note: note, draw: draw)
    }

    private func draw(_ width: Double) -> SVG? {
        let longest = bars.map { max(total($0), $0.limit ?? 0) }.max() ?? 0
        guard longest > 0, longest.isFinite, !parts.isEmpty else { return nil }
        // The mark at the limit is two wide.
        let scale = (width - 2) / longest
        let row = label + height + gap
        var drawing = SVG(width: width, height: Double(bars.count) * row - gap + 4)
        for (index, bar) in bars.enumerated() {
            draw(bar, y: Double(index) * row, scale, &drawing)
        }
        return drawing
    }

    private func total(_ bar: Bar) -> Double { bar.values.values.reduce(0, +) }

    private func draw(_ bar: Bar, y: Double, _ scale: Double, _ drawing: inout SVG) {
        let baseline = y + label / 2
        let text = Chart.fitted(bar.text, drawing.width * 0.6)
        let room = drawing.width - Chart.width(of: text) - 12
        drawing.text(Chart.fitted(bar.name, room), x: 0, y: baseline, style: "ink")
        drawing.text(text, x: drawing.width, y: baseline, anchor: .end)
        let top = y + label
        drawing.rectangle(
            x: 0, y: top, width: drawing.width, height: height, style: "track")
        var x = 0.0
        for part in parts {
            guard let value = bar.values[part.name], value > 0 else { continue }
            let width = value * scale
            drawing.rectangle(
                x: x, y: top, width: width, height: height, style: "fill \(part.style)",
                title: "\(bar.name): \(part.name) \(Figures.fixed(value, decimals: 0)) \(unit)")
            x += width
        }
        guard let limit = bar.limit else { return }
        let place = 1 + limit * scale
        drawing.line(
            from: (place, top - 3), to: (place, top + height + 3), style: "limit",
            title: "limit: \(Figures.fixed(limit, decimals: 0)) \(unit)")
    }
}
