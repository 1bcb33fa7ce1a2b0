// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// One thing that changed between the baseline and a run.
package struct Growth: Sendable, Equatable {
    package var name: String
    /// nil: it was not there.
    package var before: Double?
    /// nil: it is not there any more.
    package var after: Double?

    package init(name: String, before: Double?, after: Double?) {
        self.name = name
        self.before = before
        self.after = after
    }

    package var change: Double { (after ?? 0) - (before ?? 0) }
}

/// What changed among the parts of one kind, the largest change first.
package struct GrowthTable: Sendable, Equatable {
    package static let shownRows = 8

    /// "SRAM symbols"
    package var title: String
    package var unit: FigureUnit
    /// At most `shownRows`.
    package var rows: [Growth]
    /// Further parts that changed, and the sum of their changes.
    package var restCount: Int
    package var restChange: Double

    /// nil when nothing changed.
    init?(_ title: String, _ unit: FigureUnit, before: [String: Double], after: [String: Double]) {
        let names = Set(before.keys).union(after.keys)
        let changed = names.map { Growth(name: $0, before: before[$0], after: after[$0]) }
            .filter { $0.change != 0 }
            .sorted { ($1.change.magnitude, $0.name) < ($0.change.magnitude, $1.name) }
        guard !changed.isEmpty else { return nil }
        self.title = title
        self.unit = unit
        rows = Array(changed.prefix(Self.shownRows))
        let rest = changed.dropFirst(Self.shownRows)
        restCount = rest.count
        restChange = rest.reduce(0) { $0 + $1.change }
    }
}

extension GrowthTable {
    /// What may have moved a metric: parts of the memory, or of the time, that it counts.
    static func explaining(_ metric: Metric, _ record: RunRecord, _ baseline: Baseline)
        -> [GrowthTable]
    {
        let now = Baseline(record, name: baseline.name)
        switch metric.kind.prefix {
        case let name where name.hasPrefix("flash."):
            return [symbols("flash", "flash symbols", baseline, now)].compactMap { $0 }
        case "sram.static", "sram.touched":
            return memory(baseline, now)
        case "sram.peak", "step.sram_peak.max":
            let parts = ["sram.static", "sram.stack", "sram.heap"]
            return [figures(parts, "SRAM", .bytes, baseline, now)].compactMap { $0 }
                + memory(baseline, now)
        case "symbol.", "buffer.":
            return [buffers(baseline, now)].compactMap { $0 }
        case let name where metric.unit == .cycles || metric.unit == .instructions:
            guard !name.hasPrefix("region.") else { return [] }
            let suffix = metric.unit == .cycles ? ".cycles.mean" : ".instructions.mean"
            let names = Set(baseline.figures.keys).union(now.figures.keys)
                .filter { $0.hasPrefix("phase.") && $0.hasSuffix(suffix) && $0 != metric.name }
            let functions = metric.unit == .cycles ? functions(baseline, now) : nil
            return [figures(names.sorted(), "phases", metric.unit, baseline, now), functions]
                .compactMap { $0 }
        default: return []
        }
    }

    private static func memory(_ baseline: Baseline, _ now: Baseline) -> [GrowthTable] {
        [symbols("sram", "SRAM symbols", baseline, now), buffers(baseline, now)]
            .compactMap { $0 }
    }

    private static func symbols(
        _ memory: String, _ title: String, _ baseline: Baseline, _ now: Baseline
    ) -> GrowthTable? {
        guard let before = baseline.symbols, let after = now.symbols else { return nil }
        return GrowthTable(
            title, .bytes, before: (before[memory] ?? [:]).mapValues { Double($0) },
            after: (after[memory] ?? [:]).mapValues { Double($0) })
    }

    private static func buffers(_ baseline: Baseline, _ now: Baseline) -> GrowthTable? {
        guard let before = baseline.buffers, let after = now.buffers else { return nil }
        return GrowthTable(
            "arena buffers", .bytes, before: before.mapValues { Double($0) },
            after: after.mapValues { Double($0) })
    }

    private static func functions(_ baseline: Baseline, _ now: Baseline) -> GrowthTable? {
        guard let before = baseline.functions, let after = now.functions else { return nil }
        return GrowthTable(
            "functions, cycles of their own", .cycles, before: before.mapValues { Double($0) },
            after: after.mapValues { Double($0) })
    }

    private static func figures(
        _ names: [String], _ title: String, _ unit: FigureUnit, _ baseline: Baseline,
        _ now: Baseline
    ) -> GrowthTable? {
        func values(_ source: Baseline) -> [String: Double] {
            source.figures.filter { names.contains($0.key) }
        }
        return GrowthTable(title, unit, before: values(baseline), after: values(now))
    }
}
