// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// What `kinglet compare` prints.
package enum ComparisonSummary {
    /// The whole comparison: a table of what decides for each group, where the memory, the cycles and the
    /// energy go, and what a reader must know.
    package static func text(_ comparison: ComparisonRecord) -> String {
        var blocks = [[heading(comparison)]]
        for group in ComparisonGroup.groups(of: comparison) {
            if let name = group.name { blocks.append(["== \(name.printable)"]) }
            blocks.append(group.overview.lines())
            blocks += [group.memory, group.cycles, group.energy].compactMap { $0?.lines() }
        }
        blocks.append(ComparisonNotes.lines(comparison))
        return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }

    private static func heading(_ comparison: ComparisonRecord) -> String {
        var parts = [Figures.plural(comparison.rows.count, "row")]
        if let steps = comparison.steps { parts.append(Figures.plural(steps, "emulated step")) }
        if let seed = comparison.seed { parts.append("seed \(seed)") }
        let summary = comparison.summary.map { ": \($0.printable)" } ?? ""
        return "\(comparison.name.printable)\(summary)\n\(parts.joined(separator: ", "))"
    }

    /// What the command exits with: that of the gravest row.
    package static func exitCode(_ comparison: ComparisonRecord) -> Int {
        let codes = Set(comparison.rows.map(\.exitCode)).subtracting([0])
        return [2, 3, 42, 1].first(where: codes.contains) ?? codes.max() ?? 0
    }
}
