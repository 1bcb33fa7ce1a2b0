// SPDX-License-Identifier: GPL-2.0-or-later

/// How the cycles that depend on addresses and operands are found.
package enum TimingMode: String, Sendable, CaseIterable {
    /// Means of the board and the core: one cost for each edge.
    case fast
    /// Caches and flash lines followed line by line, divides and unaligned accesses by their operands.
    case detailed
}
