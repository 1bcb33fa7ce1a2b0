// SPDX-License-Identifier: GPL-2.0-or-later
import Foundation

/// Lets so many runs go on at a time, in order of arrival.
actor RunGate {
    static let shared = RunGate(places: ProcessInfo.processInfo.activeProcessorCount)

    private var freePlaces: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { freePlaces = max(1, places) }

    /// Throws what `body` throws, and `CancellationError` when the task is cancelled before its turn.
    nonisolated func pass<Result: Sendable>(
        _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        await enter()
        do {
            try Task.checkCancellation()
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        if freePlaces > 0 {
            freePlaces -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    private func leave() {
        if waiting.isEmpty {
            freePlaces += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
