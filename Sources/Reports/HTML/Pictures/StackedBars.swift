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
    /// Many bars are drawn thinner, beside their names where there is room.
    var isDense = false

    private struct Layout {
        var label: Double
        var height: Double
        var gap: Double
        /// Where bars begin and end; text beside them.
        var left = 0.0
        var right: Double
        var isBeside = false
    }

    private func layout(_ width: Double) -> Layout {
        guard isDense else { return Layout(label: 24, height: 20, gap: 14, right: width) }
        guard width > 600 else { return Layout(label: 19, height: 9, gap: 7, right: width) }
        let widest = bars.map { Chart.width(of: $0.name) }.max() ?? 0
        return Layout(
            label: 0, height: 12, gap: 7, left: min(widest + 10, width * 0.4), right: width - 120,
            isBeside: true)
    }

    var picture: Picture {
        let used = parts.filter { part in bars.contains { ($0.values[part.name] ?? 0) > 0 } }
        return Picture(
            title: title, key: used.count > 1 ? used : [], note: note, draw: draw)
    }

    private func draw(_ width: Double) -> SVG? {
        let widest = bars.map(total).max() ?? 0
        // A limit far beyond all bars would leave nothing of them; the text above says it.
        let limits = bars.compactMap(\.limit).filter { $0 <= 8 * widest }
        let longest = max(widest, limits.max() ?? 0)
        guard longest > 0, longest.isFinite, !parts.isEmpty else { return nil }
        let layout = layout(width)
        // The mark at the limit is two wide.
        let scale = (layout.right - layout.left - 2) / longest
        let row = layout.label + layout.height + layout.gap
        var drawing = SVG(
            width: width, height: Double(bars.count) * row - layout.gap + (isDense ? 6 : 4))
        for (index, bar) in bars.enumerated() {
            let y = Double(index) * row + (layout.isBeside ? 2 : 0)
            write(bar, y: y, layout, &drawing)
            draw(bar, y: y + layout.label, scale, layout, &drawing)
        }
        return drawing
    }

    private func total(_ bar: Bar) -> Double { bar.values.values.reduce(0, +) }

    private func write(_ bar: Bar, y: Double, _ layout: Layout, _ drawing: inout SVG) {
        if layout.isBeside {
            let middle = y + layout.height / 2
            let name = Chart.fitted(bar.name, layout.left - 8)
            drawing.text(name, x: layout.left - 8, y: middle, anchor: .end, style: "ink")
            drawing.text(
                Chart.fitted(bar.text, drawing.width - layout.right - 8), x: drawing.width,
                y: middle, anchor: .end)
            return
        }
        let baseline = y + layout.label / 2
        let text = Chart.fitted(bar.text, drawing.width * 0.6)
        let room = drawing.width - Chart.width(of: text) - 12
        drawing.text(Chart.fitted(bar.name, room), x: 0, y: baseline, style: "ink")
        drawing.text(text, x: drawing.width, y: baseline, anchor: .end)
    }

    private func draw(
        _ bar: Bar, y top: Double, _ scale: Double, _ layout: Layout, _ drawing: inout SVG
    ) {
        drawing.rectangle(
            x: layout.left, y: top, width: layout.right - layout.left, height: layout.height,
            style: "track")
        var x = layout.left
        for part in parts {
            guard let value = bar.values[part.name], value > 0 else { continue }
            let width = value * scale
            drawing.rectangle(
                x: x, y: top, width: width, height: layout.height, style: "fill \(part.style)",
                title: "\(bar.name): \(part.name) \(Figures.fixed(value, decimals: 0)) \(unit)")
            x += width
        }
        guard let limit = bar.limit, limit * scale <= layout.right - layout.left else { return }
        let place = layout.left + 1 + limit * scale
        drawing.line(
            from: (place, top - 3), to: (place, top + layout.height + 3), style: "limit",
            title: "limit: \(Figures.fixed(limit, decimals: 0)) \(unit)")
    }
}
