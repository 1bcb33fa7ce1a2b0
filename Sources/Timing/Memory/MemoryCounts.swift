// SPDX-License-Identifier: GPL-2.0-or-later

/// What a `MemorySimulator` has seen. A line counts once each time that it is asked for.
package struct MemoryCounts: Sendable, Equatable {
    /// Lines of the core's instruction cache, each time execution comes to one.
    package var instructionHits: UInt64 = 0
    package var instructionMisses: UInt64 = 0
    /// Lines of the data cache that loads and stores asked for.
    package var dataHits: UInt64 = 0
    package var dataMisses: UInt64 = 0
    /// Changed lines that went back to memory.
    package var writeBacks: UInt64 = 0
    /// Flash lines that execution came to: kept by the controller or read ahead in time; waited for.
    package var flashFetchHits: UInt64 = 0
    package var flashFetchMisses: UInt64 = 0
    /// Flash lines that loads asked for, without the core's cache.
    package var flashDataHits: UInt64 = 0
    package var flashDataMisses: UInt64 = 0
    /// Cycles that the core waited for instructions, and for loads and stores.
    package var fetchStallCycles: UInt64 = 0
    package var dataStallCycles: UInt64 = 0
    /// Loads that waited for their bus to come to their memory, and how long.
    package var busWaits: UInt64 = 0
    package var busWaitCycles: UInt64 = 0
    package init() {}

    init(
        instructionHits: UInt64, instructionMisses: UInt64, dataHits: UInt64, dataMisses: UInt64,
        writeBacks: UInt64, flashFetchHits: UInt64, flashFetchMisses: UInt64,
        flashDataHits: UInt64, flashDataMisses: UInt64, fetchStallCycles: UInt64,
        dataStallCycles: UInt64, busWaits: UInt64, busWaitCycles: UInt64
    ) {
        self.instructionHits = instructionHits
        self.instructionMisses = instructionMisses
        self.dataHits = dataHits
        self.dataMisses = dataMisses
        self.writeBacks = writeBacks
        self.flashFetchHits = flashFetchHits
        self.flashFetchMisses = flashFetchMisses
        self.flashDataHits = flashDataHits
        self.flashDataMisses = flashDataMisses
        self.fetchStallCycles = fetchStallCycles
        self.dataStallCycles = dataStallCycles
        self.busWaits = busWaits
        self.busWaitCycles = busWaitCycles
    }
}
