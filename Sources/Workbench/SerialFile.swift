// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation
import Synchronization

/// What becomes of bytes that firmware sends through UARTs.
package enum SerialPlace: Sendable, Equatable {
    /// Printed as the rest of the firmware's console.
    case console
    case nowhere
    /// The raw bytes of all UARTs, as they come.
    case file(String)
}

/// A file that grows with what comes through UARTs, in pieces of some kilobytes.
final class SerialFile: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var failure: String?
    }
    private static let pieceBytes = 4096

    private let path: String
    private let file: FileHandle
    private let state = Mutex(State())

    /// Empties the file.
    init(path: String) throws(WorkbenchError) {
        self.path = path
        try OutputFile.write([UInt8](), to: path)
        do {
            file = try FileHandle(forWritingTo: URL(filePath: path).resolvingSymlinksInPath())
        } catch {
            throw .unwritableFile(path: path, reason: "\(error.localizedDescription)")
        }
    }

    func append(_ bytes: [UInt8]) {
        state.withLock { state in
            state.pending += bytes
            if state.pending.count >= Self.pieceBytes { flush(&state) }
        }
    }

    /// Throws when something could not be written, now or before.
    func close() throws(WorkbenchError) {
        let failure = state.withLock { state in
            flush(&state)
            return state.failure
        }
        try? file.close()
        if let failure { throw .unwritableFile(path: path, reason: failure) }
    }

    private func flush(_ state: inout State) {
        defer { state.pending.removeAll(keepingCapacity: true) }
        guard state.failure == nil, !state.pending.isEmpty else { return }
        do {
            try file.write(contentsOf: Data(state.pending))
        } catch {
            state.failure = error.localizedDescription
        }
    }
}
