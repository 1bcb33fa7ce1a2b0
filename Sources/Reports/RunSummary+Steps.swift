// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

extension RunSummary {
    static func steps(_ record: RunRecord) -> [String] {
        guard let statistics = StepStatistics(record.steps) else { return [] }
        var table = TextTable([.left, .right, .right, .right])
        table.header = [Figures.plural(statistics.count, "step"), "mean", "min", "max"]
        let cycles = statistics.cycles
        func milliseconds(_ cycles: Double) -> String {
            Figures.milliseconds(cycles: cycles, clockHz: record.clockHz)
        }
        table.rows = [
            spread("cycles", cycles),
            [
                "milliseconds", milliseconds(cycles.mean), milliseconds(Double(cycles.minimum)),
                milliseconds(Double(cycles.maximum)),
            ],
            spread("instructions", statistics.instructions),
        ]
        var lines = table.lines()
        if !statistics.phases.isEmpty { lines += [""] + phases(statistics, record) }
        if let loss = statistics.loss {
            lines += [
                "",
                "loss \(loss.text) (means of the first and last "
                    + "\(Figures.plural(loss.window, "step")))",
            ]
        }
        return lines
    }

    private static func spread(_ name: String, _ spread: StepStatistics.Spread) -> [String] {
        [
            name, Figures.fixed(spread.mean, decimals: 0), Figures.grouped(spread.minimum),
            Figures.grouped(spread.maximum),
        ]
    }

    private static func phases(_ statistics: StepStatistics, _ record: RunRecord) -> [String] {
        var table = TextTable([.left, .right, .right, .right])
        table.header = ["phase, mean per step", "cycles", "milliseconds", "share"]
        var rest = statistics.cycles.mean
        func row(_ name: String, _ cycles: Double) -> [String] {
            let share =
                statistics.cycles.mean > 0
                ? Figures.fixed(cycles * 100 / statistics.cycles.mean, decimals: 1) + " %" : "n/a"
            return [
                name, Figures.fixed(cycles, decimals: 0),
                Figures.milliseconds(cycles: cycles, clockHz: record.clockHz), share,
            ]
        }
        for phase in statistics.phases {
            table.rows.append(row(phase.name.printable, phase.meanCycles))
            rest -= phase.meanCycles
        }
        // Phases can exceed their step only in a record that did not come from a run.
        if rest >= 0.5 { table.rows.append(row("outside phases", rest)) }
        return table.lines()
    }

    static func regions(_ record: RunRecord) -> [String] {
        guard !record.regions.isEmpty else { return [] }
        var names: [String] = []
        var passages: [String: [RegionRecord]] = [:]
        for region in record.regions {
            if passages[region.name] == nil { names.append(region.name) }
            passages[region.name, default: []].append(region)
        }
        var table = TextTable([.left, .right, .right, .right, .right])
        table.header = ["region", "passages", "cycles mean", "min", "max"]
        for name in names {
            guard let all = passages[name],
                let cycles = StepStatistics.Spread(all.map(\.cycles))
            else { continue }
            table.rows.append([
                name.printable, Figures.grouped(UInt64(all.count)),
                Figures.fixed(cycles.mean, decimals: 0), Figures.grouped(cycles.minimum),
                Figures.grouped(cycles.maximum),
            ])
        }
        return table.lines()
    }
}
