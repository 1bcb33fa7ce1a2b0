// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The figures that a reader looks for first, each with what it is held against.
struct Headline {
    private let record: RunRecord
    private let statistics: StepStatistics?

    init(_ record: RunRecord) {
        self.record = record
        statistics = StepStatistics(record.steps)
    }

    var html: String {
        let sram = record.sram
        let flash = record.flash
        var cards = [
            memory("SRAM peak", sram.peakBytes, of: sram.limitBytes),
            memory("Flash", flash.usedBytes, of: flash.limitBytes),
        ]
        if let statistics {
            cards.append(
                card(
                    "One training step",
                    Figures.milliseconds(cycles: statistics.cycles.mean, clockHz: record.clockHz)
                        .shortMilliseconds,
                    "\(Chart.short(statistics.cycles.mean)) cycles, mean of "
                        + Figures.plural(statistics.count, "step")))
            if let loss = statistics.loss {
                cards.append(
                    card(
                        "Loss",
                        "\(Figures.fixed(loss.first, decimals: 3)) → "
                            + Figures.fixed(loss.last, decimals: 3),
                        "means of the first and last \(Figures.plural(loss.window, "step"))"))
            }
        } else {
            cards.append(
                card(
                    "Run",
                    Figures.milliseconds(
                        cycles: Double(record.total.cycles), clockHz: record.clockHz
                    )
                    .shortMilliseconds, "\(Chart.short(Double(record.total.cycles))) cycles"))
        }
        if let accuracy = Accuracy(record) {
            cards.append(card("Accuracy", accuracy.text, accuracy.note))
        }
        if let energy = EnergySection.headline(record) {
            cards.append(card("Energy of a step", energy.value, energy.note))
        }
        return lead + "<div class=\"cards\">\n\(cards.joined())</div>\n"
    }

    /// Where it ran and how it ended.
    private var lead: String {
        let verdict = record.outcome.exitCode == 0 ? "pass" : "fail"
        let place =
            "\(record.board) (\(record.core), \(Figures.frequency(record.clockHz)))"
        var text = "<p class=\"lead\">\(place.htmlEscaped): <span class=\"verdict \(verdict)\">"
        text += "\(OutcomeText.sentence(record).htmlEscaped)</span></p>\n"
        if let fault = record.fault { text += HTML.preformatted(FaultText.lines(fault)) }
        return text
    }

    private func card(_ name: String, _ value: String, _ note: String, meter: String = "") -> String
    {
        "<div class=\"card\"><span>\(name.htmlEscaped)</span><b>\(value.htmlEscaped)</b>\(meter)"
            + "<span>\(note.htmlEscaped)</span></div>\n"
    }

    private func memory(_ name: String, _ bytes: UInt64, of limit: UInt64) -> String {
        let share = limit > 0 ? Double(bytes) / Double(limit) : 0
        var drawing = SVG(width: 160, height: 6)
        drawing.rectangle(x: 0, y: 0, width: 160, height: 6, style: "track")
        drawing.rectangle(
            x: 0, y: 0, width: 160 * min(1, share), height: 6,
            style: "fill \(share > 1 ? "s1" : "s0")")
        let text = "\(Figures.percent(bytes, of: limit)) of \(Figures.kibibytes(limit))"
        return card(
            name, Figures.bytes(bytes), text, meter: drawing.element(label: "\(name): \(text)"))
    }
}

/// The accuracy that a firmware reports about what it has learnt.
struct Accuracy {
    let value: Double
    let text: String
    let note: String

    /// nil where the record has no metric with `accuracy` in its name.
    init?(_ record: RunRecord) {
        let metrics = record.metrics.filter { $0.name.lowercased().contains("accuracy") }
        guard let last = metrics.last, last.value.isFinite else { return nil }
        value = Double(last.value)
        let first = metrics[0].value
        text =
            metrics.count > 1
            ? "\(Figures.value(first)) → \(Figures.value(last.value))" : Figures.value(last.value)
        note =
            metrics.count > 1
            ? "\(metrics[0].name.printable) → \(last.name.printable)" : last.name.printable
    }
}

extension String {
    /// "235.968" → "236.0 ms": four digits are enough beside others.
    fileprivate var shortMilliseconds: String {
        guard let value = Double(filter { $0 != "," }), value.isFinite else { return self + " ms" }
        let decimals = value >= 1000 ? 0 : value >= 100 ? 1 : value >= 10 ? 2 : 3
        return (value < 0.1 ? self : Figures.fixed(value, decimals: decimals)) + " ms"
    }
}
