// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import RunModel
import Synchronization
import TestSupport
import Testing
import Workbench

/// The images and host twins of apps (`make firmware`) and of compiled models (`make compiled`).
enum BuiltFirmware {
    static let data = Repository.root.appending(path: "firmware/build/data").path
    static let cleanData = Repository.root.appending(path: "firmware/build/data-clean").path

    static let firmware = Repository.root.appending(path: "firmware").path

    /// What the micro-benchmarks of a core are expected to measure.
    static func microbenchTable(_ file: String) throws -> String {
        let table = Repository.root.appending(path: "firmware/apps/microbench").appending(
            path: file)
        return try String(contentsOf: table, encoding: .utf8)
    }

    struct NotBuilt: Error, CustomStringConvertible {
        var path: String
        var description: String {
            "\(path) is missing: run `make test`, or `make firmware data compiled` first"
        }
    }

    /// `file` of a build folder: that of the project `out/APP` where there is one, else that of `firmware`.
    private static func path(_ file: String, of app: String) throws -> String {
        let folders = ["out/\(app)/build", "firmware/build"].map {
            Repository.root.appending(path: $0)
        }
        let paths = folders.map { $0.appending(path: file).path }
        guard let path = paths.first(where: FileManager.default.fileExists) else {
            throw NotBuilt(path: paths.joined(separator: " or "))
        }
        return path
    }

    static func image(_ app: String, on board: String) throws -> String {
        try path("\(board)/\(app).elf", of: app)
    }

    /// Runs `app` for `board` and returns its record with everything it printed.
    static func run(
        _ app: String, on board: String, arguments: String = "", maxCycles: UInt64? = nil,
        loadFlash: String? = nil, saveFlash: String? = nil, clockHz: UInt64? = nil
    ) throws -> (record: RunRecord, console: String) {
        let printed = Mutex<[UInt8]>([])
        var request = RunRequest(
            imagePath: try image(app, on: board), board: try Board.named(board))
        if let clockHz { request.board = try request.board.clocked(atHz: clockHz) }
        request.arguments = arguments
        request.filesDirectory = data
        request.maxCycles = maxCycles
        request.loadFlashPath = loadFlash
        request.saveFlashPath = saveFlash
        request.console = { bytes in printed.withLock { $0 += bytes } }
        let record = try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
        return (record, printed.withLock { String(decoding: $0, as: UTF8.self) })
    }

    /// Runs the same sources as a program of this machine and returns what it printed.
    static func runHostTwin(
        _ app: String, arguments: String, files: String = data, exitCode: Int32 = 0
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try path("host/\(app)", of: app))
        process.arguments = ["--files", files] + arguments.split(separator: " ").map(String.init)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == exitCode)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value of the line `key: value`.
    static func value(of key: String, in text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix(key + ": ") }
            .map { String($0.dropFirst(key.count + 2)) }
    }
}
