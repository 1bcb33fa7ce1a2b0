// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import TrainingCompiler

/// What the kernels in `firmware/` cannot do is refused by name, before anything is written.
struct KernelLimits {
    let emission: Emission
    private var graph: Graph { emission.graph }

    init(_ emission: Emission) { self.emission = emission }

    /// `kl_conv_layer`: taps of one output, and the power of two of a factor.
    private static let tapLimit = 16_384
    private static let shiftRange = -31...7
    /// `kl_requantize_layer`.
    private static let requantizationShiftRange = -31...22
    /// `KL_BIAS_LIMIT`.
    private static let biasLimit: Int32 = (1 << 29) - 1

    func check() throws(EmissionError) {
        guard graph.inputs.count == 1 else {
            throw .graph(
                what: "the number of inputs", found: "\(graph.inputs.count)", valid: "1")
        }
        let input = graph[graph.inputs[0]]
        guard input.elementType == .int8 else {
            throw .graph(
                what: "the input's type", found: input.elementType.rawValue, valid: "int8")
        }
        guard input.shape.rank == 4 || input.shape.count == input.shape.channels else {
            throw .graph(
                what: "the input's shape", found: "\(input.shape)",
                valid: "[1, height, width, channels] or [1, features]")
        }
        for node in emission.nodesThatRun { try check(node) }
        for layer in emission.schedule.scheme.layers { try checkSharing(layer) }
    }

    /// Trained parameters become arrays of one layer.
    private func checkSharing(_ layer: TrainedLayer) throws(EmissionError) {
        guard let own = graph.nodes[layer.node].parameters else { return }
        let trained =
            (layer.trainsWeights ? [own.weights] : []) + (layer.trainsBias ? [own.bias] : [])
        for tensor in trained {
            let readers = graph.nodes.count {
                $0.parameters?.weights == tensor || $0.parameters?.bias == tensor
            }
            guard readers == 1 else {
                throw .node(
                    graph.label(ofNode: layer.node), what: "trained tensor '\(graph[tensor].name)'",
                    found: "shared by \(readers) nodes", valid: "training tensors of one node")
            }
        }
    }

    private func check(_ index: Int) throws(EmissionError) {
        let node = graph.nodes[index]
        func refuse(_ what: String, _ found: String, _ valid: String) -> EmissionError {
            .node(graph.label(ofNode: index), what: what, found: found, valid: valid)
        }
        if let window = node.operation.window, window.isDilated {
            throw refuse(
                "the dilation", "\(window.dilationHeight)x\(window.dilationWidth)", "1x1")
        }
        switch node.operation {
        case .depthwiseConvolution(_, let multiplier, _) where multiplier != 1:
            throw refuse("the depth multiplier", "\(multiplier)", "1")
        case .softmax:
            throw refuse(
                "the operator", "a softmax inside the network",
                "one at the end, as part of the loss")
        case .mean: try check([graph.meanMultiplier(of: node)], Self.shiftRange, refuse)
        case .activation, .quantize:
            let factor = graph.requantizationMultiplier(of: node)
            try check([factor], Self.requantizationShiftRange, refuse)
        default: break
        }
        try check(graph.outputMultipliers(of: node), Self.shiftRange, refuse)
        guard let parameters = node.parameters else { return }
        let taps = graph[parameters.weights].shape.count / graph.outputShape(of: node).channels
        guard taps <= Self.tapLimit else {
            throw refuse("the number of weights of one output", "\(taps)", "\(Self.tapLimit)")
        }
        if let bias = (graph[parameters.bias].int32Values ?? []).first(where: {
            $0.magnitude > Self.biasLimit.magnitude
        }) {
            throw refuse("a bias", "\(bias)", "magnitudes up to \(Self.biasLimit)")
        }
    }
    /// Powers of two beyond what a kernel shifts by.
    private func check(
        _ factors: [FixedPointMultiplier], _ range: ClosedRange<Int>,
        _ refuse: (String, String, String) -> EmissionError
    ) throws(EmissionError) {
        guard let factor = factors.first(where: { !range.contains($0.shift) }) else { return }
        throw refuse(
            "the power of two of an output factor", "\(factor.shift)",
            "\(range.lowerBound)...\(range.upperBound)")
    }
}
