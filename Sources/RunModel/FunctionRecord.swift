// SPDX-License-Identifier: GPL-2.0-or-later

/// Cycles of one function over the whole run, where a run was asked for them.
public struct FunctionRecord: Codable, Sendable, Equatable {
    /// The symbol, as `kinglet profile` names it.
    public var name: String
    /// Cycles of its own instructions.
    public var selfCycles: UInt64
    /// The same with everything that it called.
    public var totalCycles: UInt64
    /// How often it was entered.
    public var calls: UInt64

    /// Creates the record from its parts.
    public init(name: String, selfCycles: UInt64, totalCycles: UInt64, calls: UInt64) {
        self.name = name
        self.selfCycles = selfCycles
        self.totalCycles = totalCycles
        self.calls = calls
    }

    enum CodingKeys: String, CodingKey {
        case name, calls
        case selfCycles = "self_cycles"
        case totalCycles = "total_cycles"
    }
}
