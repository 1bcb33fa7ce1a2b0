// SPDX-License-Identifier: GPL-2.0-or-later
import CortexM
import Foundation
import Synchronization
import Workbench

extension Firmware {
    /// Runs the image to its end and returns what was measured.
    ///
    /// Throws `RunFailure` for a run that did not begin, faulted, was stopped by a limit, or whose
    /// firmware reported failure. A need for more memory than the board has is no failure here: the
    /// record says so, for budgets to judge.
    ///
    /// Runs on a thread of its own; as many runs as the machine has processors go on at a time, the
    /// others wait.
    public func run(on board: EmulatedBoard) async throws -> RunRecord {
        let (record, console) = try await measure(on: board)
        if let failure = RunFailure(record, console: console) { throw failure }
        return record
    }

    /// The same however the run ends: for tests of firmware that shall fault, or never exits. Throws only
    /// when the run did not begin.
    public func attempt(on board: EmulatedBoard) async throws -> RunRecord {
        try await measure(on: board).record
    }

    private func measure(
        on board: EmulatedBoard
    ) async throws -> (record: RunRecord, console: String) {
        try await RunGate.shared.pass {
            try await onThread {
                let tail = ConsoleTail()
                do {
                    var request = RunRequest(imagePath: path, board: try board.resolve())
                    request.name = name
                    request.arguments = arguments
                    request.filesDirectory = files
                    request.stepSymbol = stepSymbol
                    request.regions = regions
                    request.untilSymbol = until
                    request.maxCycles = mostCycles?.count
                    request.timeoutSeconds = timeout / .seconds(1)
                    request.console = { bytes in
                        tail.append(bytes)
                        console?(String(decoding: bytes, as: UTF8.self))
                    }
                    let record = try FirmwareRun(execute: FirmwareRun.simulate).record(of: request)
                    return (record, tail.text)
                } catch let failure as RunFailure {
                    throw failure
                } catch {
                    throw RunFailure.notStarted(reason: "\(error)")
                }
            }
        }
    }
}

/// The end of what the firmware printed.
private final class ConsoleTail: Sendable {
    private static let mostBytes = 2048
    private let bytes = Mutex<[UInt8]>([])

    func append(_ more: [UInt8]) {
        bytes.withLock {
            $0 += more
            if $0.count > 2 * Self.mostBytes { $0.removeFirst($0.count - Self.mostBytes) }
        }
    }

    var text: String {
        bytes.withLock { String(decoding: $0.suffix(Self.mostBytes), as: UTF8.self) }
    }
}

/// Runs `body` on a new thread: it takes long, and the threads of Swift's tasks are few.
private func onThread<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Swift.Result { try body() }) }
        thread.stackSize = 8 << 20
        thread.start()
    }
}
