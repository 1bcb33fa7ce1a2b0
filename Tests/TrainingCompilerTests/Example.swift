// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// Graphs and schemes for tests.
enum Example {
    /// A published scheme with its network.
    static func published(_ name: String) throws -> (graph: Graph, scheme: ResolvedScheme) {
        let scheme = try Scheme.named(name)
        let graph = try NetworkShape.named(scheme.network ?? "").graph()
        return (graph, try scheme.resolve(for: graph))
    }

    /// Three blocks, 9 convolutions: 0 stem, 1-2 block0, 3-5 block1, 6-8 block2 (residual).
    static func small(seed: UInt64 = 1) throws -> Graph {
        try NetworkShape.parse(
            yaml: """
                schema_version: 1
                name: small
                input: [16, 16, 3]
                stem: {channels: 8, kernel: 3, stride: 2}
                blocks:
                  - {kernel: 3, stride: 1, channels: 4}
                  - {expand: 16, kernel: 5, stride: 2, channels: 8}
                  - {expand: 24, kernel: 3, stride: 1, channels: 8, residual: true}
                """, file: "small.yaml"
        ).graph(classes: 4, seed: seed)
    }
}
