// SPDX-License-Identifier: GPL-2.0-or-later

extension ArenaPlan {
    /// The plan as an SVG picture: offset over schedule step, a rectangle for each buffer.
    ///
    /// Light and dark come from CSS variables; nothing is loaded from elsewhere. Buffers alive at the
    /// peak step stand out, the step itself is a band, arena and lower bound are lines.
    package func svg(title: String = "Memory plan") -> String {
        MemoryPicture(plan: self, title: title).text
    }
}

/// Lays out the picture of a plan. All coordinates are computed in tenths of a pixel, as whole numbers.
struct MemoryPicture {
    private static let plot = (left: 760, top: 640, width: 9000, height: 4400)
    private static let bottom = 1000

    let plan: ArenaPlan
    let title: String

    private var steps: Int { (plan.problem.buffers.map(\.lastStep).max() ?? 0) + 1 }
    private var height: Int { max(1, plan.arenaBytes) }

    var text: String {
        let width = Self.plot.left + Self.plot.width + 240
        let total = Self.plot.top + Self.plot.height + Self.bottom
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(tenths(width)) "
                + "\(tenths(total))\" width=\"\(tenths(width))\" height=\"\(tenths(total))\" "
                + "role=\"img\" font-family=\"system-ui, sans-serif\" font-size=\"11\">",
            "<title>\(escaped(title))</title>",
            "<style>\(Self.style)</style>",
            "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
            "<text class=\"head\" x=\"\(tenths(Self.plot.left))\" y=\"22\">\(escaped(title))</text>",
            "<text class=\"soft\" x=\"\(tenths(Self.plot.left))\" y=\"40\">\(summary)</text>",
        ]
        let order = plan.indicesByOffset.sorted { isBelow($0, $1) }
        lines += grid + order.map(rectangle) + band + order.compactMap(label) + levels + legend
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private static let style = """
        svg { color-scheme: light dark; --ink: #1b1f24; --soft: #667; --rule: #d6d9de; \
        --ground: #fff; --peak: #2f6fb3; --peak-ink: #fff; --other: #c3cfdb; --other-ink: #1b1f24; \
        --mark: #c2410c; }
        @media (prefers-color-scheme: dark) { svg { --ink: #e4e7eb; --soft: #9aa3ad; \
        --rule: #3a4048; --ground: #14171a; --peak: #4a8fd6; --peak-ink: #0b0d0f; \
        --other: #39444f; --other-ink: #e4e7eb; --mark: #fb923c; } }
        .ground { fill: var(--ground); } text { fill: var(--ink); }
        .head { font-size: 15px; font-weight: 600; } .soft { fill: var(--soft); }
        .rule { stroke: var(--rule); } .band { fill: none; stroke: var(--mark); }
        .level { stroke: var(--mark); } .bound { stroke-dasharray: 5 4; } .mark { fill: var(--mark); }
        .b { stroke: var(--ground); stroke-width: 0.6; fill-opacity: 0.9; }
        .p { fill: var(--peak); } .o { fill: var(--other); }
        .pt { fill: var(--peak-ink); } .ot { fill: var(--other-ink); }
        """

    private var summary: String {
        "arena \(grouped(plan.arenaBytes)) B, lower bound \(grouped(plan.bound.bytes)) B "
            + "(+\(percent(plan.excess))), peak at step \(plan.bound.step), "
            + "\(plan.problem.buffers.count) buffers"
    }

    /// Longer lives first, so that what overwrites lies on top of what it overwrites.
    private func isBelow(_ one: Int, _ other: Int) -> Bool {
        let (first, second) = (plan.problem.buffers[one], plan.problem.buffers[other])
        return (first.firstStep, -first.lastStep, plan.offsets[one], one)
            < (second.firstStep, -second.lastStep, plan.offsets[other], other)
    }

    private var band: [String] {
        guard !plan.problem.buffers.isEmpty else { return [] }
        let (left, right) = (x(plan.bound.step), x(plan.bound.step + 1))
        return [
            "<rect class=\"band\" x=\"\(tenths(left))\" y=\"\(tenths(Self.plot.top))\" "
                + "width=\"\(tenths(max(10, right - left)))\" height=\"\(tenths(Self.plot.height))\">"
                + "<title>peak: step \(plan.bound.step)</title></rect>"
        ]
    }

    private var grid: [String] {
        let (left, right) = (Self.plot.left, Self.plot.left + Self.plot.width)
        let base = Self.plot.top + Self.plot.height
        var lines: [String] = []
        for bytes in byteTicks {
            let position = tenths(y(bytes))
            lines.append(
                "<line class=\"rule\" x1=\"\(tenths(left))\" y1=\"\(position)\" x2=\"\(tenths(right))\" "
                    + "y2=\"\(position)\"/>")
            lines.append(
                "<text class=\"soft\" x=\"\(tenths(left - 60))\" y=\"\(tenths(y(bytes) + 40))\" "
                    + "text-anchor=\"end\">\(grouped(bytes))</text>")
        }
        for step in stepTicks {
            let middle = (x(step) + x(step + 1)) / 2
            lines.append(
                "<text class=\"soft\" x=\"\(tenths(middle))\" y=\"\(tenths(base + 160))\" "
                    + "text-anchor=\"middle\">\(step)</text>")
        }
        lines.append(
            "<text class=\"soft\" x=\"\(tenths((left + right) / 2))\" y=\"\(tenths(base + 340))\" "
                + "text-anchor=\"middle\">schedule step</text>")
        lines.append(
            "<text class=\"soft\" x=\"\(tenths(left - 60))\" y=\"\(tenths(Self.plot.top - 120))\" "
                + "text-anchor=\"end\">bytes</text>")
        return lines
    }

    private func box(_ index: Int) -> (left: Int, right: Int, upper: Int, lower: Int) {
        let buffer = plan.problem.buffers[index]
        return (
            x(buffer.firstStep), x(buffer.lastStep + 1),
            y(plan.offsets[index] + buffer.sizeBytes), y(plan.offsets[index])
        )
    }

    private func isAtPeak(_ index: Int) -> Bool {
        let buffer = plan.problem.buffers[index]
        return buffer.firstStep <= plan.bound.step && plan.bound.step <= buffer.lastStep
    }

    private func rectangle(_ index: Int) -> String {
        let buffer = plan.problem.buffers[index]
        let box = box(index)
        return "<rect class=\"b \(isAtPeak(index) ? "p" : "o")\" x=\"\(tenths(box.left))\" "
            + "y=\"\(tenths(box.upper))\" width=\"\(tenths(max(4, box.right - box.left)))\" "
            + "height=\"\(tenths(max(4, box.lower - box.upper)))\"><title>\(escaped(buffer.name)): "
            + "\(grouped(buffer.sizeBytes)) B at \(grouped(plan.offsets[index])), "
            + "steps \(buffer.firstStep)-\(buffer.lastStep)</title></rect>"
    }

    /// The name in the rectangle, at about 6 pixels a character; nil where it does not fit.
    private func label(_ index: Int) -> String? {
        let name = plan.problem.buffers[index].name
        let box = box(index)
        guard box.lower - box.upper >= 130, box.right - box.left >= 60 * name.count + 60 else {
            return nil
        }
        return "<text class=\"\(isAtPeak(index) ? "pt" : "ot")\" "
            + "x=\"\(tenths((box.left + box.right) / 2))\" "
            + "y=\"\(tenths((box.upper + box.lower) / 2 + 40))\" text-anchor=\"middle\" "
            + "pointer-events=\"none\">\(escaped(name))</text>"
    }

    private var levels: [String] {
        func line(_ bytes: Int, _ style: String, _ name: String) -> String {
            let position = tenths(y(bytes))
            return "<line class=\"\(style)\" x1=\"\(tenths(Self.plot.left))\" y1=\"\(position)\" "
                + "x2=\"\(tenths(Self.plot.left + Self.plot.width))\" y2=\"\(position)\">"
                + "<title>\(name): \(grouped(bytes)) B</title></line>"
        }
        return [
            line(plan.arenaBytes, "level", "arena"),
            line(plan.bound.bytes, "level bound", "lower bound"),
        ]
    }

    private var legend: [String] {
        let base = Self.plot.top + Self.plot.height + 620
        let entries = [
            ("b p", "alive at the peak step"), ("b o", "other buffers"), ("band", "peak step"),
        ]
        var lines: [String] = []
        for (position, entry) in entries.enumerated() {
            let left = Self.plot.left + position * 1800
            lines.append(
                "<rect class=\"\(entry.0)\" x=\"\(tenths(left))\" y=\"\(tenths(base))\" width=\"14\" "
                    + "height=\"12\"/>")
            lines.append(
                "<text class=\"soft\" x=\"\(tenths(left + 200))\" y=\"\(tenths(base + 100))\">"
                    + "\(entry.1)</text>")
        }
        let left = Self.plot.left + entries.count * 1800
        for (position, entry) in [("level", "arena"), ("level bound", "lower bound")].enumerated() {
            let start = left + position * 1000
            lines.append(
                "<line class=\"\(entry.0)\" x1=\"\(tenths(start))\" y1=\"\(tenths(base + 60))\" "
                    + "x2=\"\(tenths(start + 200))\" y2=\"\(tenths(base + 60))\"/>")
            lines.append(
                "<text class=\"soft\" x=\"\(tenths(start + 260))\" y=\"\(tenths(base + 100))\">"
                    + "\(entry.1)</text>")
        }
        return lines
    }

    private func x(_ step: Int) -> Int { Self.plot.left + scaled(step, Self.plot.width, steps) }

    private func y(_ bytes: Int) -> Int {
        Self.plot.top + Self.plot.height - scaled(bytes, Self.plot.height, height)
    }

    /// `value` × `length` / `whole`, exact for any size of buffer or number of steps.
    private func scaled(_ value: Int, _ length: Int, _ whole: Int) -> Int {
        let product = value.multipliedFullWidth(by: length)
        return whole.dividingFullWidth(product).quotient
    }

    /// Multiples of a power of two, at most nine.
    private var byteTicks: [Int] {
        var step = 1
        while height / step > 8 { step *= 2 }
        return Array(stride(from: 0, through: height, by: step))
    }

    /// Multiples of 1, 2 or 5 times a power of ten, at most twenty-one.
    private var stepTicks: [Int] {
        var decade = 1
        while steps / (decade * 5) > 20 { decade *= 10 }
        let step = [1, 2, 5].map { $0 * decade }.first { steps / $0 <= 20 } ?? decade
        return Array(stride(from: 0, to: steps, by: step))
    }

    private func tenths(_ value: Int) -> String {
        value % 10 == 0 ? "\(value / 10)" : "\(value / 10).\(value % 10)"
    }

    private func escaped(_ text: String) -> String {
        var result = ""
        for character in printable(text).unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
