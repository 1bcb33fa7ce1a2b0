// SPDX-License-Identifier: GPL-2.0-or-later

/// Where a run's cycles went: functions, ways of calls, source lines, steps and phases.
///
/// `docs/profile.md` describes the JSON form key by key. Every cycle of the run is in exactly one of `nodes`.
public struct ProfileRecord: Codable, Sendable, Equatable {
    /// Version of the JSON form.
    public var schemaVersion: Int
    /// The Kinglet that made the record.
    public var kingletVersion: String
    /// What reports call the run.
    public var name: String
    /// Name of the board, or of the generic core.
    public var board: String
    /// Core clock; turns cycles into time.
    public var clockHz: UInt64
    /// The firmware image.
    public var image: ImageRecord
    /// The command line that the firmware could ask for.
    public var arguments: String
    /// How the run ended.
    public var outcome: OutcomeRecord
    /// Cycles of the run, without sleep.
    public var totalCycles: UInt64
    /// Names of the parts that `nodes` divide their cycles among, in the order in which they began.
    public var phases: [String]
    /// Functions that ran or called, by cycles of their own.
    public var functions: [ProfileFunctionRecord]
    /// Ways of calls, each behind its caller's.
    public var nodes: [ProfileNodeRecord]
    /// Source lines, by file and line; empty for an image without line information.
    public var lines: [ProfileLineRecord]
    /// Cycles that no line has: code without line information, exception entry and return.
    public var cyclesWithoutLine: UInt64
    /// The training steps, in order.
    public var steps: [ProfileStepRecord]
    /// How far the cycles can be trusted.
    public var fidelity: FidelityRecord
    /// Whatever a reader of the figures should know.
    public var warnings: [String]

    /// Creates the record from its parts.
    public init(
        schemaVersion: Int = ProfileRecord.currentSchemaVersion, kingletVersion: String,
        name: String, board: String, clockHz: UInt64, image: ImageRecord, arguments: String = "",
        outcome: OutcomeRecord, totalCycles: UInt64, phases: [String],
        functions: [ProfileFunctionRecord], nodes: [ProfileNodeRecord],
        lines: [ProfileLineRecord] = [], cyclesWithoutLine: UInt64 = 0,
        steps: [ProfileStepRecord] = [], fidelity: FidelityRecord, warnings: [String] = []
    ) {
        self.schemaVersion = schemaVersion
        self.kingletVersion = kingletVersion
        self.name = name
        self.board = board
        self.clockHz = clockHz
        self.image = image
        self.arguments = arguments
        self.outcome = outcome
        self.totalCycles = totalCycles
        self.phases = phases
        self.functions = functions
        self.nodes = nodes
        self.lines = lines
        self.cyclesWithoutLine = cyclesWithoutLine
        self.steps = steps
        self.fidelity = fidelity
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case kingletVersion = "kinglet_version"
        case name
        case board
        case clockHz = "clock_hz"
        case image
        case arguments
        case outcome
        case totalCycles = "total_cycles"
        case phases
        case functions
        case nodes
        case lines
        case cyclesWithoutLine = "cycles_without_line"
        case steps
        case fidelity
        case warnings
    }

    /// The `schema_version` that this library writes.
    public static let currentSchemaVersion = 1

    /// The record as JSON: sorted keys, indented, a newline at the end; equal records give equal text.
    public func encodedJSON() -> String { RecordJSON.text(self) }
}
