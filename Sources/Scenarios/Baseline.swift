// SPDX-License-Identifier: GPL-2.0-or-later
package import RunModel

/// The figures that a scenario's runs are compared with: a small file, committed beside the scenario.
package struct Baseline: Codable, Sendable, Equatable {
    package static let currentSchemaVersion = 1
    /// Symbols and buffers below this are summed, bytes.
    package static let leastPartBytes: UInt64 = 64
    /// The name of that sum.
    package static let rest = "[smaller]"

    package var schemaVersion: Int
    /// The scenario's.
    package var name: String
    package var board: String
    package var clockHz: UInt64
    /// Pipeline model and mode of the cycles: figures of another one cannot be compared.
    package var cycleModel: String
    /// By name of the metric.
    package var figures: [String: Double]
    /// Bytes by symbol, by memory; nil where the image had no symbols.
    package var symbols: [String: [String: UInt64]]?
    /// Bytes by buffer of the arena; nil where the image had no plan.
    package var buffers: [String: UInt64]?
    /// Cycles of their own by function; nil where the run was not profiled.
    package var functions: [String: UInt64]?

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case name, board
        case clockHz = "clock_hz"
        case cycleModel = "cycle_model"
        case figures, symbols, buffers, functions
    }

    /// - Parameter budgets: their figures are kept beside the usual ones.
    package init(_ record: RunRecord, name: String, budgets: [Budget] = []) {
        schemaVersion = Self.currentSchemaVersion
        self.name = name
        board = record.board
        clockHz = record.clockHz
        cycleModel = Self.cycleModel(record)
        figures = [:]
        for metric in Metric.usual(in: record) + budgets.map(\.metric) {
            // "nan" is nothing to compare with, and no JSON.
            guard let value = metric.figure(in: record).value, value.isFinite else { continue }
            figures[metric.name] = value
        }
        let parts = ImageParts(record)
        symbols = parts.symbols?.mapValues { Self.withoutSmall($0) }
        buffers = parts.buffers.map { Self.withoutSmall($0) }
        functions = record.functions.map { functions in
            let cycles = Dictionary(
                functions.map { ($0.name, $0.selfCycles) }, uniquingKeysWith: &+)
            return Self.withoutSmall(cycles, least: max(1, record.total.cycles / 1000))
        }
    }

    static func cycleModel(_ record: RunRecord) -> String {
        "\(record.fidelity.model), \(record.fidelity.mode)"
    }

    /// Why a run's figures cannot well be compared with these; empty when they can.
    package func notes(on record: RunRecord) -> [String] {
        var notes: [String] = []
        func compare(_ what: String, _ before: String, _ now: String) {
            guard before != now else { return }
            notes.append("the baseline is of \(what) \(before); this run is of \(now)")
        }
        compare("board", board, record.board)
        compare("core clock", "\(clockHz) Hz", "\(record.clockHz) Hz")
        compare("the cycle model", cycleModel, Self.cycleModel(record))
        return notes
    }

    private static func withoutSmall(
        _ parts: [String: UInt64], least: UInt64 = leastPartBytes
    ) -> [String: UInt64] {
        var kept = parts.filter { $0.value >= least }
        let sum = parts.values.filter { $0 < least }.reduce(0, &+)
        if sum > 0 { kept[rest] = sum }
        return kept
    }
}

extension Metric {
    /// The figures that every run of this kind has, in the catalogue's order; parts of the image apart.
    package static func usual(in record: RunRecord) -> [Metric] {
        func unique(_ names: [String]) -> [String] {
            var seen: Set<String> = []
            return names.filter { seen.insert($0).inserted }
        }
        let subjects: [String: [String]] = [
            "phase.": unique(record.steps.flatMap(\.phases).map(\.name)),
            "region.": unique(record.regions.map(\.name)),
            "metric.": unique(record.metrics.map(\.name)),
        ]
        return MetricKind.all.flatMap { kind -> [Metric] in
            kind.isNamed
                ? (subjects[kind.prefix] ?? []).map { Metric(kind, $0) } : [Metric(kind)]
        }.filter { $0.figure(in: record).value != nil }
    }

    /// Whether less is better; nil where nobody knows.
    package var lessIsBetter: Bool? { kind.lessIsBetter ? true : nil }
}

/// Bytes of the parts of an image, summed by name.
struct ImageParts {
    var symbols: [String: [String: UInt64]]?
    var buffers: [String: UInt64]?

    init(_ record: RunRecord) {
        symbols = record.symbols.map { records in
            var sums: [String: [String: UInt64]] = [:]
            for symbol in records {
                let sum = sums[symbol.memory.rawValue]?[symbol.name] ?? 0
                sums[symbol.memory.rawValue, default: [:]][symbol.name] = sum &+ symbol.bytes
            }
            return sums
        }
        buffers = record.arena.map { arena in
            var sums: [String: UInt64] = [:]
            for buffer in arena.buffers {
                sums[buffer.name, default: 0] &+= UInt64(clamping: buffer.bytes)
            }
            return sums
        }
    }
}
