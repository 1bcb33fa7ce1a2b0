// SPDX-License-Identifier: GPL-2.0-or-later

/// The loss of every step: single samples faint, a moving mean over them.
struct LossChart {
    struct Curve {
        var name: String
        /// By step; values that are no numbers are left out.
        var losses: [Double]
        /// Of each loss, where it is a mean.
        var stepsEach = 1
    }

    private struct Line {
        let name: String
        let style: String
        let stepsEach: Int
        let samples: [Double]
        let means: [Double]
    }

    private static let height = 280.0
    private let lines: [Line]

    init(_ curves: [Curve]) {
        lines = curves.enumerated().compactMap { index, curve in
            let losses = curve.losses.filter(\.isFinite)
            guard losses.count > 1 else { return nil }
            return Line(
                name: curve.name, style: Chart.style(index),
                stepsEach: max(1, curve.stepsEach), samples: losses, means: Self.movingMeans(losses)
            )
        }
    }

    var picture: Picture { picture(title: "Loss") }

    func picture(title: String) -> Picture {
        Picture(
            title: title, key: lines.count > 1 ? lines.map { ($0.name, $0.style) } : [],
            note: (showsSamples ? "Faint: each step. Strong: mean" : "Means of each step")
                + " with its neighbours, a twentieth of the run in all.",
            draw: draw)
    }

    private func draw(_ width: Double) -> SVG? {
        guard let range, let longest = lines.map(Self.steps).max() else { return nil }
        var drawing = SVG(width: width, height: Self.height)
        let axes = Axes(
            x: 0...longest, y: range, xLabel: "training step", yLabel: "loss",
            xIsWhole: true)
        axes.draw(&drawing)
        for line in lines where showsSamples {
            drawing.polyline(
                points(line.samples, line.stepsEach, axes, drawing),
                style: "line faint \(line.style)")
        }
        for line in lines {
            let last = line.means[line.means.count - 1]
            drawing.polyline(
                points(line.means, line.stepsEach, axes, drawing), style: "line \(line.style)",
                title: "\(line.name): \(Figures.fixed(line.means[0], decimals: 4)) to "
                    + Figures.fixed(last, decimals: 4))
        }
        return drawing
    }

    /// The samples of many curves would hide the means.
    private var showsSamples: Bool { lines.count <= 2 }

    /// From the first step to the last.
    private static func steps(_ line: Line) -> Double {
        Double(line.samples.count - 1) * Double(line.stepsEach)
    }

    private var range: ClosedRange<Double>? {
        let values = lines.flatMap { showsSamples ? $0.samples : $0.means }
        guard let low = values.min(), let high = values.max(), (high - low).isFinite else {
            return nil
        }
        return min(0, low)...(high > min(0, low) ? high : low + 1)
    }

    /// More points than pixels help nobody.
    private func points(
        _ values: [Double], _ stepsEach: Int, _ axes: Axes, _ drawing: SVG
    ) -> [(x: Double, y: Double)] {
        let stride = max(1, Int((Double(values.count) / drawing.width).rounded(.up)))
        return Swift.stride(from: 0, to: values.count, by: stride).map {
            axes.place(Double($0) * Double(stepsEach), values[$0], in: drawing)
        }
    }

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
