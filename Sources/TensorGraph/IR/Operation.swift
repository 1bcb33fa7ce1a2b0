// SPDX-License-Identifier: GPL-2.0-or-later

/// Limit that an operator puts on its real-valued output.
package enum Activation: String, Sendable, Hashable {
    case none
    /// 0...
    case relu
    /// 0...6
    case relu6
}

/// Rows and columns added around an image.
package struct Padding: Sendable, Hashable {
    package var top: Int
    package var left: Int
    package var bottom: Int
    package var right: Int

    package init(top: Int = 0, left: Int = 0, bottom: Int = 0, right: Int = 0) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }

    package static let none = Padding()
}

/// The positions that a convolution or pooling visits.
package struct Window: Sendable, Hashable {
    package var kernelHeight: Int
    package var kernelWidth: Int
    package var strideHeight: Int
    package var strideWidth: Int
    /// Distance of neighbouring taps; 1 for poolings.
    package var dilationHeight: Int
    package var dilationWidth: Int
    package var padding: Padding

    package init(
        kernel: (height: Int, width: Int), stride: (height: Int, width: Int) = (1, 1),
        dilation: (height: Int, width: Int) = (1, 1), padding: Padding = .none
    ) {
        kernelHeight = kernel.height
        kernelWidth = kernel.width
        strideHeight = stride.height
        strideWidth = stride.width
        dilationHeight = dilation.height
        dilationWidth = dilation.width
        self.padding = padding
    }

    /// Rows from the first tap to the last.
    package var spanHeight: Int { (kernelHeight - 1) * dilationHeight + 1 }
    /// Columns from the first tap to the last.
    package var spanWidth: Int { (kernelWidth - 1) * dilationWidth + 1 }
    package var isDilated: Bool { dilationHeight > 1 || dilationWidth > 1 }
    /// One tap, stride 1, no padding: a product of each pixel with a matrix.
    package var isPointwise: Bool {
        kernelHeight == 1 && kernelWidth == 1 && strideHeight == 1 && strideWidth == 1
            && padding == .none
    }
}

/// What a node computes. Layouts are those of TFLite.
package enum Operation: Sendable, Hashable {
    /// Weights [out, ky, kx, in].
    case convolution(Window, Activation)
    /// Weights [1, ky, kx, out]; output channel o reads input channel o / depthMultiplier.
    case depthwiseConvolution(Window, depthMultiplier: Int, Activation)
    /// Weights [out, in]; the input's elements in order are its features.
    case fullyConnected(Activation)
    /// Two operands of one shape.
    case add(Activation)
    /// Divides by the number of positions inside the input.
    case averagePool(Window, Activation)
    case maxPool(Window, Activation)
    /// Over rows and columns, with requantisation.
    case mean
    /// Adds the quantised zero around the image, and channels before and after.
    case pad(Padding, channelsBefore: Int, channelsAfter: Int)
    case reshape
    /// Over the innermost dimension, of `beta` times the input.
    case softmax(beta: Float)
    /// A limit of its own, with requantisation: never `none`.
    case activation(Activation)
    /// Changes scale and zero point, or converts from float32.
    case quantize

    /// The name readers know the operator by.
    package var name: String {
        switch self {
        case .convolution: "conv2d"
        case .depthwiseConvolution: "depthwise"
        case .fullyConnected: "dense"
        case .add: "add"
        case .averagePool: "avgpool"
        case .maxPool: "maxpool"
        case .mean: "mean"
        case .pad: "pad"
        case .reshape: "reshape"
        case .softmax: "softmax"
        case .activation(let activation): activation.rawValue
        case .quantize: "quantize"
        }
    }

    /// The limit on the output.
    package var activation: Activation {
        switch self {
        case .convolution(_, let activation), .depthwiseConvolution(_, _, let activation),
            .fullyConnected(let activation), .add(let activation), .averagePool(_, let activation),
            .maxPool(_, let activation), .activation(let activation):
            activation
        case .mean, .pad, .reshape, .softmax, .quantize: .none
        }
    }

    /// The window of a convolution or pooling.
    package var window: Window? {
        switch self {
        case .convolution(let window, _), .depthwiseConvolution(let window, _, _),
            .averagePool(let window, _), .maxPool(let window, _):
            window
        default: nil
        }
    }

    /// Whether the operator has weights and a bias.
    package var hasParameters: Bool {
        switch self {
        case .convolution, .depthwiseConvolution, .fullyConnected: true
        default: false
        }
    }
}
