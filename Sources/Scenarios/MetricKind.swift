// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// A family of figures: `sram.peak`, or `phase.NAME.cycles.mean` with a name of the firmware's in it.
struct MetricKind: Sendable {
    let prefix: String
    let suffix: String
    /// Whether a name stands between the two.
    let isNamed: Bool
    let unit: FigureUnit
    /// One clause, for the documentation.
    let summary: String
    /// Whether less is better, as far as it is known.
    let lessIsBetter: Bool
    let figure: @Sendable (RunRecord, String) -> Figure

    /// - Parameter pattern: the name; NAME in it stands for what the firmware calls its own.
    init(
        _ pattern: String, _ unit: FigureUnit, _ summary: String, lessIsBetter: Bool = true,
        _ figure: @escaping @Sendable (RunRecord, String) -> Figure
    ) {
        if let range = pattern.firstRange(of: "NAME") {
            prefix = String(pattern[..<range.lowerBound])
            suffix = String(pattern[range.upperBound...])
            isNamed = true
        } else {
            (prefix, suffix, isNamed) = (pattern, "", false)
        }
        self.unit = unit
        self.summary = summary
        self.lessIsBetter = lessIsBetter
        self.figure = figure
    }

    var pattern: String { prefix + (isNamed ? "NAME" : "") + suffix }

    /// What stands for NAME in `name`; nil when the name is not of this family.
    func subject(in name: String) -> String? {
        guard isNamed else { return name == prefix ? "" : nil }
        guard name.count > prefix.count + suffix.count, name.hasPrefix(prefix),
            name.hasSuffix(suffix)
        else { return nil }
        return String(name.dropFirst(prefix.count).dropLast(suffix.count))
    }

    static let all: [MetricKind] = memory + steps + regions + energy + functions + learning + parts
}
