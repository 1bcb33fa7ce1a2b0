// SPDX-License-Identifier: GPL-2.0-or-later

/// A convolution by its shapes; elements are bytes where activations are int8.
struct ConvShape {
    var index: Int
    var block: Int?
    var isDepthwise: Bool
    var inSide: Int
    var inChannels: Int
    var outSide: Int
    var outChannels: Int
    var kernel: Int
    var stride: Int
    var inElements: Int { inSide * inSide * inChannels }
    var outElements: Int { outSide * outSide * outChannels }
}

/// A network of inverted residual blocks, as the published ones are.
struct NetworkShape {
    struct Block {
        var convs: [ConvShape]
        var isResidual: Bool
        var input: ConvShape { convs[0] }
        var output: ConvShape { convs[convs.count - 1] }
    }

    var name: String
    var inputSide = 128
    var inputChannels = 3
    var firstConv: ConvShape
    var blocks: [Block]
    var convCount: Int { 1 + blocks.reduce(0) { $0 + $1.convs.count } }
    var features: Int { blocks[blocks.count - 1].output.outChannels }

    /// - Parameter rows: for each block: expanded channels, kernel, stride, output channels. The first
    ///   block has no expansion. A skip stands wherever the block's input and output have one shape.
    init(_ name: String, rows: [(mid: Int, kernel: Int, stride: Int, out: Int)]) {
        self.name = name
        firstConv = ConvShape(
            index: 0, isDepthwise: false, inSide: 128, inChannels: 3, outSide: 64, outChannels: 16,
            kernel: 3, stride: 2)
        blocks = []
        var index = 1
        var side = 64
        var channels = 16
        for (number, row) in rows.enumerated() {
            var convs: [ConvShape] = []
            func add(_ isDepthwise: Bool, _ kernel: Int, _ stride: Int, _ out: Int) {
                let input = convs.last.map { ($0.outSide, $0.outChannels) } ?? (side, channels)
                convs.append(
                    ConvShape(
                        index: index, block: number, isDepthwise: isDepthwise, inSide: input.0,
                        inChannels: input.1, outSide: input.0 / stride, outChannels: out,
                        kernel: kernel, stride: stride))
                index += 1
            }
            if number > 0 { add(false, 1, 1, row.mid) }
            add(true, row.kernel, row.stride, row.mid)
            add(false, 1, 1, row.out)
            let isResidual = row.stride == 1 && row.out == channels
            blocks.append(Block(convs: convs, isResidual: isResidual))
            side /= row.stride
            channels = row.out
        }
    }

    /// MCUNet, the 5 frames a second model (128×128×3 input).
    static let mcunet = NetworkShape(
        "mcunet",
        rows: [
            (16, 3, 1, 8), (32, 3, 2, 16), (48, 3, 1, 16), (48, 7, 2, 24), (120, 3, 1, 24),
            (120, 3, 2, 40), (160, 7, 1, 40), (160, 5, 1, 48), (144, 3, 1, 48), (192, 3, 1, 48),
            (240, 7, 2, 96), (384, 5, 1, 96), (384, 5, 1, 96), (576, 3, 1, 160),
        ])

    /// MobileNetV2 at width 0.35.
    static let mbv2 = NetworkShape(
        "mbv2",
        rows: [
            (16, 3, 1, 8), (48, 3, 2, 8), (48, 3, 1, 8), (48, 3, 2, 16), (96, 3, 1, 16),
            (96, 3, 1, 16), (96, 3, 2, 24), (144, 3, 1, 24), (144, 3, 1, 24), (144, 3, 1, 24),
            (144, 3, 1, 32), (192, 3, 1, 32), (192, 3, 1, 32), (192, 3, 2, 56), (336, 3, 1, 56),
            (336, 3, 1, 56), (336, 3, 1, 112),
        ])

    /// ProxylessNAS at width 0.3.
    static let proxyless = NetworkShape(
        "proxyless",
        rows: [
            (16, 3, 1, 8), (24, 5, 2, 16), (48, 3, 1, 16), (48, 7, 2, 16), (48, 3, 1, 16),
            (48, 5, 1, 16), (48, 5, 1, 16), (96, 7, 2, 24), (72, 5, 1, 24), (72, 5, 1, 24),
            (72, 5, 1, 24), (144, 5, 1, 32), (96, 5, 1, 32), (96, 5, 1, 32), (96, 5, 1, 32),
            (192, 7, 2, 64), (384, 7, 1, 64), (192, 7, 1, 64), (192, 7, 1, 64), (384, 7, 1, 96),
        ])

    static let all = [mcunet, mbv2, proxyless]
}
