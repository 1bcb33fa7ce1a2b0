// SPDX-License-Identifier: GPL-2.0-or-later
import Reports

/// The most that a run may need of something, for `expect(_:within:)`.
public struct RunBudget: Sendable {
    /// `SRAM peak`, …
    let title: String
    /// What the run needs and may need, as text, and by how much it is beyond; nil when it is within.
    let excess: @Sendable (RunRecord) throws(FigureUnavailable) -> String?
    /// What the figure is made of, a line each.
    let explanation: @Sendable (RunRecord) -> [String]

    private init<Unit>(
        _ title: String, _ limit: Quantity<Unit>,
        _ figure: @escaping @Sendable (RunRecord) throws(FigureUnavailable) -> Quantity<Unit>,
        _ explanation: @escaping @Sendable (RunRecord) -> [String]
    ) {
        self.title = title
        self.explanation = explanation
        excess = { (record) throws(FigureUnavailable) in
            let count = try figure(record).count
            guard count > limit.count else { return nil }
            return "\(Unit.text(count)), \(Unit.text(count - limit.count)) more than the budget "
                + "of \(Unit.text(limit.count))"
        }
    }

    /// The most of static, stack and heap in use at one time.
    public static func sramPeak(_ limit: Bytes) -> Self {
        Self("SRAM peak", limit, { record in record.sram.peak }) {
            [$0.sram.parts] + Explanation.symbols($0, .sram) + Explanation.arena($0)
        }
    }

    /// `.data`, `.bss` and other allocated sections.
    public static func staticSRAM(_ limit: Bytes) -> Self {
        Self("static SRAM", limit, { record in record.sram.statics }) {
            Explanation.symbols($0, .sram) + Explanation.arena($0)
        }
    }

    /// Deepest main stack plus deepest process stack.
    public static func stack(_ limit: Bytes) -> Self {
        Self("stack", limit, { record in record.sram.stack }) { [$0.sram.stackParts] }
    }

    /// Highest program break above the heap's start.
    public static func heap(_ limit: Bytes) -> Self {
        Self("heap", limit, { record in record.sram.heap }) { _ in [] }
    }

    /// From the lowest to the highest byte that is programmed, `.data` included.
    public static func flash(_ limit: Bytes) -> Self {
        Self("flash", limit, { record in record.flash.used }) { Explanation.symbols($0, .flash) }
    }

    /// The longest training step. A run without steps fails.
    public static func step(_ limit: Cycles) -> Self {
        Self(
            "longest step", limit,
            { (record) throws(FigureUnavailable) in try record.stepCycles.most }, Explanation.phases
        )
    }

    /// The whole run, without sleep.
    public static func total(_ limit: Cycles) -> Self {
        Self("whole run", limit, { record in record.cycles }) { _ in [] }
    }
}

/// What figures are made of.
private enum Explanation {
    static let shownRows = 5

    static func symbols(_ record: RunRecord, _ memory: SymbolRecord.Memory) -> [String] {
        let all = (record.symbols ?? []).filter { $0.memory == memory }
        guard !all.isEmpty else { return [] }
        let shown = all.prefix(shownRows).map {
            "\($0.name.printable) \(Figures.bytes($0.bytes))"
                + ($0.section.map { " (\($0.printable))" } ?? "")
        }
        let rest = all.dropFirst(shownRows)
        let restBytes = rest.reduce(0) { $0 + $1.bytes }
        return [
            "largest symbols: " + shown.joined(separator: ", ")
                + (rest.isEmpty ? "" : ", \(rest.count) more \(Figures.bytes(restBytes))")
        ]
    }

    static func arena(_ record: RunRecord) -> [String] {
        guard let arena = record.arena, let peak = arena.peak else { return [] }
        let position = arena.positions[peak.position]
        let buffers = arena.buffers(at: peak.position).sorted { $0.bytes > $1.bytes }
        let shown = buffers.prefix(shownRows).map {
            "\($0.name.printable) \(Figures.bytes(UInt64(max(0, $0.bytes))))"
        }
        return [
            "\(arena.symbol.printable) is fullest at \(position.name.printable) "
                + "(\(position.phase.printable)): "
                + shown.joined(separator: ", ")
                + (buffers.count > shownRows ? ", \(buffers.count - shownRows) more" : "")
        ]
    }

    static func phases(_ record: RunRecord) -> [String] {
        guard let step = record.steps.max(by: { $0.cycles < $1.cycles }) else { return [] }
        let parts = step.phases.map { "\($0.name.printable) \(Cycles($0.cycles))" }
        return ["step \(step.index)" + (parts.isEmpty ? "" : ": " + parts.joined(separator: ", "))]
    }
}
