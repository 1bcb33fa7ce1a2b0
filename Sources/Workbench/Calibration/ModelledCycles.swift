// SPDX-License-Identifier: GPL-2.0-or-later
import RunModel

/// The cycles of everything in a run that has a name, as the same firmware would be read on a board.
struct ModelledCycles {
    private(set) var cycles: [String: Double] = [:]

    /// What the firmware printed comes first, then passages of regions, phases and steps: their means.
    ///
    /// - Parameter names: of regions, by the `FROM..TO` in the record.
    init(_ record: RunRecord, console: String, names: [String: String]) {
        for (region, value) in Self.printed(console) { add(region, value) }
        for (name, passages) in Dictionary(grouping: record.regions, by: \.name) {
            add(names[name] ?? name, Self.mean(passages.map { Double($0.cycles) }))
        }
        let phases = record.steps.flatMap(\.phases)
        for (name, passages) in Dictionary(grouping: phases, by: \.name) {
            add(name, Self.mean(passages.map { Double($0.cycles) }))
        }
        if !record.steps.isEmpty { add("step", Self.mean(record.steps.map { Double($0.cycles) })) }
        add("run", Double(record.total.cycles))
    }

    /// The lines behind a line `region,cycles`, as long as they are a name and a number.
    static func printed(_ console: String) -> [(region: String, cycles: Double)] {
        var result: [(region: String, cycles: Double)] = []
        var isTable = false
        for line in console.split(whereSeparator: \.isNewline) {
            let fields = MeasuredCycles.fields(line)
            if fields == ["region", "cycles"] {
                isTable = true
            } else if isTable, fields.count == 2, !fields[0].isEmpty,
                let cycles = Double(fields[1]), cycles.isFinite
            {
                result.append((fields[0], cycles))
            } else {
                isTable = false
            }
        }
        return result
    }

    private mutating func add(_ region: String, _ value: Double) {
        if cycles[region] == nil { cycles[region] = value }
    }

    private static func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(max(1, values.count))
    }
}
