// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// "2 of 5 scenarios  quick-start", on terminals only.
final class CountedProgress: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var done = 0
    private let total: Int
    private let noun: String
    private let console: CommandConsole

    /// - Parameter noun: what is counted, in the plural.
    init(total: Int, _ noun: String, _ console: CommandConsole) {
        self.total = total
        self.noun = noun
        self.console = console
    }

    func show() { lock.withLock { write("") } }

    func finished(_ name: String) {
        lock.withLock {
            done += 1
            write(String(name.filter { $0.isASCII && !$0.isNewline }.prefix(40)))
        }
    }

    func erase() {
        if console.errorIsTerminal { console.printError("\r\u{1B}[K") }
    }

    private func write(_ name: String) {
        guard console.errorIsTerminal else { return }
        console.printError("\r\u{1B}[K\(done) of \(total) \(noun)  \(name)")
    }
}
