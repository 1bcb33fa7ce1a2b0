// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// Cycles by layer, and by operation of the planned step.
struct LayerSection {
    private static let shownLayers = 48
    private let record: RunRecord

    init(_ record: RunRecord) { self.record = record }

    /// Empty where the record does not say.
    var html: String {
        guard let shares = LayerShares(record) else { return "" }
        return bars(shares).picture.html + operations
    }

    private func bars(_ shares: LayerShares) -> StackedBars {
        let total = max(1, shares.layers.reduce(0) { $0 + $1.total })
        let most = Set(
            shares.layers.indices.sorted { shares.layers[$0].total > shares.layers[$1].total }
                .prefix(Self.shownLayers))
        let hidden = shares.layers.count - most.count
        return StackedBars(
            title: "Cycles of a step by layer",
            parts: shares.phases.map { ($0, Chart.style(ofPhase: $0, among: shares.phases)) },
            bars: shares.layers.indices.filter { most.contains($0) }.map { index in
                let layer = shares.layers[index]
                return StackedBars.Bar(
                    name: layer.name, values: layer.cycles,
                    text: "\(Chart.short(layer.total)), "
                        + Figures.fixed(layer.total * 100 / total, decimals: 1) + " %")
            }, unit: "cycles",
            note: "Means over all steps, in the order of the network"
                + (hidden > 0 ? "; \(Figures.plural(hidden, "layer")) with less left out" : "")
                + ". Layers that run in one go stand together.", isDense: true)
    }

    private var operations: String {
        guard let operations = record.operations, let positions = record.arena?.positions else {
            return ""
        }
        let steps = max(1, Double(record.steps.count))
        var table = TextTable([.left, .right, .right, .right])
        table.header = ["operation", "number", "phase", "cycles per step"]
        table.rows = operations.compactMap { operation in
            guard positions.indices.contains(operation.position) else { return nil }
            return [
                positions[operation.position].name.printable, "\(operation.position)",
                operation.phase.printable,
                Figures.fixed(Double(operation.cycles) / steps, decimals: 0),
            ]
        }
        return HTML.details("Cycles by operation of the step", HTML.table(table))
    }
}
