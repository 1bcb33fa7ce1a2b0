// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// What one run's SRAM peak is made of: the largest static symbols, stack and heap, as wide as their bytes.
struct SRAMStrip {
    private struct Part {
        let name: String
        let bytes: Double
        let style: String
    }

    private static let height = 46.0
    private static let mostSymbols = 8
    private let parts: [Part]

    /// nil where the record has no symbols.
    init?(_ record: RunRecord) {
        let symbols = (record.symbols ?? []).filter { $0.memory == .sram }
        guard !symbols.isEmpty else { return nil }
        let sram = record.sram
        let arena = record.arena?.symbol
        let largest = symbols.filter { $0.name == arena } + symbols.filter { $0.name != arena }
        var parts = largest.prefix(Self.mostSymbols).enumerated().map { index, symbol in
            Part(
                name: symbol.name == arena ? "arena" : symbol.name,
                bytes: Double(symbol.bytes),
                style: symbol.name == arena ? "s0" : ["s4", "s3"][index % 2])
        }
        let rest = Double(sram.staticBytes) - parts.reduce(0) { $0 + $1.bytes }
        parts.append(Part(name: "other static data", bytes: max(0, rest), style: "s7"))
        parts.append(Part(name: "stack", bytes: Double(sram.stackPeakBytes), style: "s1"))
        parts.append(Part(name: "heap", bytes: Double(sram.heapPeakBytes), style: "s2"))
        self.parts = parts.filter { $0.bytes > 0 }
    }

    var picture: Picture {
        Picture(
            title: "What the SRAM peak is made of",
            note: parts.map { "\($0.name): \(Figures.fixed($0.bytes, decimals: 0)) B" }
                .joined(separator: " · "), draw: draw)
    }

    private func draw(_ width: Double) -> SVG? {
        let total = parts.reduce(0) { $0 + $1.bytes }
        guard total > 0, total.isFinite else { return nil }
        var drawing = SVG(width: width, height: Self.height)
        var x = 0.5
        for part in parts {
            let wide = (width - 1) * part.bytes / total
            let bytes = Figures.fixed(part.bytes, decimals: 0) + " B"
            drawing.rectangle(
                x: x, y: 0.5, width: wide, height: Self.height - 1, style: "pale \(part.style)",
                title: "\(part.name): \(bytes)")
            // A name that is cut to a few letters tells nothing.
            let name = Chart.fitted(part.name, wide - 8)
            if Chart.width(of: bytes) + 8 < wide, name == part.name.printable || name.count > 6 {
                drawing.text(name, x: x + wide / 2, y: 15, anchor: .middle, style: "ink")
                drawing.text(bytes, x: x + wide / 2, y: 31, anchor: .middle)
            }
            x += wide
        }
        return drawing
    }
}
