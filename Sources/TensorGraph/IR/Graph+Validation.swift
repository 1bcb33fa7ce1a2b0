// SPDX-License-Identifier: GPL-2.0-or-later

extension Graph {
    /// Most elements of one tensor, and of all activations together: 64 MiB of int8, far above
    /// any memory this is for. Bounds the time of everything that walks over channels or pixels.
    package static let maximumElements = 1 << 26

    /// Throws the first thing that is not lawful.
    ///
    /// Afterwards every id is in range, every activation is computed exactly once and before it is
    /// read, shapes follow from operators and operands, and every int8 and int32 tensor has a
    /// quantisation that TFLite's int8 specification allows.
    package func validate() throws(GraphError) {
        try checkReferences()
        for tensor in tensors { try check(tensor) }
        let elements = nodes.reduce(0) { $0 + outputShape(of: $1).count }
        guard elements <= Self.maximumElements else {
            throw .graph(
                what: "the number of elements of all activations", found: "\(elements)",
                valid: "at most \(Self.maximumElements)")
        }
        for index in nodes.indices {
            try checkShapes(ofNode: index)
            try checkQuantization(ofNode: index)
        }
    }

    /// "node 3 (conv2d 'block1/expand')", for messages.
    package func label(ofNode index: Int) -> String {
        let node = nodes[index]
        let name =
            tensors.indices.contains(node.output.index)
            ? self.name(of: node) : "%\(node.output.index)"
        return "node \(index) (\(node.operation.name) '\(name)')"
    }

    private func checkReferences() throws(GraphError) {
        guard !inputs.isEmpty, !outputs.isEmpty, !nodes.isEmpty else {
            throw .graph(
                what: "number of inputs, outputs and operators",
                found: "\(inputs.count), \(outputs.count) and \(nodes.count)", valid: "at least 1")
        }
        let mentioned =
            inputs + outputs
            + nodes.flatMap { node in
                node.inputs + [node.output]
                    + (node.parameters.map { [$0.weights, $0.bias] } ?? [])
            }
        for id in mentioned where !tensors.indices.contains(id.index) {
            throw .graph(
                what: "a tensor id", found: "\(id.index)", valid: "0..<\(tensors.count)")
        }
        var isDefined = tensors.map(\.isConstant)
        for id in inputs {
            guard !isDefined[id.index] else {
                throw .tensor(
                    name: self[id].name, what: "its role",
                    found: "an input of the graph that is constant or listed twice",
                    valid: "an activation listed once")
            }
            isDefined[id.index] = true
        }
        for index in nodes.indices {
            let node = nodes[index]
            for id in node.inputs where !isDefined[id.index] {
                throw .node(
                    node: label(ofNode: index), what: "operand '\(self[id].name)'",
                    found: "not computed by an earlier operator", valid: "topological order")
            }
            guard !isDefined[node.output.index] else {
                throw .node(
                    node: label(ofNode: index), what: "the output",
                    found: "already defined", valid: "a tensor defined once")
            }
            isDefined[node.output.index] = true
        }
        for id in outputs where !isDefined[id.index] || self[id].isConstant {
            throw .tensor(
                name: self[id].name, what: "its role",
                found: "an output of the graph that no operator computes",
                valid: "an activation that an operator computes")
        }
    }

    private func check(_ tensor: Tensor) throws(GraphError) {
        guard tensor.shape.extents.allSatisfy({ $0 > 0 }), tensor.shape.rank <= 4,
            tensor.shape.count <= Self.maximumElements
        else {
            throw .tensor(
                name: tensor.name, what: "the shape", found: "\(tensor.shape)",
                valid: "at most 4 extents of at least 1, at most \(Self.maximumElements) elements")
        }
        if let data = tensor.data {
            guard data.elementType == tensor.elementType, data.count == tensor.shape.count else {
                throw .tensor(
                    name: tensor.name, what: "the data",
                    found: "\(data.count) \(data.elementType.rawValue) values",
                    valid: "\(tensor.shape.count) \(tensor.elementType.rawValue) values")
            }
        } else if tensor.shape.rank > 1, tensor.shape.extents[0] != 1 {
            throw .tensor(
                name: tensor.name, what: "the batch size",
                found: "\(tensor.shape.extents[0])", valid: "1")
        }
        guard tensor.elementType != .float32 else { return }
        guard let quantization = tensor.quantization else {
            throw .tensor(
                name: tensor.name, what: "the quantisation", found: "missing",
                valid: "a scale and a zero point for every int8 and int32 tensor")
        }
        try check(quantization, of: tensor)
    }

    private func check(_ quantization: Quantization, of tensor: Tensor) throws(GraphError) {
        if let scale = quantization.scales.first(where: { !($0.isNormal && $0 > 0) }) {
            throw .tensor(
                name: tensor.name, what: "a scale", found: "\(scale)",
                valid: "a positive, finite, normal number")
        }
        let count: Int
        if let axis = quantization.axis {
            guard tensor.isConstant, tensor.shape.extents.indices.contains(axis) else {
                throw .tensor(
                    name: tensor.name, what: "the quantisation",
                    found: "per index of dimension \(axis)",
                    valid: "per tensor for activations, along a dimension for constants")
            }
            count = tensor.shape.extents[axis]
        } else {
            count = 1
        }
        guard quantization.scales.count == count, quantization.zeroPoints.count == count else {
            throw .tensor(
                name: tensor.name, what: "the quantisation",
                found: "\(quantization.scales.count) scales and "
                    + "\(quantization.zeroPoints.count) zero points",
                valid: "\(count) of each")
        }
        let range = tensor.elementType == .int8 ? -128...127 : 0...0
        if let zeroPoint = quantization.zeroPoints.first(where: { !range.contains($0) }) {
            throw .tensor(
                name: tensor.name, what: "a zero point", found: "\(zeroPoint)",
                valid: "\(range.lowerBound)...\(range.upperBound) for "
                    + tensor.elementType.rawValue)
        }
    }
}
