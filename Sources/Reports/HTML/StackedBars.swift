// SPDX-License-Identifier: GPL-2.0-or-later

/// One horizontal bar per run, its parts side by side.
///
/// Name and text stand above the bar, which leaves them room when a narrow screen shrinks the
/// picture but not the letters.
struct StackedBars {
    struct Bar {
        var name: String
        /// By part name; parts that a run lacks are left out.
        var values: [String: Double]
        /// Drawn as a mark, for example what the board has.
        var limit: Double?
        /// Printed above the bar's end.
        var text: String
    }

    let title: String
    /// In drawing order; the colours follow it.
    let parts: [String]
    let bars: [Bar]
    let note: String

    private static let label = 28.0
    private static let height = 22.0
    private static let row = label + height + 12

    /// Empty when there is nothing to draw.
    var html: String {
        let longest = bars.map { max(total($0), $0.limit ?? 0) }.max() ?? 0
        guard longest > 0, longest.isFinite, !parts.isEmpty else { return "" }
        // The mark at the limit is two wide.
        let scale = (Chart.width - 2) / longest
        var shapes: [String] = []
        for (index, bar) in bars.enumerated() {
            shapes += draw(bar, y: Double(index) * Self.row, scale)
        }
        let height = Double(bars.count) * Self.row
        let size = "\(Chart.coordinate(Chart.width)) \(Chart.coordinate(height))"
        let colours = parts.enumerated().map { ($0.element, Chart.colour($0.offset)) }
        return "<h2>\(title.htmlEscaped)</h2>\n<svg viewBox=\"0 0 \(size)\" role=\"img\" "
            + "aria-label=\"\(title.htmlEscaped)\">\n\(shapes.joined(separator: "\n"))\n</svg>\n"
            + Chart.legend(colours) + "<p class=\"note\">\(note.htmlEscaped)</p>\n"
    }

    private func total(_ bar: Bar) -> Double { bar.values.values.reduce(0, +) }

    private func draw(_ bar: Bar, y: Double, _ scale: Double) -> [String] {
        let baseline = Chart.coordinate(y + Self.label - 6)
        let right = Chart.coordinate(Chart.width)
        let y = y + Self.label
        var shapes = [
            "<text x=\"0\" y=\"\(baseline)\">\(shortened(bar.name).htmlEscaped)</text>",
            "<text x=\"\(right)\" y=\"\(baseline)\" text-anchor=\"end\">"
                + "\(bar.text.htmlEscaped)</text>",
        ]
        var x = 0.0
        for (index, part) in parts.enumerated() {
            guard let value = bar.values[part], value > 0 else { continue }
            let width = value * scale
            shapes.append(
                "<rect x=\"\(Chart.coordinate(x))\" y=\"\(Chart.coordinate(y))\" "
                    + "width=\"\(Chart.coordinate(width))\" "
                    + "height=\"\(Chart.coordinate(Self.height))\" "
                    + "fill=\"\(Chart.colour(index))\"><title>\(part.htmlEscaped): "
                    + "\(Figures.fixed(value, decimals: 0))</title></rect>")
            x += width
        }
        if let limit = bar.limit {
            let place = Chart.coordinate(1 + limit * scale)
            shapes.append(
                "<line class=\"limit\" x1=\"\(place)\" x2=\"\(place)\" "
                    + "y1=\"\(Chart.coordinate(y - 3))\" y2=\"\(Chart.coordinate(y + Self.height + 3))\">"
                    + "<title>limit: \(Figures.fixed(limit, decimals: 0))</title></line>")
        }
        return shapes
    }

    private func shortened(_ name: String) -> String {
        name.count <= 32 ? name : name.prefix(31) + "…"
    }
}
