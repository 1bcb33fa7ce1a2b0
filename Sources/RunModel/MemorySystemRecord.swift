// SPDX-License-Identifier: GPL-2.0-or-later

/// What the detailed mode saw between the core and its memories, and of its branches. All counts are of the whole run.
public struct MemorySystemRecord: Codable, Sendable, Equatable {
    /// Lines that were asked for, each time.
    public struct Lines: Codable, Sendable, Equatable {
        /// Found at once.
        public var hits: UInt64
        /// Fetched from memory.
        public var misses: UInt64
        /// Changed lines that went back to memory; only of the data cache.
        public var writeBacks: UInt64?

        /// Creates the record from its parts.
        public init(hits: UInt64, misses: UInt64, writeBacks: UInt64? = nil) {
            self.hits = hits
            self.misses = misses
            self.writeBacks = writeBacks
        }

        enum CodingKeys: String, CodingKey {
            case hits
            case misses
            case writeBacks = "write_backs"
        }
    }

    /// The core's instruction cache; absent where there is none.
    public var instructionCache: Lines?
    /// The core's data cache; absent where there is none.
    public var dataCache: Lines?
    /// Flash lines that instructions came from, beside the core's cache: kept by the flash controller or
    /// read ahead in time (hits), or waited for (misses). Absent when flash takes no time.
    public var flashInstructions: Lines?
    /// Flash lines that loads asked for, beside the core's cache.
    public var flashData: Lines?
    /// Loads and stores at addresses that are no multiple of their size.
    public var unalignedAccesses: UInt64
    /// Divides that took effect.
    public var divides: UInt64
    /// Cycles that the core waited for instructions.
    public var fetchStallCycles: UInt64
    /// Cycles that loads and stores waited for.
    public var dataStallCycles: UInt64
    /// Loads that waited for their bus to come to their memory; absent where that takes no time.
    public var busWaits: UInt64?
    /// Cycles that those waited.
    public var busWaitCycles: UInt64?
    /// Cycles that unaligned accesses cost more.
    public var unalignedCycles: UInt64
    /// Branches that the core predicted; absent on cores that predict nothing.
    public var predictedBranches: UInt64?
    /// How many of them went otherwise.
    public var mispredictedBranches: UInt64?
    /// Cycles that those cost.
    public var mispredictionCycles: UInt64?
    /// Cycles of all divides beyond their number times the mean of the fast mode; below 0 when they were
    /// quicker.
    public var divideCyclesBeyondMean: Int64

    /// Creates the record from its parts.
    public init(
        instructionCache: Lines? = nil, dataCache: Lines? = nil, flashInstructions: Lines? = nil,
        flashData: Lines? = nil, unalignedAccesses: UInt64, divides: UInt64,
        fetchStallCycles: UInt64, dataStallCycles: UInt64, unalignedCycles: UInt64,
        divideCyclesBeyondMean: Int64, predictedBranches: UInt64? = nil,
        mispredictedBranches: UInt64? = nil, mispredictionCycles: UInt64? = nil,
        busWaits: UInt64? = nil, busWaitCycles: UInt64? = nil
    ) {
        self.instructionCache = instructionCache
        self.dataCache = dataCache
        self.flashInstructions = flashInstructions
        self.flashData = flashData
        self.unalignedAccesses = unalignedAccesses
        self.divides = divides
        self.fetchStallCycles = fetchStallCycles
        self.dataStallCycles = dataStallCycles
        self.unalignedCycles = unalignedCycles
        self.divideCyclesBeyondMean = divideCyclesBeyondMean
        self.predictedBranches = predictedBranches
        self.mispredictedBranches = mispredictedBranches
        self.mispredictionCycles = mispredictionCycles
        self.busWaits = busWaits
        self.busWaitCycles = busWaitCycles
    }

    enum CodingKeys: String, CodingKey {
        case instructionCache = "instruction_cache"
        case dataCache = "data_cache"
        case flashInstructions = "flash_instructions"
        case flashData = "flash_data"
        case unalignedAccesses = "unaligned_accesses"
        case divides
        case fetchStallCycles = "fetch_stall_cycles"
        case dataStallCycles = "data_stall_cycles"
        case busWaits = "bus_waits"
        case busWaitCycles = "bus_wait_cycles"
        case unalignedCycles = "unaligned_cycles"
        case predictedBranches = "predicted_branches"
        case mispredictedBranches = "mispredicted_branches"
        case mispredictionCycles = "misprediction_cycles"
        case divideCyclesBeyondMean = "divide_cycles_beyond_mean"
    }
}
