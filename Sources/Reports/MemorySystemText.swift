// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// What the detailed mode saw between core and memories, as a table.
enum MemorySystemText {
    /// Header first. One row for each kind of line, divide or access that there was.
    static func rows(_ record: MemorySystemRecord) -> [[String]] {
        var rows: [[String]] = []
        let kinds = [
            ("instruction cache", record.instructionCache), ("data cache", record.dataCache),
            ("flash, instructions", record.flashInstructions), ("flash, data", record.flashData),
        ]
        for (name, lines) in kinds {
            guard let lines, lines.hits > 0 || lines.misses > 0 else { continue }
            let total = lines.hits.addingReportingOverflow(lines.misses).partialValue
            rows.append([
                name, Figures.grouped(lines.hits), Figures.grouped(lines.misses),
                Figures.percent(lines.hits, of: total),
            ])
        }
        return rows
    }

    static let header = ["lines asked for", "hits", "misses", "hit"]

    /// What was waited for, and what operands and addresses cost.
    static func sentence(_ record: MemorySystemRecord) -> String {
        var parts = [
            "waited \(Figures.grouped(record.fetchStallCycles)) cycles for instructions",
            "\(Figures.grouped(record.dataStallCycles)) for data",
        ]
        if let waits = record.busWaits, let cycles = record.busWaitCycles, waits > 0 {
            parts.append(
                "\(Figures.grouped(cycles)) in \(Figures.grouped(waits)) loads for the bus")
        }
        if let branches = record.predictedBranches, let wrong = record.mispredictedBranches,
            let cycles = record.mispredictionCycles
        {
            parts.append(
                "\(Figures.grouped(cycles)) for \(Figures.grouped(wrong)) of "
                    + "\(Figures.grouped(branches)) branches predicted wrong")
        }
        if record.unalignedAccesses > 0 {
            parts.append(
                "\(Figures.grouped(record.unalignedAccesses)) unaligned accesses cost "
                    + "\(Figures.grouped(record.unalignedCycles)) cycles more")
        }
        if record.divides > 0 {
            let beyond = record.divideCyclesBeyondMean
            parts.append(
                "\(Figures.grouped(record.divides)) divides \(Figures.grouped(beyond.magnitude)) "
                    + "cycles \(beyond < 0 ? "less" : "more") than their mean")
        }
        return parts.joined(separator: ", ")
    }
}
