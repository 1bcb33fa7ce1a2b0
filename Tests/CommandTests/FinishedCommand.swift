// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import KingletCommands
import Workbench

/// A command line that was run in this process, with the simulator, and what it printed.
struct FinishedCommand {
    var code: Int32
    var output: String
    var errors: String

    init(_ arguments: [String]) {
        let lock = NSLock()
        nonisolated(unsafe) var output: [UInt8] = []
        nonisolated(unsafe) var errors: [UInt8] = []
        let console = CommandConsole(
            writeOutput: { bytes in lock.withLock { output += bytes } },
            writeError: { bytes in lock.withLock { errors += bytes } }, errorIsTerminal: false,
            execute: FirmwareRun.simulate)
        code = Kinglet.run(arguments: arguments, in: console)
        (self.output, self.errors) = lock.withLock {
            (String(decoding: output, as: UTF8.self), String(decoding: errors, as: UTF8.self))
        }
    }
}
