// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// Where cycles go: steps, phases, functions.
struct CyclesSection {
    private static let shownSteps = 200
    private static let shownFunctions = 20
    private let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    var html: String {
        let body =
            Self.bars([record]).picture.html + (StepChart(record)?.picture.html ?? "")
            + LayerSection(record).html + functions + memorySystem + ledger + regions
        return body.isEmpty ? "" : HTML.heading("Cycles", level: 3) + body
    }

    /// A mean step of several runs, by phase.
    static func bars(_ records: [RunRecord]) -> StackedBars {
        let runs = records.compactMap { record in
            StepStatistics(record.steps).map { (record, $0, PhaseShares($0)) }
        }
        let names = PhaseShares.names(runs.map(\.2))
        return StackedBars(
            title: "Cycles of a step by phase",
            parts: names.map { ($0, Chart.style(ofPhase: $0, among: names)) },
            bars: runs.map { record, statistics, shares in
                let time = Figures.milliseconds(
                    cycles: statistics.cycles.mean, clockHz: record.clockHz)
                return StackedBars.Bar(
                    name: record.name,
                    values: Dictionary(
                        shares.parts.map { ($0.name, max(0, $0.cycles)) }, uniquingKeysWith: +),
                    text: "\(Chart.short(statistics.cycles.mean)), \(time) ms")
            }, unit: "cycles", note: "Means over all steps.")
    }

    private var functions: String {
        guard let functions = record.functions, !functions.isEmpty else { return "" }
        let most = functions.sorted { $0.selfCycles > $1.selfCycles }
        let total = max(1, Double(record.total.cycles))
        let bars = StackedBars(
            title: "Cycles by function, whole run", parts: [("of its own", "s0")],
            bars: most.prefix(Self.shownFunctions).map { function in
                StackedBars.Bar(
                    name: function.name, values: ["of its own": Double(function.selfCycles)],
                    text: "\(Chart.short(Double(function.selfCycles))), "
                        + Figures.fixed(Double(function.selfCycles) * 100 / total, decimals: 1)
                        + " %")
            }, unit: "cycles", isDense: true)
        var table = TextTable([.left, .right, .right, .right])
        table.header = ["function", "own cycles", "with callees", "calls"]
        table.rows = most.map {
            [
                $0.name.printable, Figures.grouped($0.selfCycles), Figures.grouped($0.totalCycles),
                Figures.grouped($0.calls),
            ]
        }
        return bars.picture.html
            + HTML.details("All \(Figures.plural(functions.count, "function"))", HTML.table(table))
    }

    private var memorySystem: String {
        guard let system = record.memorySystem else { return "" }
        var lines = TextTable([.left, .right, .right, .right])
        lines.header = MemorySystemText.header
        lines.rows = MemorySystemText.rows(system)
        return HTML.heading("Caches and flash lines", level: 3)
            + (lines.rows.isEmpty ? "" : HTML.table(lines))
            + HTML.paragraph(MemorySystemText.sentence(system))
    }

    private var ledger: String {
        guard let statistics = StepStatistics(record.steps) else { return "" }
        let names = statistics.phases.map(\.name)
        var table = TextTable(Array(repeating: .right, count: names.count + 6))
        table.header =
            ["step", "cycles", "ms"] + names.map(\.printable) + ["SRAM peak, B", "loss"]
        let steps = record.steps
        let half = Self.shownSteps / 2
        let shown =
            steps.count <= Self.shownSteps ? steps[...] : steps.prefix(half) + steps.suffix(half)
        table.rows = shown.map { row($0, names) }
        let hidden = steps.count - shown.count
        let note =
            hidden > 0
            ? HTML.paragraph(
                "The first and the last \(half) of \(Figures.plural(steps.count, "step")); all are in "
                    + "the record.", class: "note") : ""
        return HTML.details(
            "Ledger: cycles, SRAM peak and loss of \(Figures.plural(steps.count, "step"))",
            note + HTML.table(table))
    }

    private func row(_ step: StepRecord, _ names: [String]) -> [String] {
        let phases = names.map { name in
            let cycles = step.phases.filter { $0.name == name }.reduce(0.0) {
                $0 + Double($1.cycles)
            }
            return Figures.fixed(cycles, decimals: 0)
        }
        return ["\(step.index)", Figures.grouped(step.cycles)]
            + [Figures.milliseconds(cycles: Double(step.cycles), clockHz: record.clockHz)] + phases
            + [Figures.grouped(step.sramPeakBytes), step.loss.map { Figures.value($0) } ?? "n/a"]
    }

    private var regions: String {
        guard !record.regions.isEmpty else { return "" }
        return HTML.details(
            "Regions", HTML.preformatted(RunSummary.regions(record)))
    }
}
