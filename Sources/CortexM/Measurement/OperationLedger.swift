// SPDX-License-Identifier: GPL-2.0-or-later

/// Sums of what the operations of steps took, by operation and phase.
struct OperationLedger {
    private struct Key: Hashable {
        var operation: Int
        var phase: String
    }

    /// The operation that what follows belongs to.
    var current: Int?
    private var whole: [Key: Counters] = [:]
    /// Of the step that is open: counts only when it ends.
    private var open: [Key: Counters] = [:]

    /// By operation, then by phase.
    var sums: [OperationMeasurement] {
        whole.map {
            OperationMeasurement(operation: $0.operation, phase: $0.phase, counters: $1)
        }.sorted { ($0.operation, $0.phase) < ($1.operation, $1.phase) }
    }

    mutating func beginStep() {
        current = nil
        open = [:]
    }

    mutating func add(_ counters: Counters, in phase: String) {
        guard let current else { return }
        let key = Key(operation: current, phase: phase)
        open[key] = open[key, default: Counters()] + counters
    }

    mutating func endStep() {
        for (key, counters) in open { whole[key] = whole[key, default: Counters()] + counters }
        beginStep()
    }
}
