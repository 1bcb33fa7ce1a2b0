// SPDX-License-Identifier: GPL-2.0-or-later

/// Cycles and instructions of a part of the run.
public struct CountsRecord: Codable, Sendable, Equatable {
    /// Core clock cycles, without sleep.
    public var cycles: UInt64
    /// Instructions that took effect.
    public var instructions: UInt64
    /// Instructions fetched, but skipped by the condition of their IT block.
    public var skippedInstructions: UInt64

    /// Creates the record from its parts.
    public init(cycles: UInt64, instructions: UInt64, skippedInstructions: UInt64 = 0) {
        self.cycles = cycles
        self.instructions = instructions
        self.skippedInstructions = skippedInstructions
    }

    enum CodingKeys: String, CodingKey {
        case cycles
        case instructions
        case skippedInstructions = "skipped_instructions"
    }
}

/// All passages through one phase of a step, summed; phases nested inside it are not counted in it.
public struct PhaseRecord: Codable, Sendable, Equatable {
    /// `forward`, `backward`, `update`, `input`, `evaluation`, or as the firmware defined it.
    public var name: String
    /// Core clock cycles, without sleep.
    public var cycles: UInt64
    /// Instructions that took effect.
    public var instructions: UInt64

    /// Creates the record from its parts.
    public init(name: String, cycles: UInt64, instructions: UInt64) {
        self.name = name
        self.cycles = cycles
        self.instructions = instructions
    }
}

/// One passage through a region asked for with `--region`.
public struct RegionRecord: Codable, Sendable, Equatable {
    /// `FROM..TO` as given.
    public var name: String
    /// Passage number, from 0.
    public var index: Int
    /// Core clock cycles, without sleep.
    public var cycles: UInt64
    /// Instructions that took effect.
    public var instructions: UInt64

    /// Creates the record from its parts.
    public init(name: String, index: Int, cycles: UInt64, instructions: UInt64) {
        self.name = name
        self.index = index
        self.cycles = cycles
        self.instructions = instructions
    }
}

/// A figure that the firmware reported about its own work.
public struct MetricRecord: Codable, Sendable, Equatable {
    /// As the firmware gave it, for example `accuracy_after`.
    public var name: String
    /// In whatever unit the firmware means.
    public var value: Float

    /// Creates the record from its parts.
    public init(name: String, value: Float) {
        self.name = name
        self.value = value
    }
}

/// A peripheral register without a model that the firmware touched.
public struct TouchedRegisterRecord: Codable, Sendable, Equatable {
    /// `0x` and eight hexadecimal digits.
    public var address: String
    /// Number of reads.
    public var reads: UInt64
    /// Number of writes.
    public var writes: UInt64

    /// Creates the record from its parts.
    public init(address: String, reads: UInt64, writes: UInt64) {
        self.address = address
        self.reads = reads
        self.writes = writes
    }
}
