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
        samples: [[Int8]], labels: [Int] = [], rate: String = "0.01"
    ) throws -> HostTwin.Result {
        let plan = try TrainingPlan(
            graph, scheme: try scheme.resolve(for: graph), options: options)
        let project = try FirmwareProject(plan, boards: ["nrf52840"])
        return try Assembler.withTemporaryDirectory { folder in
            try HostTwin(project, gradientBits: options.gradientBytes * 8, in: folder)
                .run(samples, labels: labels, rate: rate)
        }
    }

    static let optionSets: [PassOptions] =
        [PassOptions(), PassOptions(readsInputByRows: true)]
        + PassOptions.Pass.allCases.filter { $0 != .slices }.map { PassOptions().without($0) }

    @Test(
        "should compute the logits of the interpreter, whatever passes run", arguments: optionSets)
    func logits(options: PassOptions) throws {
        for graph in [try Examples.small(), try Examples.pooled()] {
            let samples = Examples.samples(4, of: graph)
            let result = try Self.run(
                graph, Scheme(name: "last", update: .classifier), options, samples: samples)
            let interpreter = try Interpreter(graph)
            let expected = try samples.map { try interpreter.run([.int8($0)])[0].map(Int.init) }
            #expect(result.logits == expected)
        }
    }

    @Test("should train to the same parameters, whatever passes run")
    func passesChangeNothing() throws {
        for graph in [try Examples.small(), try Examples.pooled()] {
            let samples = Examples.samples(3, of: graph)
            let results = try Self.optionSets.map {
                try Self.run(
                    graph, try Examples.sparse(), $0, samples: samples, labels: [0, 3, 1])
            }
            #expect(Set(results[0].losses).count == 3)
            for result in results.dropFirst() { #expect(result == results[0]) }
        }
    }
}
