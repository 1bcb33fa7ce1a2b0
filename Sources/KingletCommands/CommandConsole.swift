// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
package import Workbench

/// Where a command writes, and what executes its runs: replaced as a whole in tests.
package struct CommandConsole: Sendable {
    package var writeOutput: @Sendable ([UInt8]) -> Void
    package var writeError: @Sendable ([UInt8]) -> Void
    /// Progress lines are for terminals only.
    package var errorIsTerminal: Bool
    package var execute: FirmwareRun.Execute

    package init(
        writeOutput: @escaping @Sendable ([UInt8]) -> Void,
        writeError: @escaping @Sendable ([UInt8]) -> Void, errorIsTerminal: Bool,
        execute: @escaping FirmwareRun.Execute
    ) {
        self.writeOutput = writeOutput
        self.writeError = writeError
        self.errorIsTerminal = errorIsTerminal
        self.execute = execute
    }

    /// The console of the command being run.
    @TaskLocal package static var current = CommandConsole.process

    /// Standard output and standard error of this process, and the simulator.
    package static let process = CommandConsole(
        writeOutput: { bytes in
            do {
                try FileHandle.standardOutput.write(contentsOf: Data(bytes))
            } catch {
                let message = "Error: cannot write to standard output: "
                try? FileHandle.standardError.write(
                    contentsOf: Data("\(message)\(error.localizedDescription)\n".utf8))
                exit(ExitStatus.usage.code)
            }
        },
        // What cannot be said on standard error cannot be said anywhere.
        writeError: { try? FileHandle.standardError.write(contentsOf: Data($0)) },
        errorIsTerminal: isatty(STDERR_FILENO) != 0,
        execute: FirmwareRun.simulate)

    func print(_ text: String) { writeOutput(Array(text.utf8)) }

    func printError(_ text: String) { writeError(Array(text.utf8)) }
}
