// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import TensorGraph
import TestSupport
import Testing
import TrainingCompiler

/// Asks the C kernels: compiles them with a program of statements, and reads what it prints.
enum KernelProbe {
    /// A kl_conv_layer's extents as a C initialiser.
    static func layer(_ kernel: KernelScratch) -> String {
        let window = kernel.window
        func shape(_ shape: Shape) -> String {
            "{\(shape.height), \(shape.width), \(shape.channels)}"
        }
        return """
            {.input = \(shape(kernel.input)), .output = \(shape(kernel.output)),
                .window = {\(window.kernelHeight), \(window.kernelWidth), \(window.strideHeight),
                    \(window.strideWidth), \(window.padding.top), \(window.padding.left)}}
            """
    }

    /// Runs the statements; the integers of each line that they print.
    static func numbers(_ statements: [String]) throws -> [[Int]] {
        let kernels = Repository.root.appending(path: "firmware/kernels").resolvingSymlinksInPath()
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "kinglet-scratch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = folder.appending(path: "probe.c")
        let text =
            "#include <stdio.h>\n#include \"kinglet/kinglet.h\"\nint main(void) {\n"
            + statements.joined(separator: "\n") + "\nreturn 0;\n}\n"
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
}
