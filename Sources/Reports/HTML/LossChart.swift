// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The loss of every step: single samples faint, a moving mean over them.
struct LossChart {
    private struct Curve {
        let name: String
        let colour: String
        let samples: [Double]
        let means: [Double]
    }

    private static let height = 260.0
    private static let left = 84.0
    private static let bottom = 40.0
    private static let top = 10.0
    /// More points than pixels help nobody.
    private static let mostPoints = 700

    private let curves: [Curve]

    init(_ records: [RunRecord]) {
        curves = records.enumerated().compactMap { index, record in
            let losses = record.steps.compactMap(\.loss).map { Double($0) }
                .filter(\.isFinite)
            guard losses.count > 1 else { return nil }
            return Curve(
                name: record.name, colour: Chart.colour(index), samples: losses,
                means: Self.movingMeans(losses))
        }
    }

    /// Empty when no run reported losses.
    var html: String {
        guard let range, let longest = curves.map(\.samples.count).max() else { return "" }
        var parts = axes(range, longest)
        for curve in curves {
            let faint = points(curve.samples, range, longest)
            let mean = points(curve.means, range, longest)
            parts += [
                "<polyline class=\"faint\" stroke=\"\(curve.colour)\" points=\"\(faint)\"/>",
                "<polyline class=\"mean\" stroke=\"\(curve.colour)\" points=\"\(mean)\">"
                    + "<title>\(curve.name.htmlEscaped)</title></polyline>",
            ]
        }
        let size = "\(Chart.coordinate(Chart.width)) \(Chart.coordinate(Self.height))"
        return "<h2>Loss</h2>\n<svg viewBox=\"0 0 \(size)\" role=\"img\" "
            + "aria-label=\"Loss of every step\">\n\(parts.joined(separator: "\n"))\n</svg>\n"
            + Chart.legend(curves.map { ($0.name, $0.colour) })
            + "<p class=\"note\">Faint: each step. Strong: moving mean.</p>\n"
    }

    private var range: ClosedRange<Double>? {
        let values = curves.flatMap(\.samples)
        guard let low = values.min(), let high = values.max(), (high - low).isFinite else {
            return nil
        }
        return min(0, low)...(high > min(0, low) ? high : low + 1)
    }

    private func axes(_ range: ClosedRange<Double>, _ longest: Int) -> [String] {
        var parts: [String] = []
        let right = Chart.coordinate(Chart.width)
        let left = Chart.coordinate(Self.left)
        let edge = Chart.coordinate(Self.left - 8)
        for tick in Chart.ticks(range) {
            let y = Chart.coordinate(self.y(tick, range))
            let text = Figures.fixed(tick, decimals: range.upperBound < 10 ? 2 : 0)
            parts.append(
                "<line class=\"grid\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(y)\" y2=\"\(y)\"/>")
            parts.append(
                "<text x=\"\(edge)\" y=\"\(y)\" dy=\".35em\" text-anchor=\"end\">\(text)</text>")
        }
        let base = Chart.coordinate(Self.height - 8)
        for tick in Chart.ticks(0...Double(longest - 1), count: 8) where tick == tick.rounded() {
            let x = Chart.coordinate(self.x(tick, longest))
            parts.append(
                "<text x=\"\(x)\" y=\"\(base)\" text-anchor=\"middle\">"
                    + "\(Figures.fixed(tick, decimals: 0))</text>")
        }
        return parts
    }

    private func points(
        _ values: [Double], _ range: ClosedRange<Double>, _ longest: Int
    ) -> String {
        let stride = max(1, (values.count + Self.mostPoints - 1) / Self.mostPoints)
        return Swift.stride(from: 0, to: values.count, by: stride).map { index in
            Chart.coordinate(x(Double(index), longest)) + ","
                + Chart.coordinate(y(values[index], range))
        }.joined(separator: " ")
    }

    private func x(_ index: Double, _ longest: Int) -> Double {
        Self.left + (Chart.width - Self.left - 8) * index / Double(max(1, longest - 1))
    }

    private func y(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        let height = Self.height - Self.bottom - Self.top
        let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
        return Self.top + height * (1 - share)
    }

    /// Each step with its neighbours, a twentieth of the run in all.
    private static func movingMeans(_ values: [Double]) -> [Double] {
        let reach = max(1, values.count / 40)
        var sums = [0.0]
        for value in values { sums.append(sums[sums.count - 1] + value) }
        return values.indices.map { index in
            let low = max(0, index - reach)
            let high = min(values.count, index + reach + 1)
            return (sums[high] - sums[low]) / Double(high - low)
        }
    }
}
