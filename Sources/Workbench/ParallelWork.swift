// SPDX-License-Identifier: GPL-2.0-or-later
import Dispatch
import Foundation

/// Work on several threads whose results come in the order of the work.
enum ParallelWork {
    /// Does `work` for each item, `jobs` at a time.
    ///
    /// - Parameter finished: called after each, from any thread, one call at a time.
    /// - Returns: the results in the order of the items, however many run at a time.
    static func results<Item: Sendable, Result: Sendable>(
        of items: [Item], jobs: Int, finished: @Sendable (Result) -> Void,
        work: @Sendable (Item) -> Result
    ) -> [Result] {
        let board = ResultBoard<Result>(count: items.count)
        DispatchQueue.concurrentPerform(iterations: min(max(1, jobs), max(1, items.count))) { _ in
            while let index = board.next() { board.set(index, work(items[index]), finished) }
        }
        return board.results
    }
}

/// Hands out work and takes its results, for several threads.
private final class ResultBoard<Result: Sendable>: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var taken = 0
    nonisolated(unsafe) private var slots: [Result?]
    private let count: Int

    init(count: Int) {
        self.count = count
        slots = Array(repeating: nil, count: count)
    }

    func next() -> Int? {
        lock.withLock {
            guard taken < count else { return nil }
            defer { taken += 1 }
            return taken
        }
    }

    func set(_ index: Int, _ result: Result, _ then: (Result) -> Void) {
        lock.withLock {
            slots[index] = result
            then(result)
        }
    }

    var results: [Result] { lock.withLock { slots.compactMap { $0 } } }
}
