// SPDX-License-Identifier: GPL-2.0-or-later

/// Names a tensor of one graph: its position in `Graph.tensors`.
package struct TensorID: Sendable, Hashable, Comparable {
    package let index: Int

    package init(_ index: Int) { self.index = index }

    package static func < (left: Self, right: Self) -> Bool { left.index < right.index }
}

/// Values of a constant tensor, in row-major order.
package enum TensorData: Sendable, Hashable {
    case int8([Int8])
    case int32([Int32])
    case float32([Float])

    package var count: Int {
        switch self {
        case .int8(let values): values.count
        case .int32(let values): values.count
        case .float32(let values): values.count
        }
    }

    package var elementType: ElementType {
        switch self {
        case .int8: .int8
        case .int32: .int32
        case .float32: .float32
        }
    }
}

/// An activation, or a constant when it has data.
package struct Tensor: Sendable, Hashable {
    package var name: String
    package var shape: Shape
    package var elementType: ElementType
    /// Present for every int8 and int32 tensor of a valid graph.
    package var quantization: Quantization?
    /// nil: an activation, computed when the graph runs.
    package var data: TensorData?

    package init(
        name: String, shape: Shape, elementType: ElementType, quantization: Quantization? = nil,
        data: TensorData? = nil
    ) {
        self.name = name
        self.shape = shape
        self.elementType = elementType
        self.quantization = quantization
        self.data = data
    }

    package var byteCount: Int { shape.count * elementType.byteCount }
    package var isConstant: Bool { data != nil }

    /// The values of an int8 constant.
    package var int8Values: [Int8]? {
        if case .int8(let values) = data { values } else { nil }
    }

    /// The values of an int32 constant.
    package var int32Values: [Int32]? {
        if case .int32(let values) = data { values } else { nil }
    }
}
