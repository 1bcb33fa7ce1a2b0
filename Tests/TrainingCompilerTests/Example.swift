// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TestSupport
import TrainingCompiler

/// Graphs and schemes for tests.
enum Example {
    /// A published scheme with its network.
    static func published(_ name: String) throws -> (graph: Graph, scheme: ResolvedScheme) {
        let scheme = try Scheme.named(name)
        let graph = try NetworkShape.named(scheme.network ?? "").graph()
        return (graph, try scheme.resolve(for: graph))
    }

    /// SmallNetwork with a classifier of four classes.
    static func small(seed: UInt64 = 1) throws -> Graph {
        try NetworkShape.parse(yaml: SmallNetwork.yaml, file: "small.yaml")
            .graph(classes: 4, seed: seed)
    }
}
