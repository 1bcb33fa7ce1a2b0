// SPDX-License-Identifier: GPL-2.0-or-later
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Scratch sizes of the kernels")
struct KernelScratchTests {
    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kernel: KernelScratch
        /// What the C functions return: convolution without and with 5 trained channels, depthwise,
        /// dense without and with 5, then the gradients: dX convolution, dense, depthwise, dW both.
        let bytes: [Int]

        init(
            _ name: String, _ input: [Int], _ output: [Int], kernel: Int, stride: Int = 1,
            pad: Int = 0, _ bytes: [Int]
        ) {
            testDescription = name
            self.kernel = KernelScratch(
                input: Shape([1] + input), output: Shape([1] + output),
                window: Window(
                    kernel: (kernel, kernel), stride: (stride, stride),
                    padding: Padding(top: pad, left: pad, bottom: pad, right: pad)))
            self.bytes = bytes
        }
    }

    static let layers = [
        Layer(
            "stem", [32, 30, 3], [16, 15, 10], kernel: 3, stride: 2, pad: 1,
            [144, 336, 1303, 8, 32, 888, 60, 1144, 1920, 2636]),
        Layer(
            "pointwise", [20, 20, 18], [20, 20, 7], kernel: 1,
            [80, 136, 744, 40, 64, 80, 44, 1164, 2160, 1612]),
        Layer(
            "5x5", [9, 7, 6], [9, 7, 6], kernel: 5, pad: 2,
            [764, 1276, 351, 16, 40, 1616, 36, 598, 512, 442]),
        Layer(
            "7x7 stride 2", [16, 16, 5], [8, 8, 5], kernel: 7, stride: 2, pad: 3,
            [1240, 2232, 697, 16, 40, 3152, 32, 662, 512, 1064]),
        Layer(
            "one pixel", [1, 1, 50], [1, 1, 11], kernel: 1,
            [208, 296, 41, 104, 128, 120, 68, 70, 16, 18]),
    ]

    @Test("should be those of the C functions", arguments: layers)
    func sizes(layer: Layer) {
        let kernel = layer.kernel
        let found = [
            kernel.convolution(overlay: 0), kernel.convolution(overlay: 5), kernel.depthwise,
            kernel.dense(overlay: 0), kernel.dense(overlay: 5), kernel.convolutionInputGradient,
            kernel.denseInputGradient, kernel.depthwiseInputGradient, kernel.weightGradient,
            kernel.depthwiseWeightGradient,
        ]
        #expect(found == layer.bytes)
    }
}
