// SPDX-License-Identifier: GPL-2.0-or-later

/// What lies between a core and its memories, at one clock: cycles and bytes, no state.
///
/// Made from a board's description and a core clock. The fast mode does not use it: its means are
/// `MemoryTiming`.
package struct MemorySystem: Sendable, Equatable, Codable {
    /// A flash array that is read line by line, with the buffers of its controller.
    package struct Flash: Sendable, Equatable, Codable {
        /// Cycles that a read of the array takes beyond those of a memory without wait states.
        package var waitCycles: Int
        /// Bytes that one read of the array gives; a power of two.
        package var lineBytes: Int
        /// The line behind the one in use is read while instructions run from that one.
        package var prefetches: Bool
        /// Lines that the controller keeps for instructions; 0 when it keeps only the one in use.
        package var instructionLines: Int
        /// Lines that it keeps for literals and other constant data.
        package var dataLines: Int
        package init(
            waitCycles: Int, lineBytes: Int, prefetches: Bool = false, instructionLines: Int = 0,
            dataLines: Int = 0
        ) {
            self.waitCycles = waitCycles
            self.lineBytes = lineBytes
            self.prefetches = prefetches
            self.instructionLines = instructionLines
            self.dataLines = dataLines
        }
    }

    /// A cache of the core: `sizeBytes` = sets × `ways` × `lineBytes`, sets a power of two.
    package struct Cache: Sendable, Equatable, Codable {
        package var sizeBytes: Int
        package var lineBytes: Int
        package var ways: Int
        package init(sizeBytes: Int, lineBytes: Int, ways: Int) {
            self.sizeBytes = sizeBytes
            self.lineBytes = lineBytes
            self.ways = ways
        }
        package var sets: Int { sizeBytes / (lineBytes * ways) }
    }

    /// A range of addresses that behaves alike. An alias of a memory is a region of its own.
    package struct Region: Sendable, Equatable, Codable {
        package var origin: UInt32
        package var lengthBytes: UInt32
        /// Reads go to `MemorySystem.flash`'s array.
        package var isFlash = false
        /// The flash controller's instruction and data lines serve this address; else an access goes to
        /// the array, or to the core's caches before it.
        package var isAccelerated = false
        /// The core's caches keep lines of it.
        package var isInstructionCached = false
        package var isDataCached = false
        /// Which of the memories it belongs to: aliases of one memory have the same number.
        package var memory = 0
        /// Cycles that the first of a run of loads waits: one that does not pipeline behind a load of the same memory.
        package var firstLoadCycles = 0
        /// Cycles of an access that no cache serves (or of the first word of a cache's line) beyond the
        /// core's own; a flash's wait cycles come on top.
        package var accessCycles = 0
        package init(origin: UInt32, lengthBytes: UInt32) {
            self.origin = origin
            self.lengthBytes = lengthBytes
        }
        package func contains(_ address: UInt32) -> Bool {
            address >= origin && address - origin < lengthBytes
        }
    }

    /// nil when no flash takes time.
    package var flash: Flash?
    package var instructionCache: Cache?
    package var dataCache: Cache?
    /// Cycles that a load waits when the load or store before it on the same bus went to another memory. Buses are the
    /// core's D-Code and System bus; peripherals count for neither.
    package var memoryChangeCycles: Int
    /// In order of address, without overlap; addresses outside take no time of their own.
    package var regions: [Region]

    package init(
        flash: Flash? = nil, instructionCache: Cache? = nil, dataCache: Cache? = nil,
        memoryChangeCycles: Int = 0, regions: [Region] = []
    ) {
        self.flash = flash
        self.instructionCache = instructionCache
        self.dataCache = dataCache
        self.memoryChangeCycles = memoryChangeCycles
        self.regions = regions
    }

    /// Whether loads may wait for their bus to come to their memory.
    package var busesWait: Bool {
        memoryChangeCycles > 0 || regions.contains { $0.firstLoadCycles > 0 }
    }

    package func region(at address: UInt32) -> Region? {
        regions.first { $0.contains(address) }
    }
}
