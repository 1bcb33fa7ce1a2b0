// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// What a run takes from its supply, by the currents in the board's file.
struct EnergySection {
    private let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    /// nil where the record has no energy of a step.
    static func headline(_ record: RunRecord) -> (value: String, note: String)? {
        guard let energy = record.energy, let joules = energy.stepMeanJoules else { return nil }
        return (text(joules), energy.basis.printable)
    }

    var html: String {
        guard let energy = record.energy else { return "" }
        var table = TextTable([.left, .right])
        table.rows = [
            ["supply", "\(number(energy.supplyVolts)) V"],
            ["current, running", "\(number(energy.runMilliamperes)) mA"],
        ]
        if let sleep = energy.sleepMilliamperes {
            table.rows.append(["current, asleep", "\(number(sleep)) mA"])
        }
        table.rows.append(["whole run", Self.text(energy.totalJoules)])
        table.rows.append(["  asleep", Self.text(energy.sleepJoules)])
        if let step = energy.stepMeanJoules {
            table.rows.append(["a step, mean", Self.text(step)])
        }
        table.rows += energy.phases.map {
            ["  \($0.name.printable)", Self.text($0.stepMeanJoules)]
        }
        if let battery = energy.battery, let steps = energy.stepsPerCharge {
            table.rows.append([
                "steps a charge of \(battery.name.printable), "
                    + "\(number(battery.milliampereHours)) mAh at \(number(battery.volts)) V",
                Figures.fixed(steps, decimals: 0),
            ])
        }
        table.header = ["energy, \(energy.basis.printable)", ""]
        return HTML.heading("Energy", level: 3) + HTML.table(table)
            + HTML.paragraph(energy.mode, class: "note") + HTML.list(energy.sources)
    }

    /// A mean step of several runs, by phase; nil where no run has energy.
    static func bars(_ records: [RunRecord]) -> StackedBars? {
        let runs = records.compactMap { record in
            record.energy.flatMap { energy in
                energy.stepMeanJoules.map { (record, energy, $0) }
            }
        }
        guard !runs.isEmpty else { return nil }
        var names: [String] = []
        for name in runs.flatMap(\.1.phases).map(\.name) where !names.contains(name) {
            names.append(name)
        }
        names = names.filter { $0 != PhaseShares.outside } + [PhaseShares.outside]
        return StackedBars(
            title: "Energy of a step by phase, estimated",
            parts: names.map { ($0, Chart.style(ofPhase: $0, among: names)) },
            bars: runs.map { record, energy, step in
                var values: [String: Double] = [:]
                for phase in energy.phases {
                    values[phase.name, default: 0] += max(0, phase.stepMeanJoules * 1e9)
                }
                let rest = step * 1e9 - values.values.reduce(0, +)
                values[PhaseShares.outside, default: 0] += max(0, rest)
                return StackedBars.Bar(name: record.name, values: values, text: text(step))
            }, unit: "nJ",
            note: "Typical currents of the datasheet times the modelled time; nothing was measured."
        )
    }

    /// "21.3 mJ".
    static func text(_ joules: Double) -> String {
        for (unit, scale) in [("J", 1.0), ("mJ", 1e-3), ("µJ", 1e-6)]
        where joules.magnitude >= scale {
            return Figures.fixed(joules / scale, decimals: 2) + " \(unit)"
        }
        return joules == 0 ? "0 J" : Figures.fixed(joules * 1e9, decimals: 2) + " nJ"
    }

    private func number(_ value: Double) -> String { Chart.trimmed(value) }
}
