// SPDX-License-Identifier: GPL-2.0-or-later

/// Affine quantisation: real value = scale * (stored value - zero point).
package struct Quantization: Sendable, Hashable {
    /// One scale, or one per index of `axis`. Positive, finite and normal in a valid graph.
    package var scales: [Float]
    /// As many as scales; -128...127 for int8.
    package var zeroPoints: [Int]
    /// The dimension that scales belong to; nil when there is one for the whole tensor.
    package var axis: Int?

    package init(scale: Float, zeroPoint: Int) {
        scales = [scale]
        zeroPoints = [zeroPoint]
    }

    /// Symmetric, one scale per index of `axis`.
    package init(scales: [Float], axis: Int) {
        self.scales = scales
        zeroPoints = Array(repeating: 0, count: scales.count)
        self.axis = axis
    }

    /// The scale of the whole tensor, or of its first channel.
    package var scale: Float { scales.first ?? .nan }
    /// The zero point of the whole tensor, or of its first channel.
    package var zeroPoint: Int { zeroPoints.first ?? 0 }
    package var isPerChannel: Bool { axis != nil }

    /// The scale of channel `index`, whether the tensor has one or many.
    package func scale(ofChannel index: Int) -> Float {
        isPerChannel ? scales[index] : scale
    }
}
