// SPDX-License-Identifier: GPL-2.0-or-later

extension Counters {
    static func + (left: Counters, right: Counters) -> Counters {
        Counters(
            cycles: left.cycles &+ right.cycles,
            instructions: left.instructions &+ right.instructions,
            skippedInstructions: left.skippedInstructions &+ right.skippedInstructions)
    }

    static func - (left: Counters, right: Counters) -> Counters {
        Counters(
            cycles: left.cycles &- right.cycles,
            instructions: left.instructions &- right.instructions,
            skippedInstructions: left.skippedInstructions &- right.skippedInstructions)
    }
}
