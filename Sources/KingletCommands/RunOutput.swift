// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation

/// Keeps the firmware's console, the progress line and the summary of one run apart.
///
/// All calls come from the thread that runs the command; the lock is what tells the compiler.
final class RunOutput: Sendable {
    private struct State {
        var lastByte: UInt8 = 0x0A
        var progress = ProgressLine()
    }

    private let console: CommandConsole
    /// Standard output holds JSON only; everything else goes to standard error.
    private let jsonTakesOutput: Bool
    private let lock = NSLock()
    nonisolated(unsafe) private var state = State()

    init(_ console: CommandConsole, jsonTakesOutput: Bool) {
        self.console = console
        self.jsonTakesOutput = jsonTakesOutput
    }

    func firmwareWrote(_ bytes: [UInt8]) {
        guard let last = bytes.last else { return }
        lock.withLock {
            eraseProgress()
            state.lastByte = last
        }
        write(bytes)
    }

    func progressed(_ progress: RunProgress) {
        // A progress line would garble a console line that is not finished yet.
        guard console.errorIsTerminal else { return }
        lock.withLock {
            guard state.lastByte == 0x0A,
                let text = state.progress.update(progress, now: ContinuousClock.now)
            else { return }
            console.printError(text)
        }
    }

    /// Erases the progress line, and ends an unfinished console line.
    func finish() {
        let isOpen = lock.withLock {
            eraseProgress()
            defer { state.lastByte = 0x0A }
            return state.lastByte != 0x0A
        }
        if isOpen { print("\n") }
    }

    func print(_ text: String) { write(Array(text.utf8)) }

    private func write(_ bytes: [UInt8]) {
        if jsonTakesOutput { console.writeError(bytes) } else { console.writeOutput(bytes) }
    }

    private func eraseProgress() {
        if let text = state.progress.erase() { console.printError(text) }
    }
}
