// SPDX-License-Identifier: GPL-2.0-or-later
package import TensorGraph

/// Scratch bytes of the C kernels, as their `..._scratch_bytes` functions compute them
/// (`firmware/kernels`); packed operands are 16 bits wide whatever the gradient's format.
package struct KernelScratch {
    package let input: Shape
    package let output: Shape
    package let window: Window

    /// Of a layer with weights; a fully connected layer is one pixel.
    package init(_ node: Node, in graph: Graph) {
        if case .fullyConnected = node.operation {
            input = Shape(height: 1, width: 1, channels: graph.inputShape(of: node).count)
            output = Shape(height: 1, width: 1, channels: graph.outputShape(of: node).count)
        } else {
            input = graph.inputShape(of: node)
            output = graph.outputShape(of: node)
        }
        window = node.operation.window ?? Window(kernel: (1, 1))
    }

    package init(input: Shape, output: Shape, window: Window) {
        self.input = input
        self.output = output
        self.window = window
    }

    private var taps: Int { window.kernelHeight * window.kernelWidth }
    private var paddedHeight: Int {
        (output.height - 1) * window.strideHeight + window.kernelHeight
    }
    private var paddedWidth: Int { (output.width - 1) * window.strideWidth + window.kernelWidth }
    /// `KL_PLANE_SLACK`.
    private static let planeSlack = 12
    /// `KL_PIXEL_CHUNK`.
    private static let pixelChunk = 256
    /// `KL_PACKED_BYTES`.
    private static let packedBytes = 1536
    /// `PIXELS` of a convolution's input gradient.
    private static let inputGradientPixels = 16
    /// `KL_SMALL_MAP` and `KL_SMALL_ROW`.
    private static let smallMap = 4
    private static let smallRow = 12
    /// `PIXEL_BYTES`, `LEAST_PIXELS` and `LONG_ROW` of kl_conv_s8.
    private static let pixelBytes = 2048
    private static let leastPixels = 8
    private static let longRow = 512
    /// `ROWS` of the depthwise input gradient.
    private static let depthwiseRows = 4
    /// `PLANE_BYTES` and `SUMS` of the depthwise forward kernel.
    private static let planeBytes = 4096
    private static let depthwiseSums = 128

    package static func up4(_ count: Int) -> Int { (count + 3) & ~3 }
    private static func up2(_ count: Int) -> Int { (count + 1) & ~1 }

    /// kl_conv_s8 with `overlay` trained channels: widened pixels, two channels' weights, the places
    /// of trained taps and, where a pixel is no whole number of words, a window of bytes.
    package func convolution(overlay: Int) -> Int {
        let row = Self.up4(taps * input.channels)
        let least = row < Self.longRow ? Self.leastPixels : Self.leastPixels / 2
        let block = max(Self.pixelBytes / (4 * row) * 2, least)
        let pixels = min(block, Self.up2(output.pixels))
        let isDirect = window.isPointwise || input.channels.isMultiple(of: 4)
        let patch = isDirect ? 0 : Self.up4(taps * input.channels + 3)
        return 2 * (pixels + 2) * row + Self.up4(2 * taps * overlay) + patch
    }

    /// kl_fully_connected_s8.
    package func dense(overlay: Int) -> Int {
        2 * (Self.up4(input.channels) + Self.up4(overlay)) + Self.up4(overlay)
    }

    /// kl_depthwise_s8: the weights of a channel, sums of a few rows, and 16-bit planes of up to four
    /// channels, as a whole or in bands of rows.
    package var depthwise: Int {
        let (stride, height) = (window.strideHeight, window.kernelHeight)
        let (planes, pitch) = (min(4, input.channels), Self.up2(paddedWidth))
        let most = Self.planeBytes / (2 * planes * pitch)
        var band = output.height
        if paddedHeight > most && output.width <= input.width {
            band = min(band, max((most - height) / stride + 1, 1))
        }
        let sumRows = min(max(Self.depthwiseSums / output.width, 1), output.height)
        let words = height * packedHalves / 2 + sumRows * output.width + 3
        return 4 * words + 2 * planes * ((band - 1) * stride + height) * pitch + 32
    }

    /// Elements of a packed row of depthwise weights (`row_packing`).
    private var packedHalves: Int {
        let stride = window.strideWidth
        var taps = max(window.kernelWidth | 1, 3)
        if window.kernelHeight != 3 || stride > 2 { taps = max(taps, 5) }
        if stride == 2 && taps == 5 { taps = 7 }
        return stride == 1 && taps <= 7 ? 2 * taps - 2 : taps + 1
    }

    /// kl_conv_input_gradient.
    package var convolutionInputGradient: Int {
        let row = Self.up4(output.channels)
        let isPointwise = window.isPointwise && input.pixels == output.pixels
        let pixels = isPointwise ? min(Self.inputGradientPixels, input.pixels) : input.width
        return 16 * pixels + 2 * (taps * row * 4 + row)
    }

    /// kl_fully_connected_input_gradient.
    package var denseInputGradient: Int {
        Self.up4(4 * output.channels) + Self.up4(2 * output.channels)
    }

    /// kl_depthwise_input_gradient.
    package var depthwiseInputGradient: Int {
        let rows = (window.kernelHeight - 1) / window.strideHeight + 1
        let taps = (window.kernelWidth - 1) / window.strideWidth + 1
        let factors = 2 * Self.up2(output.channels)
        if isSmallMap {
            return factors + 2 * (6 * Self.smallMap * Self.smallMap + 2 * rows * Self.smallRow)
        }
        func extent(_ input: Int, _ output: Int, _ kernel: Int, _ stride: Int, _ pad: Int) -> Int {
            let before = max(0, (kernel - 1) / stride - pad / stride)
            return max(before + (input - 1 + pad) / stride + 1, before + output)
        }
        let height = extent(
            input.height, output.height, window.kernelHeight, window.strideHeight,
            window.padding.top)
        let width = extent(
            input.width, output.width, window.kernelWidth, window.strideWidth,
            window.padding.left)
        let halves = rows * Self.up2(taps) + height * width
        let sums = Self.depthwiseRows * input.width + 3
        return factors + 4 * sums + 2 * halves + Self.planeSlack
    }

    /// `kl_is_small_map` of the depthwise input gradient.
    private var isSmallMap: Bool {
        max(output.height, output.width) <= Self.smallMap
            && input.height <= Self.smallMap * window.strideHeight
            && input.width <= Self.smallMap * window.strideWidth
    }

    /// kl_conv_weight_gradient and kl_conv_update_weights.
    package var weightGradient: Int {
        let pairs = (min(output.pixels, Self.pixelChunk) + 1) / 2
        let isCut = output.pixels > Self.pixelChunk
        let fitting = max(1, Self.packedBytes / (16 * pairs))
        let blocks = isCut ? 1 : min(fitting, (input.channels + 3) / 4)
        let tile = isCut ? output.channels * 4 : 0
        return 4 * (blocks * (4 * pairs + 8) + 2 * pairs + tile)
    }

    /// kl_depthwise_weight_gradient.
    package var depthwiseWeightGradient: Int {
        let stride = window.strideWidth
        let inputs = paddedHeight * ((paddedWidth + stride - 1) / stride * stride)
        return 2 * (output.height * Self.up2(output.width) + inputs) + Self.planeSlack
    }
}
