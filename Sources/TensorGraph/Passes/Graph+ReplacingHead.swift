// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// The graph with a new classifier for `classes` classes, for a task other than the one it was
    /// trained on. What follows the classifier is kept and reshaped; nothing else changes.
    ///
    /// Weights are uniform in ±1/sqrt(features) of real value, per output channel scaled so that
    /// the largest is ±127; biases are 0; both are a function of `seed` alone. The output's
    /// quantisation covers `logitRange` real units around 0, since new weights have no calibration.
    /// - Throws: when the graph does not end in a classifier, or `classes` is below 2.
    package func replacingHead(
        classes: Int, seed: UInt64, logitRange: Float = 16
    ) throws(GraphError) -> Graph {
        guard let index = classifier, let parameters = nodes[index].parameters else {
            throw .graph(
                what: "the end", found: nodes.last.map { $0.operation.name } ?? "nothing",
                valid: "a fully connected layer or 1x1 convolution that makes a vector, and then "
                    + "reshape, softmax or quantize only")
        }
        guard (2...65_536).contains(classes) else {
            throw .graph(what: "the number of classes", found: "\(classes)", valid: "2...65536")
        }
        guard logitRange > 0, logitRange.isFinite else {
            throw .graph(
                what: "the range of logits", found: "\(logitRange)", valid: "a positive number")
        }
        var graph = self
        let node = nodes[index]
        var shape = self[parameters.weights].shape
        shape.extents[0] = classes
        let features = shape.count / classes
        let (values, scales) = Self.seededWeights(classes: classes, features: features, seed: seed)
        let inputScale = quantization(of: node.inputs[0]).scale
        graph[parameters.weights].shape = shape
        graph[parameters.weights].data = .int8(values)
        graph[parameters.weights].quantization = Quantization(scales: scales, axis: 0)
        graph[parameters.bias].shape = Shape([classes])
        graph[parameters.bias].data = .int32(Array(repeating: 0, count: classes))
        graph[parameters.bias].quantization = Quantization(
            scales: scales.map { $0 * inputScale }, axis: 0)
        let logits = Quantization(scale: logitRange / 128, zeroPoint: 0)
        for follower in nodes[index...] {
            let id = follower.output
            graph[id].shape.extents[graph[id].shape.rank - 1] = classes
            switch follower.operation {
            case .softmax: break
            default: graph[id].quantization = logits
            }
        }
        try graph.validate()
        return graph
    }

    /// Rows of uniform weights, each with the scale that makes its largest ±127.
    private static func seededWeights(
        classes: Int, features: Int, seed: UInt64
    ) -> (values: [Int8], scales: [Float]) {
        var state = seed
        /// The next value of SplitMix64 (Steele, Lea, Flood 2014), in -1..<1.
        func next() -> Double {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Double(Int64(bitPattern: z ^ (z >> 31)) >> 11) * 0x1p-52
        }
        let bound = 1 / Double(features).squareRoot()
        var values: [Int8] = []
        values.reserveCapacity(classes * features)
        var scales: [Float] = []
        for _ in 0..<classes {
            let row = (0..<features).map { _ in next() }
            let largest = row.reduce(0x1p-20) { max($0, abs($1)) }
            scales.append(Float(largest * bound / 127))
            values += row.map { Int8(($0 / largest * 127).rounded()) }
        }
        return (values, scales)
    }
}
