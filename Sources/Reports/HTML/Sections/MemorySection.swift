// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// What stands in SRAM, and what goes to flash.
struct MemorySection {
    private static let shownSymbols = 40
    private let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    var html: String {
        HTML.heading("Memory", level: 3) + Self.bars([record]).picture.html
            + (SRAMStrip(record)?.picture.html ?? "") + arena + symbols
    }

    /// SRAM of several runs, with what the boards have.
    static func bars(_ records: [RunRecord]) -> StackedBars {
        StackedBars(
            title: "SRAM at its peak",
            parts: [
                ("arena", "s0"), ("other static data", "s4"), ("stack", "s1"), ("heap", "s2"),
            ],
            bars: records.map { record in
                let sram = record.sram
                let arena = min(Double(arenaBytes(record)), Double(sram.staticBytes))
                return StackedBars.Bar(
                    name: record.name,
                    values: [
                        "arena": arena, "other static data": Double(sram.staticBytes) - arena,
                        "stack": Double(sram.stackPeakBytes), "heap": Double(sram.heapPeakBytes),
                    ], limit: Double(sram.limitBytes),
                    text:
                        "\(Figures.bytes(sram.peakBytes)) of \(Figures.kibibytes(sram.limitBytes))")
            }, unit: "bytes",
            note: "Each part at its own peak; the peak of all at one time stands above the bar. "
                + "The mark is what the board has.")
    }

    private static func arenaBytes(_ record: RunRecord) -> Int {
        guard let arena = record.arena, arena.fault == nil else { return 0 }
        return arena.bytes
    }

    private var arena: String {
        guard let arena = record.arena, let map = ArenaMap(arena), let peak = arena.peak else {
            return ""
        }
        var table = TextTable([.left, .left, .right, .right, .right])
        table.header = ["buffer at the arena's peak", "kind", "bytes", "offset", "of the arena"]
        table.rows = arena.buffers(at: peak.position).sorted { $0.bytes > $1.bytes }.map { buffer in
            [
                buffer.name.printable, ArenaKind(buffer).rawValue,
                Figures.grouped(UInt64(buffer.bytes)), Figures.grouped(UInt64(buffer.offsetBytes)),
                Figures.percent(UInt64(buffer.bytes), of: UInt64(arena.bytes)),
            ]
        }
        return map.picture.html + HTML.table(table)
            + HTML.paragraph(
                "\(arena.model), scheme \(arena.scheme): \(Figures.grouped(UInt64(peak.bytes))) of "
                    + "the arena's \(Figures.grouped(UInt64(arena.bytes))) bytes are in use during "
                    + "operation \(peak.position), \(arena.positions[peak.position].name). Buffers may share "
                    + "bytes where one is written as the other is consumed.",
                class: "note")
    }

    private var symbols: String {
        guard let symbols = record.symbols else { return "" }
        return table("Static SRAM by symbol", symbols.filter { $0.memory == .sram })
            + table("Flash by symbol", symbols.filter { $0.memory == .flash })
    }

    private func table(_ title: String, _ symbols: [SymbolRecord]) -> String {
        guard !symbols.isEmpty else { return "" }
        let total = symbols.reduce(0.0) { $0 + Double($1.bytes) }
        var table = TextTable([.left, .left, .right, .right])
        table.header = ["symbol", "section", "bytes", "share"]
        table.rows = symbols.prefix(Self.shownSymbols).map { symbol in
            let share = total > 0 ? Double(symbol.bytes) * 100 / total : 0
            return [
                symbol.name.printable, symbol.section?.printable ?? "",
                Figures.grouped(symbol.bytes), Figures.fixed(share, decimals: 1) + " %",
            ]
        }
        let rest = symbols.count - Self.shownSymbols
        let note =
            rest > 0
            ? HTML.paragraph(
                "and \(Figures.plural(rest, "symbol")) more, in the record", class: "note")
            : ""
        let summary = "\(title): \(Figures.fixed(total, decimals: 0)) bytes"
        return HTML.details(summary, HTML.table(table) + note)
    }
}
