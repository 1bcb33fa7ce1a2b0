// SPDX-License-Identifier: GPL-2.0-or-later

/// One horizontal bar per run, its parts side by side.
struct StackedBars {
    struct Bar {
        var name: String
        /// By part name; parts that a run lacks are left out.
        var values: [String: Double]
        /// Drawn as a mark, for example what the board has.
        var limit: Double?
        /// Printed behind the bar.
        var text: String
    }

    let title: String
    /// In drawing order; the colours follow it.
    let parts: [String]
    let bars: [Bar]
    let note: String

    private static let left = 150.0
    private static let right = 170.0
    private static let row = 34.0

    /// Empty when there is nothing to draw.
    var html: String {
        let longest = bars.map { max(total($0), $0.limit ?? 0) }.max() ?? 0
        guard longest > 0, longest.isFinite, !parts.isEmpty else { return "" }
        let scale = (Chart.width - Self.left - Self.right) / longest
        var shapes: [String] = []
        for (index, bar) in bars.enumerated() {
            shapes += draw(bar, y: Double(index) * Self.row + 4, scale)
        }
        let size = "\(Chart.coordinate(Chart.width)) \(Chart.coordinate(row(of: bars.count) + 8))"
        let colours = parts.enumerated().map { ($0.element, Chart.colour($0.offset)) }
        return "<h2>\(title.htmlEscaped)</h2>\n<svg viewBox=\"0 0 \(size)\" role=\"img\" "
            + "aria-label=\"\(title.htmlEscaped)\">\n\(shapes.joined(separator: "\n"))\n</svg>\n"
            + Chart.legend(colours) + "<p class=\"note\">\(note.htmlEscaped)</p>\n"
    }

    private func row(of index: Int) -> Double { Double(index) * Self.row }

    private func total(_ bar: Bar) -> Double { bar.values.values.reduce(0, +) }

    private func draw(_ bar: Bar, y: Double, _ scale: Double) -> [String] {
        let middle = Chart.coordinate(y + 16)
        var shapes = [
            "<text x=\"\(Chart.coordinate(Self.left - 8))\" y=\"\(middle)\" text-anchor=\"end\">"
                + "\(shortened(bar.name).htmlEscaped)</text>"
        ]
        var x = Self.left
        for (index, part) in parts.enumerated() {
            guard let value = bar.values[part], value > 0 else { continue }
            let width = value * scale
            shapes.append(
                "<rect x=\"\(Chart.coordinate(x))\" y=\"\(Chart.coordinate(y))\" "
                    + "width=\"\(Chart.coordinate(width))\" height=\"22\" "
                    + "fill=\"\(Chart.colour(index))\"><title>\(part.htmlEscaped): "
                    + "\(Figures.fixed(value, decimals: 0))</title></rect>")
            x += width
        }
        if let limit = bar.limit {
            let place = Chart.coordinate(Self.left + limit * scale)
            shapes.append(
                "<line class=\"limit\" x1=\"\(place)\" x2=\"\(place)\" "
                    + "y1=\"\(Chart.coordinate(y - 3))\" y2=\"\(Chart.coordinate(y + 25))\">"
                    + "<title>limit: \(Figures.fixed(limit, decimals: 0))</title></line>")
            x = max(x, Self.left + limit * scale)
        }
        shapes.append(
            "<text x=\"\(Chart.coordinate(x + 8))\" y=\"\(middle)\">\(bar.text.htmlEscaped)</text>")
        return shapes
    }

    private func shortened(_ name: String) -> String {
        name.count <= 20 ? name : name.prefix(19) + "…"
    }
}
