// SPDX-License-Identifier: GPL-2.0-or-later

/// Runs that were made to be compared: several schemes, images, boards or options on the same data and
/// seed.
///
/// `docs/comparison.md` describes the JSON form key by key. The same comparison of the same sources gives
/// equal records, byte for byte.
public struct ComparisonRecord: Codable, Sendable, Equatable {
    /// Version of the JSON form.
    public var schemaVersion: Int
    /// The Kinglet that made the record.
    public var kingletVersion: String
    /// What reports call the comparison.
    public var name: String
    /// A sentence for readers.
    public var summary: String?
    /// Of the order of samples and of random numbers; absent where rows have their own.
    public var seed: Int?
    /// Steps of the emulated runs; absent where rows have their own.
    public var steps: Int?
    /// Figures that decide which row dominates which, as `ComparisonFigure` names them.
    public var objectives: [String]
    /// In the order of the file.
    public var rows: [ComparisonRow]

    /// Creates the record from its parts.
    public init(
        schemaVersion: Int = ComparisonRecord.currentSchemaVersion, kingletVersion: String,
        name: String, summary: String? = nil, seed: Int? = nil, steps: Int? = nil,
        objectives: [String] = ComparisonFigure.usualObjectives.map(\.rawValue),
        rows: [ComparisonRow]
    ) {
        self.schemaVersion = schemaVersion
        self.kingletVersion = kingletVersion
        self.name = name
        self.summary = summary
        self.seed = seed
        self.steps = steps
        self.objectives = objectives
        self.rows = rows
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case kingletVersion = "kinglet_version"
        case name, summary, seed, steps, objectives, rows
    }

    /// The `schema_version` that this library writes and reads.
    public static let currentSchemaVersion = 1
}

/// One row of a comparison.
public struct ComparisonRow: Codable, Sendable, Equatable {
    /// Differs from those of the group's other rows.
    public var name: String
    /// What belongs together, such as a network; ratios and domination stay within it.
    public var group: String?
    /// What the row ran on.
    public var board: String
    /// Absent where the row ran on the board that it was meant for.
    public var misfit: MisfitRecord?
    /// The network, as the file names it; absent for images.
    public var model: String?
    /// What is trained, as the file names it; absent for images.
    public var scheme: String?
    /// How the row was compiled and run beyond that, as a command line: `--rows --residual-bits 0`.
    public var options: String
    /// Where the samples come from: a folder as the file names it, or `noise`; absent for images without one.
    public var data: String?
    /// Steps in which every sample of the data is trained once; absent where that is unknown.
    public var epochSteps: UInt64?
    /// The emulated run; absent where there was none.
    public var record: RunRecord?
    /// The long run; absent where there was none.
    public var twin: TwinRecord?
    /// Why there is no record, or no twin that was asked for.
    public var failure: String?
    /// What the row adds to the exit code of `kinglet compare`: 0 it ran as it should; 1 it fits no board
    /// that it may run on, the firmware reported failure, or its twin is not the same; 2 it could not run; 3 a
    /// fault; 42 a limit.
    public var exitCode: Int
    /// Figures over those of the group's first row, by the names of `ComparisonFigure`.
    public var ratios: [String: Double]
    /// Names of the group's rows that are no worse in any objective and better in one.
    public var dominatedBy: [String]

    /// Creates the row from its parts.
    public init(
        name: String, group: String? = nil, board: String, misfit: MisfitRecord? = nil,
        model: String? = nil, scheme: String? = nil, options: String = "", data: String? = nil,
        epochSteps: UInt64? = nil, record: RunRecord? = nil, twin: TwinRecord? = nil,
        failure: String? = nil, exitCode: Int = 0, ratios: [String: Double] = [:],
        dominatedBy: [String] = []
    ) {
        self.name = name
        self.group = group
        self.board = board
        self.misfit = misfit
        self.model = model
        self.scheme = scheme
        self.options = options
        self.data = data
        self.epochSteps = epochSteps
        self.record = record
        self.twin = twin
        self.failure = failure
        self.exitCode = exitCode
        self.ratios = ratios
        self.dominatedBy = dominatedBy
    }

    enum CodingKeys: String, CodingKey {
        case name, group, board, misfit, model, scheme, options, data, record, twin, failure, ratios
        case epochSteps = "epoch_steps"
        case exitCode = "exit_code"
        case dominatedBy = "dominated_by"
    }
}

/// The board that a row was meant for, and is too large for.
public struct MisfitRecord: Codable, Sendable, Equatable {
    /// Name of the board.
    public var board: String
    /// What the row needs more of, in words.
    public var reason: String
    /// SRAM of that board, bytes.
    public var sramLimitBytes: UInt64
    /// Flash of that board, bytes.
    public var flashLimitBytes: UInt64

    /// Creates the record from its parts.
    public init(board: String, reason: String, sramLimitBytes: UInt64, flashLimitBytes: UInt64) {
        self.board = board
        self.reason = reason
        self.sramLimitBytes = sramLimitBytes
        self.flashLimitBytes = flashLimitBytes
    }

    enum CodingKeys: String, CodingKey {
        case board, reason
        case sramLimitBytes = "sram_limit_bytes"
        case flashLimitBytes = "flash_limit_bytes"
    }
}

/// A long run of the host twin, the same program built for the machine that Kinglet runs on, and whether it
/// is the same: its trained parameters after the emulated steps.
public struct TwinRecord: Codable, Sendable, Equatable {
    /// Training steps of the long run.
    public var steps: Int
    /// The command line of the long run.
    public var arguments: String
    /// Of each step; where there are more than `mostLosses`, means over equal parts of the run, in order.
    public var losses: [Double]
    /// Steps that each of `losses` is the mean of; the last may cover fewer.
    public var lossWindow: Int
    /// What the program reported, in order: `accuracy_before`, `accuracy_after`.
    public var metrics: [MetricRecord]
    /// Of all trained parameters after the long run.
    public var weightsHash: String
    /// Steps after which the twin's trained parameters were held against the emulated ones: those of the
    /// emulated run.
    public var comparedSteps: Int
    /// The twin's hash after the compared steps.
    public var comparedHash: String
    /// The emulated firmware's.
    public var emulatedHash: String
    /// Whether both are the same.
    public var equal: Bool

    /// Creates the record from its parts.
    public init(
        steps: Int, arguments: String, losses: [Double], lossWindow: Int = 1,
        metrics: [MetricRecord] = [], weightsHash: String, comparedSteps: Int, comparedHash: String,
        emulatedHash: String
    ) {
        self.steps = steps
        self.arguments = arguments
        self.losses = losses
        self.lossWindow = lossWindow
        self.metrics = metrics
        self.weightsHash = weightsHash
        self.comparedSteps = comparedSteps
        self.comparedHash = comparedHash
        self.emulatedHash = emulatedHash
        equal = comparedHash == emulatedHash
    }

    enum CodingKeys: String, CodingKey {
        case steps, arguments, losses, metrics, equal
        case lossWindow = "loss_window"
        case weightsHash = "weights_hash"
        case comparedSteps = "compared_steps"
        case comparedHash = "compared_hash"
        case emulatedHash = "emulated_hash"
    }

    /// More losses than that are not kept.
    public static let mostLosses = 500
}
