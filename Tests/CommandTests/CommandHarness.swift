// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import KingletCommands
import TestSupport
import Workbench

/// Runs command lines in this process and keeps what they print.
final class CommandHarness: @unchecked Sendable {
    private let lock = NSLock()
    private var outputBytes: [UInt8] = []
    private var errorBytes: [UInt8] = []
    private(set) var configuration: MachineConfiguration?
    var result = MachineResult(
        outcome: .exited(code: 0), total: Counters(cycles: 1_000, instructions: 900),
        memory: MemoryMeasurement())
    /// What the firmware writes to its console, and the progress between.
    var console: [String] = []
    /// What it sends through a UART.
    var serial: [UInt8] = []
    var progress: [RunProgress] = []
    var errorIsTerminal = false

    var output: String { lock.withLock { String(decoding: outputBytes, as: UTF8.self) } }
    var errors: String { lock.withLock { String(decoding: errorBytes, as: UTF8.self) } }

    @discardableResult
    func run(_ arguments: String...) -> Int32 { run(arguments: arguments) }

    @discardableResult
    func run(arguments: [String]) -> Int32 {
        lock.withLock {
            outputBytes = []
            errorBytes = []
        }
        let console = CommandConsole(
            writeOutput: { bytes in self.lock.withLock { self.outputBytes += bytes } },
            writeError: { bytes in self.lock.withLock { self.errorBytes += bytes } },
            errorIsTerminal: errorIsTerminal,
            execute: { configuration in
                self.configuration = configuration
                for progress in self.progress { configuration.progress?(progress) }
                for text in self.console { configuration.console?(Array(text.utf8)) }
                if case .bytes(let receive) = configuration.serial { receive(self.serial) }
                return self.result
            })
        return Kinglet.run(arguments: arguments, in: console)
    }

    /// A raw binary of 64 bytes, which stands at 0 on the default board.
    static func withImage<R>(_ body: (String, URL) throws -> R) throws -> R {
        try Assembler.withTemporaryDirectory { folder in
            let path = folder.appending(path: "app.bin")
            let words: [UInt8] = [0x00, 0x00, 0x04, 0x20, 0x09, 0x00, 0x00, 0x00]
            try Data(words + [UInt8](repeating: 0, count: 56)).write(to: path)
            return try body(path.path, folder)
        }
    }
}
