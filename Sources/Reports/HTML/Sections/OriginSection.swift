// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// How far the cycles can be trusted, and what ran.
struct OriginSection {
    private let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    var html: String { warnings + fidelity + registers + image }

    private var warnings: String {
        record.warnings.isEmpty
            ? "" : HTML.heading("Warnings", level: 3) + HTML.list(record.warnings)
    }

    private var fidelity: String {
        let fidelity = record.fidelity
        var classes = TextTable([.left, .left, .left])
        classes.header = ["code", "basis", "what is known"]
        classes.rows = fidelity.classes.map {
            [$0.name.printable, $0.basis.printable, $0.statement.printable]
        }
        var parameters = TextTable([.left, .right])
        parameters.header = ["parameter", "value"]
        parameters.rows = fidelity.parameters.sorted { $0.key < $1.key }.map {
            [$0.key.printable, Chart.tick($0.value)]
        }
        return HTML.heading("Fidelity", level: 3)
            + HTML.paragraph("\(fidelity.model), \(fidelity.mode) mode")
            + HTML.table(classes, style: "words")
            + (parameters.rows.isEmpty
                ? "" : HTML.details("Parameters of the model", HTML.table(parameters)))
    }

    private var registers: String {
        guard !record.touchedRegisters.isEmpty else { return "" }
        var table = TextTable([.left, .right, .right])
        table.header = ["register without a model", "reads", "writes"]
        table.rows = record.touchedRegisters.map {
            [$0.address.printable, Figures.grouped($0.reads), Figures.grouped($0.writes)]
        }
        let count = Figures.plural(table.rows.count, "register")
        return HTML.details("\(count) without a model", HTML.table(table))
    }

    private var image: String {
        let image = record.image
        let items = [
            "image \(image.path) (\(image.format))", "SHA-256 \(image.sha256)",
            "arguments \(record.arguments.isEmpty ? "none" : record.arguments)",
            "\(Figures.grouped(record.total.cycles)) cycles and "
                + "\(Figures.grouped(record.total.instructions)) instructions in all, "
                + "\(Figures.grouped(record.sleepCycles)) cycles asleep",
            "Kinglet \(record.kingletVersion)",
        ]
        return HTML.heading("Image", level: 3) + HTML.list(items)
    }
}
