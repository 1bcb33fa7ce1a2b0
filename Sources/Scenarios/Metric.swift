// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel
import Suggestions

/// A figure that a run has, by its name in budgets: `sram.peak`, `phase.forward.cycles.mean`.
package struct Metric: Sendable, Hashable {
    /// The full name.
    package let name: String
    let kind: MetricKind
    /// What stands for NAME; empty for figures without.
    let subject: String

    /// nil for a name that is none; `Metric.hint` then says which is near.
    package init?(_ name: String) {
        for kind in MetricKind.all {
            guard let subject = kind.subject(in: name) else { continue }
            self.name = name
            self.kind = kind
            self.subject = subject
            return
        }
        return nil
    }

    init(_ kind: MetricKind, _ subject: String = "") {
        self.kind = kind
        self.subject = subject
        name = kind.prefix + subject + kind.suffix
    }

    package var unit: FigureUnit { kind.unit }

    /// Whether a run has it only where its functions are counted.
    package var needsProfile: Bool { kind.prefix == "function." }

    /// The figure in a run, or why it has none.
    package func figure(in record: RunRecord) -> Figure {
        kind.figure(record, subject)
    }

    package static func == (a: Metric, b: Metric) -> Bool { a.name == b.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// All names, with NAME for what the firmware calls its own.
    package static let validNames = MetricKind.all.map(\.pattern)

    /// Names near to `text`, which is none: for "did you mean".
    static func candidates(for text: String) -> [String] {
        let subject = text.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first
        return MetricKind.all.map { kind in
            kind.isNamed ? kind.prefix + (subject ?? "") + kind.suffix : kind.pattern
        }
    }
}

/// A figure of a run, or why there is none.
package enum Figure: Sendable, Equatable {
    case value(Double)
    /// A clause: "the run has no training steps".
    case missing(String)

    package var value: Double? {
        if case .value(let value) = self { value } else { nil }
    }

    /// A figure without noise beyond its third decimal: baselines hold it so.
    static func mean(_ value: Double) -> Figure { .value((value * 1000).rounded() / 1000) }

    /// What is not among `names`.
    static func unknown(_ what: String, _ name: String, among names: [String]) -> Figure {
        guard !names.isEmpty else { return .missing("the run has no \(what)s") }
        let hint = Suggestion.nearest(to: name, among: names).map { ", did you mean '\($0)'?" }
        let shown = 12
        let list = names.prefix(shown).joined(separator: ", ")
        let rest = names.count > shown ? " and \(names.count - shown) more" : ""
        return .missing("the run has no \(what) '\(name)'\(hint ?? ""); it has: \(list)\(rest)")
    }
}
