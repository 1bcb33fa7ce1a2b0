// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

extension ProjectFolder {
    /// How far a build is.
    package struct BuildProgress: Sendable {
        package var done: Int
        package var total: Int
        /// The file being made.
        package var file: String
    }

    private static let shownErrorLines = 24

    /// Runs make: images, host twin, and the check that plan and kernels agree.
    ///
    /// - Parameter variables: of the project's Makefile, `OPTIMISE=-O2`.
    package func build(
        variables: [String] = [], progress: (BuildProgress) -> Void = { _ in }
    ) throws(WorkbenchError) {
        let goals = variables + ["all", "check"]
        let plan = try make(["-n"] + goals) { _ in }
        let total = plan.output.split(separator: "\n").count { Self.file(inCommand: $0) != nil }
        var done = 0
        let jobs = ProcessInfo.processInfo.activeProcessorCount
        let result = try make(["-k", "-j\(jobs)"] + goals) { line in
            guard let file = Self.file(in: line) else { return }
            done += 1
            progress(BuildProgress(done: done, total: max(done, total), file: file))
        }
        guard result.status != 0 else { return }
        if let reason = Self.overflow(result.errors) {
            throw .doesNotFit(folder: path, reason: reason)
        }
        let lines = (result.errors.isEmpty ? result.output : result.errors).split(separator: "\n")
        throw .build(
            folder: path, reason: lines.suffix(Self.shownErrorLines).joined(separator: "\n"))
    }

    /// "  CC build/host/model.o"
    private static func file(in line: Substring) -> String? {
        guard line.hasPrefix("  CC ") || line.hasPrefix("  LD ") else { return nil }
        return String(line.dropFirst(5))
    }

    private static func file(inCommand line: Substring) -> String? {
        line.hasPrefix("echo \"") ? file(in: line.dropFirst(6)) : nil
    }

    /// The linker's verdict in the user's words, where it found a memory too small.
    private static func overflow(_ errors: String) -> String? {
        let lines = errors.split(separator: "\n").map(String.init)
        let overflows = lines.compactMap { line -> String? in
            guard let region = line.range(of: "region `"),
                let end = line.range(of: "' overflowed by ")
            else { return nil }
            let name = line[region.upperBound..<end.lowerBound]
            return "\(name == "RAM" ? "SRAM" : name.lowercased()) by \(line[end.upperBound...])"
        }
        if !overflows.isEmpty {
            let boards = lines.compactMap { line -> Substring? in
                line.split(separator: "build/").last?.split(separator: "/").first.flatMap {
                    line.contains(".elf] Error") ? $0 : nil
                }
            }
            return "the firmware exceeds \(Set(boards).sorted().joined(separator: ", ")): "
                + overflows.joined(separator: ", ")
        }
        return lines.first { $0.contains("__stack_size") }
    }

    private func make(
        _ arguments: [String], line: (Substring) -> Void
    ) throws(WorkbenchError) -> (status: Int32, output: String, errors: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["make", "-C", path] + arguments
        // The compiler's messages in one language; no settings of a make that runs us.
        var environment = ProcessInfo.processInfo.environment
        for name in ["MAKEFLAGS", "MAKELEVEL", "MFLAGS"] { environment[name] = nil }
        environment["LC_ALL"] = "C"
        process.environment = environment
        let output = Pipe()
        let errors = FileManager.default.temporaryDirectory
            .appending(path: "kinglet-make-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: errors) }
        do {
            try Data().write(to: errors)
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: errors)
            try process.run()
        } catch {
            throw .build(folder: path, reason: "make cannot be run: \(error.localizedDescription)")
        }
        var text = ""
        var rest: Substring = ""
        while true {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { break }
            let piece = String(decoding: data, as: UTF8.self)
            text += piece
            var lines = (rest + piece).split(separator: "\n", omittingEmptySubsequences: false)
            rest = lines.popLast() ?? ""
            lines.forEach(line)
        }
        process.waitUntilExit()
        let messages = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
        return (process.terminationStatus, text, messages)
    }
}
