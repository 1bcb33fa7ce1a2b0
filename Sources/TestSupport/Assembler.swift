// SPDX-License-Identifier: GPL-2.0-or-later
package import Foundation

/// Assembles Thumb code with `arm-none-eabi-as`, for tests written as assembly. Results are cached per text.
package enum Assembler {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    /// The machine code of `source` (unified syntax), linked as if it stood at address 0.
    ///
    /// - Parameter cpu: the `-mcpu` value; `cortex-m7` accepts everything a `cortex-m4` has.
    package static func assemble(_ source: String, cpu: String = "cortex-m7") throws -> [UInt8] {
        let fpu = cpu == "cortex-m4" ? "fpv4-sp-d16" : "fpv5-d16"
        return try withTemporaryDirectory { folder in
            let text = ".syntax unified\n.thumb\n.text\n" + source + "\n"
            let input = folder.appending(path: "a.s")
            try text.write(to: input, atomically: true, encoding: .utf8)
            let object = folder.appending(path: "a.o").path
            let binary = folder.appending(path: "a.bin")
            try run("arm-none-eabi-as", ["-mcpu=\(cpu)", "-mfpu=\(fpu)", "-o", object, input.path])
            try run("arm-none-eabi-objcopy", ["-O", "binary", "-j", ".text", object, binary.path])
            return [UInt8](try Data(contentsOf: binary))
        }
    }

    /// Runs a tool of the PATH and returns its standard output; throws with its standard error.
    @discardableResult
    package static func run(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        let output = Pipe()
        let errors = FileManager.default.temporaryDirectory.appending(
            path: "kl-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let message = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "\(tool) \(arguments.joined(separator: " ")): \(message)")
        }
        return String(decoding: data, as: UTF8.self)
    }

    package static func withTemporaryDirectory<R>(_ body: (URL) throws -> R) throws -> R {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "kinglet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }
}
