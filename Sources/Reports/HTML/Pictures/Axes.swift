// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// Two axes with ticks and what they measure.
struct Axes {
    var x: ClosedRange<Double>
    var y: ClosedRange<Double>
    var xLabel: String
    var yLabel: String
    /// Ticks between whole numbers would mean nothing: steps, operations.
    var xIsWhole = false
    /// Whether `x` grows by factors: where its range spans several of them. It must be above 0 then.
    var xIsLogarithmic = false
    /// Pixels beside the plot.
    var left = 52.0
    var top = 24.0
    var right = 10.0
    let bottom = 38.0

    func place(_ x: Double, _ y: Double, in drawing: SVG) -> (x: Double, y: Double) {
        let width = drawing.width - left - right
        let height = drawing.height - top - bottom
        return (
            left + width * (xIsLogarithmic ? logarithmicShare(x) : share(x, self.x)),
            top + height * (1 - share(y, self.y))
        )
    }

    private func logarithmicShare(_ value: Double) -> Double {
        share(
            log2(max(value, x.lowerBound)), log2(x.lowerBound)...log2(x.upperBound))
    }

    /// 1, 2 and 5 times powers of ten.
    private var logarithmicTicks: [Double] {
        var ticks: [Double] = []
        var power = 1.0
        while power <= x.upperBound, power < 1e18 {
            ticks += [power, 2 * power, 5 * power].filter { x.contains($0) }
            power *= 10
        }
        return ticks
    }

    private func share(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        let span = range.upperBound - range.lowerBound
        return span > 0 ? (value - range.lowerBound) / span : 0.5
    }

    func draw(_ drawing: inout SVG, hasGrid: Bool = true) {
        let base = drawing.height - bottom
        for tick in Chart.ticks(y, count: 5) {
            let level = place(x.lowerBound, tick, in: drawing).y
            if hasGrid {
                drawing.line(
                    from: (left, level), to: (drawing.width - right, level), style: "grid")
            }
            drawing.text(Chart.tick(tick), x: left - 7, y: level, anchor: .end)
        }
        let count = max(5, Int((drawing.width - left - right) / 90))
        let ticks = xIsLogarithmic ? logarithmicTicks : Chart.ticks(x, count: count)
        // Where the last text ends.
        var written = 0.0
        for tick in ticks where !xIsWhole || tick == tick.rounded() {
            let across = place(tick, y.lowerBound, in: drawing).x
            drawing.line(from: (across, base), to: (across, base + 4), style: "axis")
            let text = Chart.tick(tick)
            let half = Chart.width(of: text) / 2
            let middle = min(across, drawing.width - half)
            guard middle - half >= written else { continue }
            written = middle + half + 4
            drawing.text(text, x: middle, y: base + 13, anchor: .middle)
        }
        drawing.line(from: (left, base), to: (drawing.width - right, base), style: "axis")
        drawing.text(yLabel, x: 0, y: 8)
        drawing.text(
            xLabel, x: (left + drawing.width - right) / 2, y: base + 30, anchor: .middle)
    }
}
