// SPDX-License-Identifier: GPL-2.0-or-later

extension ComparisonRecord {
    /// The same rows with ratios to their group's first row, and with who dominates whom.
    package func compared() -> ComparisonRecord {
        var result = self
        let objectives = objectives.compactMap(ComparisonFigure.init)
        for index in rows.indices {
            let group = rows.filter { $0.group == rows[index].group }
            result.rows[index].ratios = group.first.map { rows[index].ratios(to: $0) } ?? [:]
            result.rows[index].dominatedBy =
                group.filter { $0.dominates(rows[index], in: objectives) }.map(\.name)
        }
        return result
    }
}

extension ComparisonRow {
    /// Every figure that both rows have over the other's; none where that is 0.
    func ratios(to first: ComparisonRow) -> [String: Double] {
        var ratios: [String: Double] = [:]
        for figure in ComparisonFigure.allCases {
            guard let value = value(figure), let base = first.value(figure), base != 0,
                (value / base).isFinite
            else { continue }
            ratios[figure.rawValue] = value / base
        }
        return ratios
    }

    /// Whether this row is no worse in any objective, and better in one.
    ///
    /// Rows that failed neither dominate nor are dominated. An objective that neither has is left out, but
    /// what two rows are worth that train something else is not known without their accuracy: they stand
    /// side by side unless both have it, or loss or accuracy is no objective.
    func dominates(_ other: ComparisonRow, in objectives: [ComparisonFigure]) -> Bool {
        guard succeeded, other.succeeded else { return false }
        var isBetter = false
        for objective in objectives {
            let own = value(objective)
            let others = other.value(objective)
            if own == nil, others == nil {
                if objective.measuresLearning, !trainsTheSame(as: other) { return false }
                continue
            }
            guard let own, let others, !own.isNaN, !others.isNaN else { return false }
            if objective.prefersMore ? own < others : own > others { return false }
            if own != others { isBetter = true }
        }
        return isBetter
    }

    private func trainsTheSame(as other: ComparisonRow) -> Bool {
        model == other.model && scheme == other.scheme
    }
}

extension ComparisonFigure {
    fileprivate var measuresLearning: Bool { self == .accuracy || self == .lastLoss }
}
