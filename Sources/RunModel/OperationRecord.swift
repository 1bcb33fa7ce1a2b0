// SPDX-License-Identifier: GPL-2.0-or-later

/// Cycles of one operation of the planned step in one phase, where a run was asked for them.
///
/// From the first instruction of the operation's lines to the first of another's, with everything that is
/// called between: kernels, and interrupts too.
public struct OperationRecord: Codable, Sendable, Equatable {
    /// Index into `ArenaRecord.positions`.
    public var position: Int
    /// The phase that the firmware's markers had opened.
    public var phase: String
    /// Over all steps that ended.
    public var cycles: UInt64
    /// Instructions that took effect, over the same steps.
    public var instructions: UInt64

    /// Creates the record from its parts.
    public init(position: Int, phase: String, cycles: UInt64, instructions: UInt64) {
        self.position = position
        self.phase = phase
        self.cycles = cycles
        self.instructions = instructions
    }
}
