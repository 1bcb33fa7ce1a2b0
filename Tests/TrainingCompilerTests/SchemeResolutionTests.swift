// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Schemes applied to a graph")
struct SchemeResolutionTests {
    private func resolve(_ update: Scheme.Update, _ graph: Graph) throws -> ResolvedScheme {
        try Scheme(name: "s", update: update).resolve(for: graph)
    }

    @Test("should train the classifier whatever else")
    func classifierOnly() throws {
        let graph = try Example.small()
        let scheme = try resolve(.classifier, graph)
        #expect(scheme.layers.count == 1)
        #expect(scheme.earliest == graph.classifier)
        #expect(scheme.layers.first?.trainsBias == true)
        #expect(scheme.layers.first?.trainsAllChannels == true)
    }

    @Test("should train everything on full update")
    func full() throws {
        let graph = try Example.small()
        let scheme = try resolve(.full, graph)
        #expect(scheme.layers.count == 10)
        #expect(scheme.earliest == 0)
        #expect(scheme.layers.allSatisfy { $0.trainsBias && $0.trainsAllChannels })
    }

    @Test("should count the last convolutions, not the classifier or additions")
    func last() throws {
        let graph = try Example.small()
        let biases = try resolve(.biases(last: 2), graph)
        let names = biases.layers.map { graph.name(of: graph.nodes[$0.node]) }
        #expect(names == ["block2/depthwise", "block2/pointwise2", "classifier"])
        #expect(biases.layers.dropLast().allSatisfy { !$0.trainsWeights })
        let layers = try resolve(.layers(last: 2), graph)
        #expect(layers.layers.allSatisfy { $0.trainsAllChannels && $0.trainsBias })
        #expect(try resolve(.biases(last: nil), graph).layers.count == 10)
    }

    @Test("should choose the input channels with the largest real weights")
    func channelChoice() throws {
        var graph = try Example.small()
        let node = graph.convolutions[6]
        let weights = try #require(graph.nodes[node].parameters).weights
        // 24 outputs, 8 inputs: channels 5 and 2 large in the stored integers; but channel 2 only
        // where the scale is next to nothing.
        var values = Array(repeating: Int8(1), count: 24 * 8)
        for output in 0..<24 { values[output * 8 + 5] = -10 }
        values[2] = 127
        values[8 + 7] = 4
        graph[weights].data = .int8(values)
        var scales = Array(repeating: Float(0.01), count: 24)
        scales[0] = 1e-9
        graph[weights].quantization = Quantization(scales: scales, axis: 0)
        let quarter = try #require(Ratio("1/4"))
        func channels(_ choice: Scheme.ChannelChoice) throws -> [Int]? {
            let weights = Scheme.LayerChoice(
                layer: .name("block2/pointwise1"), ratio: quarter, channels: choice)
            return try resolve(.sparse(biases: 0, weights: [weights]), graph).layer(node)?.channels
        }
        #expect(try channels(.largest) == [5, 7])
        #expect(try channels(.first) == [0, 1])
    }

    @Test("should choose a depthwise convolution's own channels")
    func depthwiseChoice() throws {
        var graph = try Example.small()
        let node = graph.convolutions[7]
        let weights = try #require(graph.nodes[node].parameters).weights
        graph[weights].data = .int8((0..<9 * 24).map { Int8($0 % 24) })
        graph[weights].quantization = Quantization(
            scales: Array(repeating: 0.01, count: 24), axis: 3)
        let eighth = try #require(Ratio("1/8"))
        let scheme = try resolve(
            .sparse(biases: 0, weights: [.init(layer: .number(7), ratio: eighth)]), graph)
        #expect(scheme.layer(node)?.channels == [21, 22, 23])
        #expect(scheme.layer(node)?.trainsBias == false)
    }

    @Test("should find layers by name and by number alike")
    func names() throws {
        let graph = try Example.small()
        let byName = try resolve(
            .sparse(biases: 1, weights: [.init(layer: .name("block1/pointwise2"))]), graph)
        let byNumber = try resolve(
            .sparse(biases: 1, weights: [.init(layer: .number(5))]), graph)
        #expect(byName == byNumber)
        #expect(byName.earliest == graph.convolutions[5])
    }

    @Test(
        "should name unknown layers and what there is",
        arguments: [
            (Scheme.LayerReference.number(9), "no layer '9'; valid: 0...8 or first_conv, block0"),
            (.name("block9/x"), "no layer 'block9/x'; valid: 0...8 or first_conv"),
            (.name("classifier"), "no layer 'classifier'"),
        ])
    func unknown(layer: Scheme.LayerReference, expected: String) throws {
        let graph = try Example.small()
        let error = #expect(throws: TrainingError.self) {
            try resolve(.sparse(biases: 0, weights: [.init(layer: layer)]), graph)
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }

    @Test("should refuse more layers than there are, and a layer listed twice")
    func refusals() throws {
        let graph = try Example.small()
        let many = #expect(throws: TrainingError.self) {
            _ = try resolve(.biases(last: 10), graph)
        }
        #expect(many?.description.contains("at most 9") == true)
        let twice = #expect(throws: TrainingError.self) {
            let name = Scheme.LayerReference.name("block2/pointwise1")
            _ = try resolve(
                .sparse(biases: 0, weights: [.init(layer: name), .init(layer: .number(6))]), graph)
        }
        #expect(twice?.description.contains("listed twice") == true)
    }

    @Test("should make graphs that run, the same for the same seed")
    func seededGraphs() throws {
        let graph = try Example.small()
        #expect(try Example.small() == graph)
        #expect(try Example.small(seed: 2) != graph)
        let input = TensorData.int8((0..<16 * 16 * 3).map { Int8(truncatingIfNeeded: $0 &* 37) })
        let values = try Interpreter(graph).activations([input])
        for node in graph.nodes {
            #expect(Set(values[node.output.index]).count > 2, "\(graph.name(of: node)) is flat")
        }
    }

    @Test(
        "should refuse impossible networks",
        arguments: [
            ("input: [16, 16]", "'input' is '2 extents'"),
            ("input: [16, 16, 0]", "'input' is '0'"),
            (
                "input: [16, 16, 3]\nstem: {channels: 8, kernel: 3, stride: 2}\nblocks:\n"
                    + "  - {kernel: 3, stride: 1, channels: 4, residual: true}",
                "n.yaml:6:51: 'residual' is 'true'; valid: true only with stride 1 and 8 channels"
            ),
            (
                "input: [16, 16, 3]\nstem: {channels: 8, kernel: 4, stride: 2}\nblocks: []",
                "'kernel' is '4'; valid: an odd number"
            ),
        ])
    func badNetworks(yaml: String, expected: String) {
        let error = #expect(throws: TrainingError.self) {
            try NetworkShape.parse(yaml: "schema_version: 1\nname: n\n" + yaml, file: "n.yaml")
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
}
