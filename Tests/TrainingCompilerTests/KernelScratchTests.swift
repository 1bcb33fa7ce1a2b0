// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TensorGraph
import Testing
import TrainingCompiler

@Suite("Scratch sizes of the kernels")
struct KernelScratchTests {
    struct Layer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let kernel: KernelScratch
        init(
            _ name: String, _ input: [Int], _ output: [Int], kernel: Int, stride: Int = 1,
            pad: Int = 0
        ) {
            testDescription = name
            self.kernel = KernelScratch(
                input: Shape([1] + input), output: Shape([1] + output),
                window: Window(
                    kernel: (kernel, kernel), stride: (stride, stride),
                    padding: Padding(top: pad, left: pad, bottom: pad, right: pad)))
        }
    }

    static let layers = [
        Layer(
            "stem", [32, 30, 3], [16, 15, 10], kernel: 3, stride: 2, pad: 1),
        Layer(
            "pointwise", [20, 20, 18], [20, 20, 7], kernel: 1),
        Layer(
            "5x5", [9, 7, 6], [9, 7, 6], kernel: 5, pad: 2),
        Layer(
            "7x7 stride 2", [16, 16, 5], [8, 8, 5], kernel: 7, stride: 2, pad: 3),
        Layer(
            "one pixel", [1, 1, 50], [1, 1, 11], kernel: 1),
    ]

    /// The C functions' results for a layer: convolution without and with 5 trained channels, depthwise,
    /// dense without and with 5, then the gradients: dX convolution, dense, depthwise, dW both.
    private static func probe(_ kernel: KernelScratch) -> String {
        let window = kernel.window
        func shape(_ shape: Shape) -> String {
            "{\(shape.height), \(shape.width), \(shape.channels)}"
        }
        return """
            {
                const kl_conv_layer layer = {.input = \(shape(kernel.input)),
                    .output = \(shape(kernel.output)),
                    .window = {\(window.kernelHeight), \(window.kernelWidth), \(window.strideHeight),
                        \(window.strideWidth), \(window.padding.top), \(window.padding.left)}};
                printf("%d %d %d %d %d %d %d %d %d %d\\n",
                    kl_conv_s8_scratch_bytes(&layer, 0), kl_conv_s8_scratch_bytes(&layer, 5),
                    kl_depthwise_s8_scratch_bytes(&layer),
                    kl_fully_connected_s8_scratch_bytes(&layer, 0),
                    kl_fully_connected_s8_scratch_bytes(&layer, 5),
                    kl_conv_input_gradient_scratch_bytes(&layer),
                    kl_fully_connected_input_gradient_scratch_bytes(&layer),
                    kl_depthwise_input_gradient_scratch_bytes(&layer),
                    kl_conv_weight_gradient_scratch_bytes(&layer),
                    kl_depthwise_weight_gradient_scratch_bytes(&layer));
            }
            """
    }

    /// Compiles the kernels with a program that prints their sizes, and runs it.
    private static func cSizes() throws -> [[Int]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let kernels = root.appending(path: "firmware/kernels").resolvingSymlinksInPath()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "kinglet-scratch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "probe.c")
        let text =
            "#include <stdio.h>\n#include \"kinglet/kinglet.h\"\nint main(void) {\n"
            + layers.map { probe($0.kernel) }.joined(separator: "\n") + "\nreturn 0;\n}\n"
        try Data(text.utf8).write(to: program)
        let sources = (FileManager.default.enumerator(atPath: kernels.path)?.allObjects ?? [])
            .compactMap { $0 as? String }.filter { $0.hasSuffix(".c") }.sorted()
            .map { kernels.appending(path: $0).path }
        let binary = folder.appending(path: "probe")
        _ = try run(
            ["cc", "-std=c11", "-I\(kernels.path)/include", "-I\(kernels.path)", program.path]
                + sources + ["-o", binary.path, "-lm"])
        return try run([binary.path]).split(separator: "\n").map { line in
            line.split(separator: " ").compactMap { Int($0) }
        }
    }

    private static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(arguments[0]) failed")
        return String(decoding: output, as: UTF8.self)
    }

    @Test("should be those that the C functions return")
    func sizes() throws {
        let expected = try Self.cSizes()
        try #require(expected.count == Self.layers.count)
        for (layer, bytes) in zip(Self.layers, expected) {
            let kernel = layer.kernel
            let found = [
                kernel.convolution(overlay: 0), kernel.convolution(overlay: 5), kernel.depthwise,
                kernel.dense(overlay: 0), kernel.dense(overlay: 5),
                kernel.convolutionInputGradient, kernel.denseInputGradient,
                kernel.depthwiseInputGradient, kernel.weightGradient,
                kernel.depthwiseWeightGradient,
            ]
            #expect(found == bytes, "\(layer.testDescription)")
        }
    }
}
