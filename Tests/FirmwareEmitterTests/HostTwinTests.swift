// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareEmitter
import TensorGraph
import TestSupport
import Testing
import TrainingCompiler

@Suite("Emitted firmware, on this machine")
struct HostTwinTests {
    /// Emits, compiles, runs.
    static func run(
        _ graph: Graph, _ scheme: Scheme, _ options: PassOptions = PassOptions(),
        tiles: TileSizes? = nil, samples: [[Int8]], labels: [Int] = [], rate: String = "0.01",
        hold: Bool = false
    ) throws -> HostTwin.Result {
        let plan = try TrainingPlan(
            graph, scheme: try scheme.resolve(for: graph), options: options, tiles: tiles)
        if tiles != nil { try #require(!plan.schedule.tiledBlocks.isEmpty) }
        let project = try FirmwareProject(plan, boards: ["nrf52840"])
        return try Assembler.withTemporaryDirectory { folder in
            try HostTwin(project, gradientBits: options.gradientBytes * 8, in: folder)
                .run(samples, labels: labels, rate: rate, hold: hold)
        }
    }

    struct Variant: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let options: PassOptions
    }

    static let variants: [Variant] =
        [
            Variant(testDescription: "all passes", options: PassOptions()),
            Variant(testDescription: "by rows", options: PassOptions(readsInputByRows: true)),
        ]
        + PassOptions.Pass.allCases.filter { $0 != .slices }.map {
            Variant(testDescription: "without \($0.rawValue)", options: PassOptions().without($0))
        }

    @Test(
        "should compute the logits of the interpreter, whatever passes run", arguments: variants)
    func logits(variant: Variant) throws {
        for graph in [try Examples.small(), try Examples.pooled()] {
            let samples = Examples.samples(4, of: graph)
            let result = try Self.run(
                graph, Scheme(name: "last", update: .classifier), variant.options,
                samples: samples)
            let interpreter = try Interpreter(graph)
            let logits = try graph.logits.orThrow()
            let expected = try samples.map {
                try interpreter.activations([.int8($0)])[logits.index].map(Int.init)
            }
            #expect(result.logits == expected)
        }
    }

    /// All but `tiles`, which rounds elsewhere: `GradientTests` says how well.
    @Test("should train to the same parameters, whatever passes run")
    func passesChangeNothing() throws {
        for graph in [try Examples.small(), try Examples.pooled()] {
            let samples = Examples.samples(3, of: graph)
            let results = try Self.variants.map {
                try Self.run(
                    graph, try Examples.sparse(), $0.options.without(.tiles), samples: samples,
                    labels: [0, 3, 1])
            }
            #expect(Set(results[0].losses).count == 3)
            for result in results.dropFirst() { #expect(result == results[0]) }
            let untrained = try Self.run(graph, try Examples.sparse(), samples: samples)
            for (name, values) in results[0].parameters where !name.hasSuffix(" weights") {
                #expect(untrained.parameters[name] != values, "\(name)")
            }
        }
    }
}
