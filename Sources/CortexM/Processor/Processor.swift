// SPDX-License-Identifier: GPL-2.0-or-later
import Emulation
import FirmwareImage
import ThumbISA
import Timing

/// A chip in operation: the engine, the system control space around it, and what is being measured.
///
/// The engine executes straight-line code and charges it; everything that is rare is done here, between
/// two runs of the engine or in its callbacks.
final class Processor: ExecutionDelegate {
    let configuration: MachineConfiguration
    let board: Board
    let engine: Engine
    let symbols: SymbolMap
    let flashPipeline: any PipelineModel
    let ramPipeline: any PipelineModel
    /// Caches and flash lines; nil in the fast mode.
    let memory: MemorySimulator?
    let memoryTraits: MemoryTraits?

    var system: SystemControl
    var markers = MarkerRecorder()
    var ledger: MemoryLedger
    var watches = SymbolWatches()
    var peripherals: PeripheralStore
    /// By the register that sends.
    let uarts: [UInt32: Board.UART]
    var warnings = WarningLog()
    var semihosting: Semihosting?
    var flash: FlashUnit?
    var profiler: Profiler?

    /// How often the chip was reset after its start.
    var resets: UInt64 = 0
    /// When the reset pin is to be pulled.
    var pinResetCycle: UInt64?
    /// Cycles spent in WFI and WFE.
    var sleepCycles: UInt64 = 0
    /// The event register of WFE.
    var hasEvent = false
    /// Why the run ends; set once.
    private(set) var outcome: MachineOutcome?
    /// What `stopBeforeInstruction` was called for, to be raised when the engine has stopped.
    var faultAtInstruction: RaisedFault?
    /// The first fault that the firmware has not returned from.
    var openFault: OpenFault?

    /// Lowest stack pointers after exception entry since the ledger's interval began.
    var mainFrameLow = UInt32.max
    var processFrameLow = UInt32.max
    /// An instruction set SP from a register or memory; looked at after the next stop.
    var stackPointerMoved = false

    /// Decoded code of the engine's blocks.
    var code: [BlockID: CodeBlock] = [:]
    /// IT state at entry of the blocks that begin inside an IT block.
    var initialITState: [BlockID: ITState] = [:]
    var costCache: [BlockEdge: BlockCost] = [:]
    /// The fast mode's knowledge of branches.
    var branchWays = BranchWays()
    /// The fast mode's knowledge of loads from several memories; nil where they cost nothing.
    var busWaits: BusWaits?
    var lastAccess = LocatedAccess()

    struct BlockEdge: Hashable {
        var block: BlockID
        var predecessor: BlockID?
    }

    init(_ configuration: MachineConfiguration) throws(EmulationError) {
        self.configuration = configuration
        board = configuration.board
        let core: PipelineCore = board.core == .cortexM7 ? .cortexM7 : .cortexM4
        var ram = board.memoryTiming
        ram.flashFetchMeanCyclesPerBlock = 0
        ramPipeline = Pipelines.make(core: core, memory: ram)
        let isDetailed = configuration.timingMode == .detailed
        flashPipeline =
            isDetailed ? ramPipeline : Pipelines.make(core: core, memory: board.memoryTiming)
        let pipeline = ramPipeline
        let simulator = isDetailed ? MemorySimulator(board.memorySystem) : nil
        memory = simulator
        memoryTraits = simulator.map(MemoryTraits.init)
        busWaits = isDetailed ? nil : BusWaits(board.memorySystem)
        engine = try Engine(
            core: board.core == .cortexM7 ? .cortexM7 : .cortexM4,
            profiles: configuration.profiles,
            detail: simulator.map { DetailModel($0, pipeline: pipeline) })
        symbols = SymbolMap(configuration.image)
        system = SystemControl(board: board)
        ledger = MemoryLedger(board: board, image: configuration.image)
        flash = FlashUnit(board)
        peripherals = PeripheralStore(board.registers)
        uarts = Dictionary(board.uarts.map { ($0.trigger, $0) }) { first, _ in first }
        pinResetCycle = configuration.resetAtCycle
        engine.delegate = self
        engine.readOnlyStoreHandler = self
        profiler = engine.callProfile.map { Profiler(self, $0) }
    }

    /// Ends the run; the first reason stays.
    func finish(_ reason: MachineOutcome) {
        if outcome == nil { outcome = reason }
        engine.requestStop()
    }

    var elapsedCycles: UInt64 {
        engine.counters.cycles &+ sleepCycles &+ (flash?.stallCycles ?? 0)
    }

    var activeException: Int { Int(engine[.ipsr] & 0x1FF) }

    var masks: PriorityMasks {
        PriorityMasks(
            primask: engine[.primask] & 1 != 0, faultmask: engine[.faultmask] & 1 != 0,
            basepri: UInt8(truncatingIfNeeded: engine[.basepri])
                & system.exceptions.implementedPriorityMask)
    }

    var isPrivileged: Bool { activeException != 0 || engine[.control] & 1 == 0 }
}
