// SPDX-License-Identifier: GPL-2.0-or-later
import FirmwareEmitter
import TensorGraph
import TestSupport
import Testing
import TrainingCompiler

@Suite("Emitted training steps, against double precision")
struct GradientTests {
    struct Job: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let update: Scheme.Update
        var gradientBytes = 2
        /// Of the differences' norm, relative to the step's.
        var tolerance = 0.005
        /// Samples of one step; more than one with accumulators.
        var labels = [2]
        var accumulates = false
        var rate = 0.0005
        var tiles: TileSizes?
    }

    static func jobs() throws -> [Job] {
        let parts = try Examples.sparse().update
        let expansions = Scheme.Update.sparse(
            biases: 7,
            weights: [
                .init(layer: .number(3), ratio: try Examples.half()), .init(layer: .number(6)),
            ])
        return [
            Job(testDescription: "all parameters", update: .full),
            Job(testDescription: "parts of layers", update: parts),
            Job(testDescription: "biases", update: .biases(last: nil)),
            Job(
                testDescription: "a batch of three", update: parts, labels: [2, 0, 1],
                accumulates: true, rate: 0.05),
            Job(
                testDescription: "biases, in tiles", update: .biases(last: nil),
                tiles: TileSizes()),
            Job(
                testDescription: "expansions, in tiles", update: expansions, accumulates: true,
                tiles: TileSizes()),
            Job(
                testDescription: "8-bit gradients", update: .full, gradientBytes: 1,
                tolerance: 0.3),
        ]
    }

    @Test("should move parameters by rate times gradient over squared scale")
    func steps() throws {
        for job in try Self.jobs() {
            try check(job, try Examples.small())
            try check(job, try Examples.pooled())
        }
    }

    private func check(_ job: Job, _ graph: Graph) throws {
        var options = PassOptions(gradientBytes: job.gradientBytes, residualBytes: 2)
        options.accumulates = job.accumulates
        let scheme = try Scheme(name: "s", update: job.update).resolve(for: graph)
        let samples = Examples.samples(job.labels.count, of: graph)
        let result = try HostTwinTests.run(
            graph, Scheme(name: "s", update: job.update), options, tiles: job.tiles,
            samples: samples, labels: job.labels, rate: "\(job.rate)", hold: true)
        // Held steps leave the parameters alone: all samples see the same.
        let references = try zip(samples, job.labels).map {
            try ReferenceStep(graph, sample: $0.0, label: $0.1)
        }
        for (loss, reference) in zip(result.losses, references) {
            #expect(abs(Double(Float(bitPattern: loss)) - reference.loss) < 1e-4)
        }
        var compared = 0
        for layer in scheme.layers {
            let node = graph.nodes[layer.node]
            let name = graph.name(of: node)
            let parameters = try node.parameters.orThrow()
            let scales = graph.quantization(of: parameters.weights)
            let rows = graph.outputShape(of: node).channels
            if layer.trainsBias {
                let before = try graph[parameters.bias].int32Values.orThrow()
                let after = try result.parameters["\(name) biases"].orThrow()
                let input = Double(graph.quantization(of: node.inputs[0]).scale)
                let gradient = try sum(references.map { try $0.biases[layer.node].orThrow() })
                let expected = gradient.enumerated().map {
                    -job.rate * $0.element / (Double(scales.scale(ofChannel: $0.offset)) * input)
                }
                let moved = zip(after, before).map { Double($0.0 - Int($0.1)) }
                // Rounded to its unit, which is half of what a bias may be off.
                expectEqual(moved, expected, job, "\(name) biases", slack: 0.5)
                compared += 1
            }
            guard layer.trainsWeights else { continue }
            let moved = try movedWeights(layer, graph, result, isAccumulator: job.accumulates)
            let gradient = try sum(references.map { try $0.weights[layer.node].orThrow() })
            let isDepthwise = node.operation.name == "depthwise"
            let expected = moved.map { position, _ in
                let row = isDepthwise ? position % rows : position / (gradient.count / rows)
                return -job.rate * gradient[position] / Double(scales.scale(ofChannel: row))
            }
            expectEqual(
                moved.map(\.step), expected, job, "\(name) weights",
                slack: 0.5 * Double(job.labels.count) / (job.accumulates ? 256 : 65536))
            compared += 1
        }
        #expect(compared >= scheme.layers.count)
    }

    private func sum(_ gradients: [[Double]]) -> [Double] {
        gradients.dropFirst().reduce(gradients[0]) { zip($0, $1).map { $0.0 + $0.1 } }
    }

    /// Positions in the whole layer of trained weights that cannot have saturated, and their steps.
    private func movedWeights(
        _ layer: TrainedLayer, _ graph: Graph, _ result: HostTwin.Result, isAccumulator: Bool
    ) throws -> [(position: Int, step: Double)] {
        let node = graph.nodes[layer.node]
        let name = graph.name(of: node)
        let parameters = try node.parameters.orThrow()
        let before = try graph[parameters.weights].int8Values.orThrow()
        let after = try result.parameters["\(name) weights"].orThrow()
        let residuals = try result.parameters["\(name) residuals"].orThrow()
        let channels = Set(layer.channels)
        let trained = before.indices.filter { channels.contains($0 % layer.channelCount) }
        let isWhole = after.count == before.count
        #expect(residuals.count == trained.count)
        let unit = isAccumulator ? 256.0 : 65536.0
        return trained.enumerated().compactMap { index, position in
            let value = Double(after[isWhole ? position : index])
            guard abs(value) < 127, before[position].magnitude < 127 else { return nil }
            return (position, value + Double(residuals[index]) / unit - Double(before[position]))
        }
    }

    private func expectEqual(
        _ found: [Double], _ expected: [Double], _ job: Job, _ name: String, slack: Double
    ) {
        func norm(_ values: [Double]) -> Double {
            values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        }
        let difference = norm(zip(found, expected).map { $0.0 - $0.1 })
        let allowed =
            job.tolerance * norm(expected) + slack * Double(expected.count).squareRoot()
        #expect(found.count == expected.count && norm(expected) > 0)
        #expect(
            difference <= allowed,
            "\(job.testDescription), \(name): off by \(difference) of \(norm(expected))")
    }
}
