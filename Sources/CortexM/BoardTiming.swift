// SPDX-License-Identifier: GPL-2.0-or-later
package import Timing

/// What a board file's `timing` says: the memories' times for any core clock, and the fast mode's means.
package struct BoardTiming: Sendable, Equatable {
    /// One row of a flash's wait state table.
    package struct WaitStates: Sendable, Equatable {
        /// The highest core clock of the row.
        package var upToHz: UInt64
        package var cycles: Int
    }
    package struct Flash: Sendable, Equatable {
        /// By rising clock; at least one row.
        package var waitStates: [WaitStates]
        package var lineBytes: Int
        package var prefetches = false
        package var instructionLines = 0
        package var dataLines = 0
        /// Addresses (origin or aliases of flash memories) that the controller's lines serve; nil: all.
        package var acceleratedOrigins: [UInt32]?
    }
    package struct Cache: Sendable, Equatable {
        package var sizeBytes: Int
        package var lineBytes: Int
        package var ways: Int
        /// Names of the memories it serves; nil: all but tightly coupled ones.
        package var memories: [String]?
    }
    /// What the fast mode charges instead of following lines and caches.
    package struct FastMeans: Sendable, Equatable {
        /// Flash reads that a block waits for, times the wait states at the clock.
        package var flashMissesPerBlock = 0.0
        package var storeToLoadCycles = 1.0
        package var firstLoadCycles = 0.0
        package init(
            flashMissesPerBlock: Double = 0, storeToLoadCycles: Double = 1,
            firstLoadCycles: Double = 0
        ) {
            self.flashMissesPerBlock = flashMissesPerBlock
            self.storeToLoadCycles = storeToLoadCycles
            self.firstLoadCycles = firstLoadCycles
        }
    }

    /// nil when flash has no wait states at any clock.
    package var flash: Flash?
    package var instructionCache: Cache?
    package var dataCache: Cache?
    /// Cycles of an access beyond the core's own, by name of the memory.
    package var accessCycles: [String: Int] = [:]
    /// Cycles that a load waits when the load or store before it on the same bus went to another memory.
    package var memoryChangeCycles = 0
    /// Cycles that the first of a run of loads waits, by name of the memory.
    package var firstLoadCycles: [String: Int] = [:]
    package var fast: FastMeans

    package init(fast: FastMeans = FastMeans()) { self.fast = fast }

    /// The highest clock of the wait state table; nil when there is no table, and no limit.
    package var highestHz: UInt64? { flash?.waitStates.last?.upToHz }

    /// Wait states at a clock; those of the last row beyond it.
    package func waitCycles(atHz hertz: UInt64) -> Int {
        guard let rows = flash?.waitStates else { return 0 }
        return (rows.first { hertz <= $0.upToHz } ?? rows.last)?.cycles ?? 0
    }
}

extension Board {
    /// The board with another core clock, and the wait states that come with it.
    package func clocked(atHz hertz: UInt64) throws(BoardError) -> Board {
        var board = self
        board.clockHz = hertz
        try board.validateClock()
        return board
    }

    func validateClock() throws(BoardError) {
        guard clockHz > 0 else { throw .inconsistent(board: name, detail: "clock is 0 Hz") }
        if let limit = timing.highestHz, clockHz > limit {
            throw .clockTooHigh(board: name, hertz: clockHz, limit: limit)
        }
    }

    /// What the fast mode charges for memories at the board's clock.
    package var memoryTiming: MemoryTiming {
        MemoryTiming(
            flashFetchMeanCyclesPerBlock: timing.fast.flashMissesPerBlock
                * Double(timing.waitCycles(atHz: clockHz)),
            storeToLoadCycles: timing.fast.storeToLoadCycles,
            firstLoadCycles: timing.fast.firstLoadCycles)
    }

    /// The memories' geometry and times at the board's clock.
    package var memorySystem: MemorySystem {
        MemorySystem(
            flash: timing.flash.map {
                MemorySystem.Flash(
                    waitCycles: timing.waitCycles(atHz: clockHz), lineBytes: $0.lineBytes,
                    prefetches: $0.prefetches, instructionLines: $0.instructionLines,
                    dataLines: $0.dataLines)
            },
            instructionCache: timing.instructionCache.map(MemorySystem.Cache.init),
            dataCache: timing.dataCache.map(MemorySystem.Cache.init),
            memoryChangeCycles: timing.memoryChangeCycles,
            regions: memories.enumerated()
                .flatMap { regions(of: $0.element, number: $0.offset) }
                .sorted { $0.origin < $1.origin })
    }

    private func regions(of memory: Memory, number: Int) -> [MemorySystem.Region] {
        let isFlash = timing.flash != nil && memory.kind == .flash
        return ([memory.origin] + memory.aliases).map { origin in
            var region = MemorySystem.Region(origin: origin, lengthBytes: memory.lengthBytes)
            region.memory = number
            region.firstLoadCycles = timing.firstLoadCycles[memory.name] ?? 0
            region.isFlash = isFlash
            region.isAccelerated =
                isFlash && timing.flash?.acceleratedOrigins?.contains(origin) ?? true
            // Accesses that the accelerator's own bus serves do not pass the core's caches (F7: ITCM bus).
            let passesCaches =
                timing.flash?.acceleratedOrigins == nil || !region.isAccelerated
            region.isInstructionCached =
                passesCaches && timing.instructionCache?.serves(memory) ?? false
            region.isDataCached = passesCaches && timing.dataCache?.serves(memory) ?? false
            region.accessCycles = timing.accessCycles[memory.name] ?? 0
            return region
        }
    }
}

extension BoardTiming.Cache {
    fileprivate func serves(_ memory: Board.Memory) -> Bool {
        memories?.contains(memory.name) ?? (memory.kind != .itcm && memory.kind != .dtcm)
    }
}

extension MemorySystem.Cache {
    fileprivate init(_ cache: BoardTiming.Cache) {
        self.init(sizeBytes: cache.sizeBytes, lineBytes: cache.lineBytes, ways: cache.ways)
    }
}
