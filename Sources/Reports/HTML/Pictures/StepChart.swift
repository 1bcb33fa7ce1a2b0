// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// Cycles of every step, its phases on top of each other.
struct StepChart {
    private static let height = 240.0
    private let steps: [StepRecord]
    private let names: [String]

    init?(_ record: RunRecord) {
        guard record.steps.count > 1, let statistics = StepStatistics(record.steps) else {
            return nil
        }
        steps = record.steps
        names = PhaseShares.names([PhaseShares(statistics)])
    }

    var picture: Picture {
        Picture(
            title: "Cycles of every step",
            key: names.map { ($0, Chart.style(ofPhase: $0, among: names)) }, draw: draw)
    }

    /// One column where there is room for no more steps: their mean.
    private struct Column {
        var first: Int
        var last: Int
        var values: [Double]
    }

    private func draw(_ width: Double) -> SVG? {
        var axes = Axes(
            x: 0...1, y: 0...1, xLabel: "training step", yLabel: "cycles", xIsWhole: true)
        let room = max(1, Int(width - axes.left - axes.right) / 2)
        let columns = columns(each: (steps.count + room - 1) / room)
        let highest = columns.map { $0.values.reduce(0, +) }.max() ?? 0
        guard highest > 0, highest.isFinite else { return nil }
        axes.y = 0...highest
        axes.x = 0...Double(steps.count)
        var drawing = SVG(width: width, height: Self.height)
        axes.draw(&drawing)
        for column in columns {
            let left = axes.place(Double(column.first), 0, in: drawing).x
            let right = axes.place(Double(column.last + 1), 0, in: drawing).x
            var sum = 0.0
            for (name, value) in zip(names, column.values) where value > 0 {
                let top = axes.place(0, sum + value, in: drawing).y
                let bottom = axes.place(0, sum, in: drawing).y
                sum += value
                let gap = right - left > 6 ? 1.0 : 0
                drawing.rectangle(
                    x: left, y: top, width: right - left - gap, height: bottom - top,
                    style: "fill \(Chart.style(ofPhase: name, among: names))",
                    title: title(column, name, value))
            }
        }
        return drawing
    }

    private func title(_ column: Column, _ name: String, _ cycles: Double) -> String {
        let first = steps[column.first].index
        let last = steps[column.last].index
        let steps =
            column.first == column.last ? "step \(first)" : "mean of steps \(first) to \(last)"
        return "\(steps): \(name) \(Figures.fixed(cycles, decimals: 0)) cycles"
    }

    private func columns(each count: Int) -> [Column] {
        stride(from: 0, to: steps.count, by: count).map { first in
            let last = min(first + count, steps.count) - 1
            var values = [Double](repeating: 0, count: names.count)
            for step in steps[first...last] {
                var rest = Double(step.cycles)
                for phase in step.phases {
                    guard let index = names.firstIndex(of: phase.name) else { continue }
                    values[index] += Double(phase.cycles)
                    rest -= Double(phase.cycles)
                }
                if names.last == PhaseShares.outside { values[names.count - 1] += max(0, rest) }
            }
            let share = Double(last - first + 1)
            return Column(first: first, last: last, values: values.map { $0 / share })
        }
    }
}
