// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// Whatever a reader of a comparison's tables must know and cannot see in them.
package enum ComparisonNotes {
    package static func lines(_ comparison: ComparisonRecord) -> [String] {
        var lines = comparison.rows.flatMap(row)
        lines += twins(comparison)
        lines += data(comparison)
        lines += method(comparison)
        return lines
    }

    /// `group/name`.
    private static func name(_ row: ComparisonRow) -> String {
        ((row.group.map { "\($0)/" } ?? "") + row.name).printable
    }

    private static func row(_ row: ComparisonRow) -> [String] {
        var lines: [String] = []
        if let misfit = misfit(row) { lines.append("* \(misfit)") }
        lines += failures(row).flatMap { "FAILED \($0)".printableLines }
        lines += (row.record?.warnings ?? []).map { "\(name(row)): warning: \($0)".printable }
        return lines
    }

    /// How much larger than its board a row is that ran on another one.
    package static func misfit(_ row: ComparisonRow) -> String? {
        guard let misfit = row.misfit, let record = row.record else { return nil }
        let times = Double(record.sram.peakBytes) / Double(max(1, misfit.sramLimitBytes))
        return "\(name(row)): does not fit \(misfit.board.printable); measured on "
            + "\(row.board.printable), it needs \(Figures.grouped(record.sram.peakBytes)) "
            + "of \(Figures.bytes(misfit.sramLimitBytes)) SRAM "
            + "(\(Figures.fixed(times, decimals: 2)) times) and "
            + "\(Figures.grouped(record.flash.usedBytes)) of "
            + "\(Figures.bytes(misfit.flashLimitBytes)) flash"
    }

    /// Why a row failed, with its name; empty where it did not.
    package static func failures(_ row: ComparisonRow) -> [String] {
        var reasons: [String] = []
        if let failure = row.failure {
            reasons.append(failure)
        } else if let record = row.record, record.outcome.exitCode != 0 {
            let cause = record.fault.map { ": \($0.cause), at \(FaultText.place($0.pc))" } ?? ""
            reasons.append("\(OutcomeText.sentence(record))\(cause)")
        }
        if let twin = row.twin, !twin.equal {
            reasons.append(
                "after \(Figures.plural(twin.comparedSteps, "step")) the emulated firmware has trained "
                    + "\(twin.emulatedHash), its host twin \(twin.comparedHash)")
        }
        return reasons.map { "\(name(row)): \($0)" }
    }

    private static func twins(_ comparison: ComparisonRecord) -> [String] {
        let twins = comparison.rows.compactMap(\.twin)
        let equal = twins.filter(\.equal)
        guard let twin = equal.first else { return [] }
        let steps = Set(equal.map(\.steps)).count == 1 ? Figures.plural(twin.steps, "step") : nil
        return [
            "Loss and accuracy: after \(steps ?? "the steps") of the host twin. It has the trained "
                + "parameters of the emulated run, bit for bit, after that run's steps in "
                + "\(equal.count) of \(Figures.plural(twins.count, "row"))."
        ]
    }

    /// What rows without data mean; empty where all have some.
    package static func data(_ comparison: ComparisonRecord) -> [String] {
        guard comparison.rows.contains(where: { $0.data == ComparisonRow.noise }) else { return [] }
        return [
            "Trained on noise, since no 'files' are given: memory and cycles hold, loss and "
                + "accuracy mean nothing, and there is no long run."
        ]
    }

    private static func method(_ comparison: ComparisonRecord) -> [String] {
        var lines = [
            "Ratios are to the first row\(comparison.rows.contains { $0.group != nil } ? " of the group" : "").",
            "A row is dominated by those no worse in \(comparison.objectives.joined(separator: ", ")) "
                + "and better in one; rows that train something else need accuracies for that.",
        ]
        var seen: Set<String> = []
        for record in comparison.rows.compactMap(\.record) {
            let line = "Cycles: \(FidelityText.line(record.fidelity))."
            if seen.insert(line).inserted { lines.append(line) }
        }
        for energy in comparison.rows.compactMap(\.record?.energy) {
            let battery = energy.battery.map { "; charge of \($0.name)".printable } ?? ""
            let line =
                "Energy: \(energy.basis.printable), \(EnergyText.conditions(energy))\(battery)."
            if seen.insert(line).inserted { lines.append(line) }
        }
        return lines
    }
}
