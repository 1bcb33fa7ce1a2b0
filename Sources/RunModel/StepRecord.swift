// SPDX-License-Identifier: GPL-2.0-or-later

/// One training step.
public struct StepRecord: Codable, Sendable, Equatable {
    /// As the firmware numbered it, or from 0 with `--step-symbol`.
    public var index: Int
    /// Core clock cycles, without sleep.
    public var cycles: UInt64
    /// Instructions that took effect.
    public var instructions: UInt64
    /// The most of static, stack and heap in use at one time within the step, bytes.
    public var sramPeakBytes: UInt64
    /// In the order in which they first began.
    public var phases: [PhaseRecord]
    /// As the firmware reported it; absent when it did not.
    public var loss: Float?

    /// Creates the record from its parts.
    public init(
        index: Int, cycles: UInt64, instructions: UInt64, sramPeakBytes: UInt64,
        phases: [PhaseRecord] = [], loss: Float? = nil
    ) {
        self.index = index
        self.cycles = cycles
        self.instructions = instructions
        self.sramPeakBytes = sramPeakBytes
        self.phases = phases
        self.loss = loss
    }

    enum CodingKeys: String, CodingKey {
        case index
        case cycles
        case instructions
        case sramPeakBytes = "sram_peak_bytes"
        case phases
        case loss
    }
}
