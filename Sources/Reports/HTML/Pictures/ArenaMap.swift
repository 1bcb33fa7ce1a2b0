// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The planned arena over a step: every buffer a rectangle, as tall as its bytes, as wide as its life.
struct ArenaMap {
    private let arena: ArenaRecord
    private let peak: (position: Int, bytes: Int)

    /// nil of a plan without buffers, or one that cannot be right.
    init?(_ arena: ArenaRecord) {
        guard arena.fault == nil, arena.bytes > 0, let peak = arena.peak else { return nil }
        self.arena = arena
        self.peak = peak
    }

    private static let height = 380.0
    /// The band above the map that says which phase an operation belongs to.
    private static let band = 14.0

    var picture: Picture {
        let phases = phases
        let key = ArenaKind.allCases.filter { kind in
            arena.buffers.contains { ArenaKind($0) == kind }
        }
        return Picture(
            title: "The arena over a step",
            key: key.map { ($0.rawValue, $0.style) }
                + phases.map { ("phase \($0)", Chart.style(ofPhase: $0, among: phases)) },
            note:
                "Each rectangle is a buffer: up, the bytes it takes; across, the operations during "
                + "which it holds something. Dashed: the operation with the most bytes in use, "
                + "\(peak.position) of \(arena.positions.count - 1), "
                + "\(arena.positions[peak.position].name).",
            draw: draw)
    }

    private var phases: [String] {
        var names: [String] = []
        for position in arena.positions where !names.contains(position.phase) {
            names.append(position.phase)
        }
        return names
    }

    private func draw(_ width: Double) -> SVG? {
        var drawing = SVG(width: width, height: Self.height)
        let axes = Axes(
            x: 0...Double(arena.positions.count), y: 0...Double(arena.bytes),
            xLabel: "operation of the step", yLabel: "offset, bytes", xIsWhole: true, left: 56,
            top: 24 + Self.band)
        axes.draw(&drawing, hasGrid: false)
        drawPhases(axes, &drawing)
        for buffer in arena.buffers where buffer.bytes > 0 { draw(buffer, axes, &drawing) }
        drawPeak(axes, &drawing)
        return drawing
    }

    private func drawPeak(_ axes: Axes, _ drawing: inout SVG) {
        let across = axes.place(Double(peak.position) + 0.5, 0, in: drawing).x
        drawing.line(
            from: (across, axes.top - 4), to: (across, drawing.height - axes.bottom),
            style: "dashed",
            title: "the most bytes in use: \(Figures.fixed(Double(peak.bytes), decimals: 0))")
        let isLeft = across < drawing.width / 2
        drawing.text(
            "peak", x: across + (isLeft ? 5 : -5), y: axes.top + 3, anchor: isLeft ? .start : .end,
            style: "ink")
    }

    private func draw(
        _ buffer: ArenaRecord.BufferRecord, _ axes: Axes, _ drawing: inout SVG
    ) {
        let low = axes.place(
            Double(buffer.firstPosition), Double(buffer.offsetBytes), in: drawing)
        let high = axes.place(
            Double(buffer.lastPosition + 1), Double(buffer.offsetBytes + buffer.bytes), in: drawing)
        let (width, height) = (high.x - low.x, low.y - high.y)
        let bytes = Figures.grouped(UInt64(buffer.bytes))
        drawing.rectangle(
            x: low.x, y: high.y, width: width, height: height,
            style: "pale \(ArenaKind(buffer).style)",
            title: "\(buffer.name): \(bytes) B at "
                + "\(Figures.grouped(UInt64(buffer.offsetBytes))), operations "
                + "\(buffer.firstPosition) to \(buffer.lastPosition)")
        if height > 13, Chart.width(of: buffer.name) + 6 < width {
            drawing.text(
                buffer.name, x: low.x + width / 2, y: (low.y + high.y) / 2, anchor: .middle,
                style: "ink")
        }
    }

    private func drawPhases(_ axes: Axes, _ drawing: inout SVG) {
        let names = phases
        var first = 0
        for index in arena.positions.indices {
            let phase = arena.positions[index].phase
            let next = index + 1
            if next < arena.positions.count, arena.positions[next].phase == phase { continue }
            let left = axes.place(Double(first), 0, in: drawing).x
            let right = axes.place(Double(next), 0, in: drawing).x
            drawing.rectangle(
                x: left, y: axes.top - Self.band, width: right - left, height: Self.band - 5,
                style: "fill \(Chart.style(ofPhase: phase, among: names))",
                title: "\(phase): operations \(first) to \(index)")
            first = next
        }
    }
}

/// What a buffer of the arena is for, by the names that `kinglet compile` gives.
enum ArenaKind: String, CaseIterable {
    case activation = "activations"
    case gradient = "gradients"
    case mask = "masks of clamped outputs"
    case kept = "kept inputs"
    case sums = "sums of gradients"
    case scratch = "scratch"

    init(_ buffer: ArenaRecord.BufferRecord) {
        let name = buffer.name
        if name.hasPrefix("scratch ") {
            self = .scratch
        } else if name.hasSuffix(".gradient") || name.contains(".gradient of ") {
            self = .gradient
        } else if name.hasSuffix(".mask") {
            self = .mask
        } else if name.hasSuffix(".channels") {
            self = .kept
        } else if name.hasSuffix(".db") || name.hasSuffix(".dW") {
            self = .sums
        } else {
            self = .activation
        }
    }

    var style: String {
        switch self {
        case .activation: "s0"
        case .gradient: "s1"
        case .mask: "s3"
        case .kept: "s6"
        case .sums: "s5"
        case .scratch: "s7"
        }
    }
}
