// SPDX-License-Identifier: GPL-2.0-or-later

/// Two figures of several runs: those that no other run is better than in both stand out.
struct ParetoChart {
    struct Point {
        var name: String
        /// Points are held against those of their own group only.
        var group: String
        var x: Double
        var y: Double
    }

    var title: String
    var xLabel: String
    var yLabel: String
    /// Whether more of `y` is better; less of `x` always is.
    var higherIsBetter: Bool
    var points: [Point]

    private static let height = 320.0

    var picture: Picture {
        let groups = groups
        let key = groups.count > 1 ? groups.enumerated().map { ($1, Chart.style($0)) } : []
        return Picture(
            title: title, key: key,
            note:
                "Filled, on the dashed line: no other run \(groups.count > 1 ? "of its group " : "")"
                + "is at least as good in both figures and better in one. Hollow: some run is.",
            draw: draw)
    }

    private var groups: [String] {
        var groups: [String] = []
        for point in finite where !groups.contains(point.group) { groups.append(point.group) }
        return groups
    }

    private var finite: [Point] { points.filter { $0.x.isFinite && $0.y.isFinite } }

    /// Whether some other point is at least as good in both figures, and better in one.
    func isDominated(_ point: Point) -> Bool {
        finite.contains { other in
            guard other.group == point.group, other.x <= point.x else { return false }
            let (its, own) = higherIsBetter ? (-other.y, -point.y) : (other.y, point.y)
            return its <= own && (other.x < point.x || its < own)
        }
    }

    private func draw(_ width: Double) -> SVG? {
        let points = finite
        guard points.count > 1, var x = range(points.map(\.x)), let y = range(points.map(\.y)),
            let least = points.map(\.x).min(), let most = points.map(\.x).max()
        else { return nil }
        // A full update beside sparse ones would press these into a corner.
        let isWide = least >= 1 && most > 8 * least
        if isWide { x = least / 1.3...most * 1.3 }
        var drawing = SVG(width: width, height: Self.height)
        var axes = Axes(x: x, y: y, xLabel: xLabel, yLabel: yLabel, left: 60, right: 16)
        axes.xIsLogarithmic = isWide
        if isWide { axes.xLabel += ", logarithmic" }
        axes.draw(&drawing)
        for (index, group) in groups.enumerated() {
            let front = points.filter { $0.group == group && !isDominated($0) }
                .sorted { ($0.x, $0.y) < ($1.x, $1.y) }
            if front.count > 1 {
                drawing.polyline(
                    front.map { axes.place($0.x, $0.y, in: drawing) },
                    style: "front \(Chart.style(index))")
            }
        }
        var labels = Labels()
        for point in points {
            let place = axes.place(point.x, point.y, in: drawing)
            let style = Chart.style(groups.firstIndex(of: point.group) ?? 0)
            drawing.circle(
                x: place.x, y: place.y, radius: 6,
                style: isDominated(point) ? "hollow \(style)" : "fill \(style)",
                title: "\(point.name): \(Chart.short(point.x)) \(xLabel), "
                    + "\(Chart.short(point.y)) \(yLabel)")
            labels.taken.append((place.x - 7, place.y - 7, 14, 14))
        }
        for point in points {
            labels.write(point.name, beside: axes.place(point.x, point.y, in: drawing), &drawing)
        }
        return drawing
    }

    private func range(_ values: [Double]) -> ClosedRange<Double>? {
        guard let low = values.min(), let high = values.max(), (high - low).isFinite else {
            return nil
        }
        let margin = high > low ? (high - low) * 0.12 : max(1, high.magnitude * 0.1)
        return (low >= 0 ? max(0, low - margin) : low - margin)...(high + margin)
    }

    /// Names beside their points, where no other name or point is; nowhere when no place is left.
    private struct Labels {
        typealias Box = (x: Double, y: Double, width: Double, height: Double)
        var taken: [Box] = []

        mutating func write(
            _ name: String, beside place: (x: Double, y: Double), _ drawing: inout SVG
        ) {
            let text = Chart.fitted(name, drawing.width * 0.4)
            let width = Chart.width(of: text)
            let places: [(x: Double, y: Double)] = [
                (place.x + 10, place.y), (place.x - 10 - width, place.y),
                (place.x - width / 2, place.y - 15), (place.x - width / 2, place.y + 15),
                (place.x + 10, place.y - 13), (place.x + 10, place.y + 13),
                (place.x - 10 - width, place.y - 13), (place.x - 10 - width, place.y + 13),
            ]
            for candidate in places {
                let box: Box = (candidate.x, candidate.y - 7, width, 14)
                let isInside =
                    box.x >= 0 && box.x + width <= drawing.width && box.y >= 16
                    && box.y + 14 <= drawing.height - 40
                guard isInside, !taken.contains(where: { Self.overlap($0, box) }) else { continue }
                taken.append(box)
                drawing.text(text, x: candidate.x, y: candidate.y, style: "ink")
                return
            }
        }

        private static func overlap(_ a: Box, _ b: Box) -> Bool {
            a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height
                && b.y < a.y + a.height
        }
    }
}
