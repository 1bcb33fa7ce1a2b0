// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import Synchronization
import Testing
import Workbench

/// The images and host twins that `make firmware` and `make -C firmware host` build.
enum BuiltFirmware {
    static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "firmware/build")

    static let data = folder.appending(path: "data").path

    struct NotBuilt: Error, CustomStringConvertible {
        var path: String
        var description: String { "\(path) is missing: run `make test`, or `make firmware` first" }
    }

    static func path(_ name: String) throws -> String {
        let file = folder.appending(path: name).path
        guard FileManager.default.fileExists(atPath: file) else { throw NotBuilt(path: file) }
        return file
    }

    /// Runs `app` for `board` and returns its record with everything it printed.
    static func run(
        _ app: String, on board: String, arguments: String = "", maxCycles: UInt64? = nil
    ) throws -> (record: RunRecord, console: String) {
        let printed = Mutex<[UInt8]>([])
        var request = RunRequest(
            imagePath: try path("\(board)/\(app).elf"), board: try Board.named(board))
        request.arguments = arguments
        request.filesDirectory = data
        request.maxCycles = maxCycles
        request.console = { bytes in printed.withLock { $0 += bytes } }
        let record = try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
        return (record, printed.withLock { String(decoding: $0, as: UTF8.self) })
    }

    /// Runs the same sources as a program of this machine and returns what it printed.
    static func runHostTwin(_ app: String, arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try path("host/\(app)"))
        process.arguments = arguments
        process.arguments?.insert(contentsOf: ["--files", data], at: 0)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of the line `key: value`.
    static func value(of key: String, in text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(key + ": ") }
            .map { String($0.dropFirst(key.count + 2)) }
    }
}
