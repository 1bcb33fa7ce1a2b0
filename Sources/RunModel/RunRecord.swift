// SPDX-License-Identifier: GPL-2.0-or-later

/// Everything a run measured: the contract between running and everything after it.
///
/// `docs/run-record.md` describes the JSON form key by key. Two runs of the same image with the same
/// options give equal records, byte for byte.
public struct RunRecord: Codable, Sendable, Equatable {
    /// Version of the JSON form.
    public var schemaVersion: Int
    /// The Kinglet that made the record.
    public var kingletVersion: String
    /// What reports call the run: `--name`, or the image's file name without extension.
    public var name: String
    /// Name of the board, or of the generic core.
    public var board: String
    /// `cortex-m4`, `cortex-m4f` or `cortex-m7`.
    public var core: String
    /// Core clock; turns cycles into time.
    public var clockHz: UInt64
    /// The firmware image.
    public var image: ImageRecord
    /// The command line that the firmware could ask for (`--args`).
    public var arguments: String
    /// How the run ended.
    public var outcome: OutcomeRecord
    /// Flash use.
    public var flash: FlashRecord
    /// Absent unless the firmware erased or programmed flash.
    public var flashOperations: FlashOperationsRecord?
    /// System resets after the start; absent when there were none.
    public var resets: UInt64?
    /// SRAM use.
    public var sram: SRAMRecord
    /// What flash and static SRAM go to, by memory, largest first; absent where the image has no symbols.
    public var symbols: [SymbolRecord]?
    /// The plan of the training arena; absent unless `kinglet compile` made the image.
    public var arena: ArenaRecord?
    /// Cycles by function, most of their own first; absent unless asked for.
    public var functions: [FunctionRecord]?
    /// Cycles by operation of the planned step, in its order; absent unless asked for.
    public var operations: [OperationRecord]?
    /// The training steps, in order.
    public var steps: [StepRecord]
    /// Every passage of the regions asked for, in order of their ends.
    public var regions: [RegionRecord]
    /// Figures reported by the firmware, in order.
    public var metrics: [MetricRecord]
    /// The whole run.
    public var total: CountsRecord
    /// Cycles asleep in WFI or WFE, not part of any other count.
    public var sleepCycles: UInt64
    /// What it took from the supply; absent where the board's file gives no currents.
    public var energy: EnergyRecord?
    /// Peripheral registers without a model that the firmware touched, by address.
    public var touchedRegisters: [TouchedRegisterRecord]
    /// Absent unless `outcome.reason` is `faulted`.
    public var fault: FaultRecord?
    /// Caches and flash lines as the detailed mode followed them; absent in the fast mode.
    public var memorySystem: MemorySystemRecord?
    /// How far the cycles can be trusted.
    public var fidelity: FidelityRecord
    /// Whatever a reader of the figures should know, in order of appearance.
    public var warnings: [String]

    /// Creates the record from its parts.
    public init(
        schemaVersion: Int = RunRecord.currentSchemaVersion, kingletVersion: String, name: String,
        board: String, core: String, clockHz: UInt64, image: ImageRecord, arguments: String = "",
        outcome: OutcomeRecord, flash: FlashRecord,
        flashOperations: FlashOperationsRecord? = nil, resets: UInt64? = nil, sram: SRAMRecord,
        symbols: [SymbolRecord]? = nil, arena: ArenaRecord? = nil,
        functions: [FunctionRecord]? = nil, operations: [OperationRecord]? = nil,
        steps: [StepRecord] = [],
        regions: [RegionRecord] = [], metrics: [MetricRecord] = [], total: CountsRecord,
        sleepCycles: UInt64 = 0, energy: EnergyRecord? = nil,
        touchedRegisters: [TouchedRegisterRecord] = [],
        fault: FaultRecord? = nil, memorySystem: MemorySystemRecord? = nil,
        fidelity: FidelityRecord, warnings: [String] = []
    ) {
        self.schemaVersion = schemaVersion
        self.kingletVersion = kingletVersion
        self.name = name
        self.board = board
        self.core = core
        self.clockHz = clockHz
        self.image = image
        self.arguments = arguments
        self.outcome = outcome
        self.flash = flash
        self.flashOperations = flashOperations
        self.resets = resets
        self.sram = sram
        self.symbols = symbols
        self.arena = arena
        self.functions = functions
        self.operations = operations
        self.steps = steps
        self.regions = regions
        self.metrics = metrics
        self.total = total
        self.sleepCycles = sleepCycles
        self.energy = energy
        self.touchedRegisters = touchedRegisters
        self.fault = fault
        self.memorySystem = memorySystem
        self.fidelity = fidelity
        self.warnings = warnings
    }

    enum CodingKeys: String, CodingKey {
        case schemaVersion = "schema_version"
        case kingletVersion = "kinglet_version"
        case name
        case board
        case core
        case clockHz = "clock_hz"
        case image
        case arguments
        case outcome
        case flash
        case flashOperations = "flash_operations"
        case resets
        case sram
        case symbols
        case arena
        case functions
        case operations
        case steps
        case regions
        case metrics
        case total
        case sleepCycles = "sleep_cycles"
        case energy
        case touchedRegisters = "touched_registers"
        case fault
        case memorySystem = "memory_system"
        case fidelity
        case warnings
    }

    /// The `schema_version` that this library writes and reads.
    public static let currentSchemaVersion = 1
}
