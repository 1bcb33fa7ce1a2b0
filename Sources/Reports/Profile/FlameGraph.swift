// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// A profile as a picture: every way of calls as wide as its cycles, callees on top of their callers.
///
/// One SVG file that needs nothing else and follows the reader's choice of light or dark. Titles show the
/// figures under the pointer.
package struct FlameGraph {
    private static let width = 1200.0
    private static let margin = 10.0
    private static let rowHeight = 18.0
    private static let headHeight = 48.0
    private static let footHeight = 26.0
    /// Of the monospaced letters of size 12; estimated, a little more than browsers take.
    private static let letterWidth = 7.3
    /// Narrower ones would not be seen; the picture's foot says how many there are.
    private static let narrowest = 0.4

    private let record: ProfileRecord
    private let stacks: ProfileStacks
    private let totals: [UInt64]
    private let total: UInt64

    /// - Parameter byPhase: puts the phase under every stack.
    package init(_ record: ProfileRecord, byPhase: Bool = false) {
        self.record = record
        stacks = ProfileStacks(record, byPhase: byPhase)
        totals = stacks.totals
        total = zip(stacks.frames, totals).reduce(0) { $0 + ($1.0.parent == nil ? $1.1 : 0) }
    }

    private struct Box {
        var frame: Int
        var depth: Int
        var x: Double
        var width: Double
    }

    /// The picture, a newline at its end.
    package var svg: String {
        let (boxes, narrow) = boxes()
        let depth = (boxes.map(\.depth).max() ?? -1) + 1
        let height = Self.headHeight + Double(depth) * Self.rowHeight + Self.footHeight
        let size = "\(SVG.coordinate(Self.width)) \(SVG.coordinate(height))"
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(size)\" "
                + "width=\"\(SVG.coordinate(Self.width))\" "
                + "height=\"\(SVG.coordinate(height))\" "
                + "role=\"img\" aria-label=\"\(title.htmlEscaped)\">",
            "<style>\(Self.style)</style>",
            "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>",
            "<text class=\"title\" x=\"\(SVG.coordinate(Self.margin))\" y=\"22\">"
                + "\(title.htmlEscaped)</text>",
            "<text class=\"note\" x=\"\(SVG.coordinate(Self.margin))\" y=\"39\">"
                + "\(subtitle.htmlEscaped)</text>",
        ]
        let base = Self.headHeight + Double(depth) * Self.rowHeight
        lines += boxes.map { shape($0, base: base) }
        if narrow > 0 {
            lines.append(
                "<text class=\"note\" x=\"\(SVG.coordinate(Self.margin))\" "
                    + "y=\"\(SVG.coordinate(height - 9))\">\(Figures.plural(narrow, "way")) of "
                    + "calls too narrow to be drawn</text>")
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    private var title: String {
        "\(record.name) on \(record.board): \(Figures.grouped(total)) cycles"
    }

    private var subtitle: String {
        "\(Figures.milliseconds(cycles: Double(total), clockHz: record.clockHz)) ms at "
            + "\(Figures.frequency(record.clockHz)); \(record.fidelity.model), "
            + "\(record.fidelity.mode) mode; width: cycles with callees"
    }

    /// Boxes from left to right, callers before callees, and how many are left out.
    private func boxes() -> ([Box], narrow: Int) {
        guard total > 0 else { return ([], 0) }
        let scale = (Self.width - 2 * Self.margin) / Double(total)
        var boxes: [Box] = []
        var narrow = 0
        var places: [(start: UInt64, depth: Int)] = []
        /// Where the next callee of each frame begins, and last the next root.
        var next = [UInt64](repeating: 0, count: stacks.frames.count)
        var nextRoot: UInt64 = 0
        for (index, frame) in stacks.frames.enumerated() {
            var start = nextRoot
            var depth = 0
            if let parent = frame.parent {
                start = next[parent]
                next[parent] += totals[index]
                depth = places[parent].depth + 1
            } else {
                nextRoot += totals[index]
            }
            next[index] = start
            places.append((start, depth))
            let width = Double(totals[index]) * scale
            if width < Self.narrowest {
                narrow += 1
            } else {
                boxes.append(
                    Box(
                        frame: index, depth: depth, x: Self.margin + Double(start) * scale,
                        width: width))
            }
        }
        return (boxes, narrow)
    }

    private func shape(_ box: Box, base: Double) -> String {
        let frame = stacks.frames[box.frame]
        let y = base - Double(box.depth + 1) * Self.rowHeight
        var hover =
            "\(frame.name): \(Figures.grouped(totals[box.frame])) cycles, "
            + Figures.percent(totals[box.frame], of: total)
        if frame.function != nil {
            hover += "; \(Figures.grouped(frame.cycles)) of its own"
        }
        var text = ""
        let letters = Int((box.width - 6) / Self.letterWidth)
        if letters >= 3 {
            let name = frame.name.printable
            let shown = name.count <= letters ? name : name.prefix(letters - 1) + "…"
            text =
                "<text x=\"\(SVG.coordinate(box.x + 3))\" "
                + "y=\"\(SVG.coordinate(y + 13))\">\(shown.htmlEscaped)</text>"
        }
        // A gap to the next one, where there is room for it.
        let width = box.width > 2 ? box.width - 0.5 : box.width
        return "<g><title>\(hover.htmlEscaped)</title><rect class=\"\(colour(of: frame))\" "
            + "x=\"\(SVG.coordinate(box.x))\" y=\"\(SVG.coordinate(y))\" "
            + "width=\"\(SVG.coordinate(width))\" "
            + "height=\"\(SVG.coordinate(Self.rowHeight - 1))\"/>\(text)</g>"
    }

    /// Exceptions and what has no name stand out; functions keep their colour from run to run.
    private func colour(of frame: ProfileStacks.Frame) -> String {
        guard frame.function != nil else { return "p" }
        if frame.name == "[unknown]" { return "u" }
        if frame.name.hasPrefix("[") { return "i" }
        var hash: UInt32 = 2_166_136_261
        for byte in frame.name.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return "f\(hash % UInt32(Self.hues.count))"
    }

    private static let hues = [8, 16, 24, 32, 40, 48, 54, 60]

    private static var style: String {
        func rules(_ saturation: Int, _ lightness: Int) -> String {
            let functions = hues.enumerated().map {
                ".f\($0.offset){fill:hsl(\($0.element),\(saturation)%,\(lightness)%)}"
            }
            return functions.joined()
                + ".i{fill:hsl(205,\(saturation)%,\(lightness)%)}"
                + ".p{fill:hsl(150,\(saturation / 2)%,\(lightness)%)}"
                + ".u{fill:hsl(0,0%,\(lightness)%)}"
        }
        return
            "svg{background:#fff}text{font:12px ui-monospace,monospace;fill:#1b1f24;pointer-events:none}"
            + ".title{font:600 15px system-ui,sans-serif}"
            + ".note{font:12px system-ui,sans-serif;fill:#667}.ground{fill:#fff}"
            + "g:hover rect{stroke:#1b1f24}" + rules(80, 72)
            + "@media (prefers-color-scheme:dark){svg{background:#14171a}text{fill:#e4e7eb}.note{fill:#9aa3ad}"
            + ".ground{fill:#14171a}g:hover rect{stroke:#e4e7eb}" + rules(42, 30) + "}"
    }
}
