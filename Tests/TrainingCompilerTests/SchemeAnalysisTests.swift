// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Published schemes against their authors' figures")
struct SchemeAnalysisTests {
    /// dX, dW and step in MMAC, as published or computed from the published shapes.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let inputGradients: Double
        let weightGradients: Double
        let step: Double
        var testDescription: String { name }

        init(_ name: String, _ inputGradients: Double, _ weightGradients: Double, _ step: Double) {
            self.name = name
            self.inputGradients = inputGradients
            self.weightGradients = weightGradients
            self.step = step
        }
    }

    static let rows = [
        Row("mcunet-49kb", 9.15, 0.77, 32.4), Row("mcunet-74kb", 9.41, 1.88, 33.8),
        Row("mcunet-99kb", 9.82, 2.47, 34.8), Row("mcunet-124kb", 10.73, 2.61, 35.8),
        Row("mcunet-148kb", 10.23, 3.21, 35.9), Row("mbv2-49kb", 3.74, 0.95, 21.3),
        Row("mbv2-73kb", 4.93, 1.24, 22.8), Row("mbv2-99kb", 5.76, 2.11, 24.5),
        Row("mbv2-123kb", 6.81, 2.37, 25.8), Row("mbv2-138kb", 7.41, 2.53, 26.6),
        Row("proxyless-49kb", 5.10, 0.81, 24.5), Row("proxyless-74kb", 6.59, 1.29, 26.5),
        Row("proxyless-98kb", 5.84, 1.67, 26.1), Row("proxyless-120kb", 7.03, 1.97, 27.6),
        Row("proxyless-148kb", 9.64, 2.16, 30.4),
    ]

    @Test("should need the memory in the scheme's name, in whole KiB", arguments: rows)
    func memory(row: Row) throws {
        let (graph, scheme) = try Example.published(row.name)
        let kibibytes = scheme.analyticBytes(in: graph) / 1024
        #expect("\(row.name.split(separator: "-")[0])-\(kibibytes)kb" == row.name)
    }

    @Test("should need the published arithmetic", arguments: rows)
    func arithmetic(row: Row) throws {
        let (graph, scheme) = try Example.published(row.name)
        let macs = scheme.macs(in: graph)
        #expect(abs(Double(macs.inputGradients) / 1e6 - row.inputGradients) <= 0.00501)
        #expect(abs(Double(macs.weightGradients) / 1e6 - row.weightGradients) <= 0.00501)
        #expect(abs(Double(macs.step) / 1e6 - row.step) <= 0.0501)
    }

    @Test(
        "should have the published shapes",
        arguments: [
            ("mbv2-w0.35", 51, 16.65, 238_688, 5_760, 48.2),
            ("proxyless-w0.3", 60, 18.62, 320_816, 5_416, 54.1),
            ("mcunet-5fps", 42, 22.45, 463_216, 6_008, 65.6),
        ])
    func networks(
        name: String, convolutions: Int, forward: Double, weights: Int, biases: Int, full: Double
    ) throws {
        let graph = try NetworkShape.named(name).graph(classes: 10)
        let classifier = try #require(graph.classifier)
        let head = try #require(graph.nodes[classifier].parameters)
        #expect(graph.convolutions.count == convolutions)
        let macs = graph.totals.macs - graph.macs(of: graph.nodes[classifier])
        #expect(abs(Double(macs) / 1e6 - forward) <= 0.00501)
        #expect(graph.totals.weightBytes - graph[head.weights].byteCount == weights)
        #expect((graph.totals.biasBytes - graph[head.bias].byteCount) / 4 == biases)
        let scheme = try Scheme(name: "full", update: .full).resolve(for: graph)
        #expect(abs(Double(scheme.macs(in: graph).step) / 1e6 - full) <= 0.0501)
    }
}
