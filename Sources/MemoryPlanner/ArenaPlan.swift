// SPDX-License-Identifier: GPL-2.0-or-later

/// Where each buffer of a problem stands.
package struct ArenaPlan: Equatable, Sendable {
    package let problem: ArenaProblem
    /// In the order of `problem.buffers`, in bytes from the arena's start.
    package let offsets: [Int]
    /// The end of the highest buffer.
    package let arenaBytes: Int
    /// What no plan can go below, and where.
    package let bound: LowerBound
    /// True where no smaller arena exists: the bound was reached, or the search was exhaustive.
    package let isProvenOptimal: Bool
    /// Which strategy found the plan, for reports.
    package let strategy: String
    /// Search effort spent, in buffers looked at; the same on every machine.
    package let work: Int

    /// Where the buffer of this name stands; nil where there is none.
    package func offset(of name: String) -> Int? {
        problem.buffers.firstIndex { $0.name == name }.map { offsets[$0] }
    }

    /// How far above the bound the arena is: 0.02 is two percent; 0 of nothing.
    package var excess: Double {
        bound.bytes == 0 ? 0 : Double(arenaBytes - bound.bytes) / Double(bound.bytes)
    }
}
