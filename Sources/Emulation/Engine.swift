// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

package enum EmulatedCore: Sendable, Equatable, CaseIterable { case cortexM4, cortexM7 }

/// A Cortex-M core with memory, counted in cycles: owns the Unicorn engine.
///
/// Not a chip: exceptions, peripherals and timing rules come from the delegate and from whoever calls
/// `run()`. One thread at a time; several engines may run on several threads.
package final class Engine {
    package let core: EmulatedCore
    package weak var delegate: (any ExecutionDelegate)?
    package weak var readOnlyStoreHandler: (any ReadOnlyStoreHandler)?

    let handle: OpaquePointer
    /// What the block hook works on; at a fixed address until deinit.
    let state: UnsafeMutablePointer<kl_state>
    let fastPath: UnsafeMutablePointer<kl_fast_path>
    /// r0 to r14 in the core, where they are known to be (with the store fast path).
    let coreRegisters: UnsafeMutablePointer<UInt32>?
    /// Stands for the core's registers where they are not known: reads as all ones.
    let blindRegisters: UnsafeMutablePointer<UInt32>
    /// Holds the current edge when it has no place in the table.
    let detachedEdge: UnsafeMutablePointer<kl_edge>
    /// For each conditional instruction of the running block, whether it has executed.
    let executedConditionals: UnsafeMutablePointer<UInt8>

    var edges = EdgeTable()
    var sites: SitePool
    /// The word inside the block hook that Unicorn copies into each translation; nil if not found.
    var siteWord: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    let blocks = BlockStore()
    let branches = BranchTable()
    var memories: [MappedMemory] = []
    var windows: [MMIOWindow] = []
    var codeHooks = CodeHooks()
    let granularityBytes: UInt32

    /// Translations that Unicorn has made, some of them of code that is gone.
    package internal(set) var translationCount = 0
    /// How often all of them were dropped.
    package internal(set) var translationDrops = 0
    /// Whether they are, at `translationBound`; else Unicorn keeps them all.
    package let boundsTranslations: Bool
    /// In bytes of Unicorn's.
    let translationBound: Int
    var hasTooManyTranslations = false

    /// Blocks that were entered in Swift, and times that Unicorn was started: neither grows with the time
    /// that a program runs undisturbed.
    package internal(set) var slowEntries = 0
    /// Of those, how many only because a budget of ticks was used up: every 8 million cycles.
    package internal(set) var budgetRenewals = 0
    package internal(set) var starts = 0

    /// Where the next `run()` starts; see `pc`.
    var programCounter: UInt32 = 0
    var pendingStop: PendingStop?
    var stopIsRequested = false
    var eventTicks = UInt64.max
    /// What the detailed mode works on; at a fixed address until deinit. Nil in the fast mode.
    let detail: UnsafeMutablePointer<kl_detail>?
    /// The instruction of the last stop that must not be reported again when the run goes on from it.
    var resumedInstruction: UInt32?
    var isRunning = false
    var stackFloors = StackFloors()
    var probes: Set<UInt32> = []
    /// The peripheral access under way.
    var access: MemoryFault?
    /// Registers at the moment of a stop after which Unicorn may still have executed something.
    var keptRegisters: KeptRegisters?
    /// Where ticks go, in engines that profile.
    package private(set) var callProfile: CallProfile?

    /// Address below which the main stack must not go, or nil: a block that would is not executed and
    /// ends the run with `.stackLimit`.
    package var mainStackLimit: UInt32?

    /// Kinds of instructions for which the delegate is called before they execute. Empty costs nothing.
    package var supervisedKinds: SupervisedKinds = [] {
        didSet { if supervisedKinds != oldValue { watchedInstructionsChanged() } }
    }

    /// - Parameter countsBlocks: false leaves the block hook out, to measure what it costs: no counters,
    ///   no events, no probes and no stops on request then.
    /// - Parameter usesInternals: false does without everything that Sources/CUnicorn/README.md finds inside
    ///   Unicorn, as where it cannot be found: slower, same results.
    /// - Parameter profiles: true keeps `callProfile`: slower, same results.
    /// - Parameter detail: what `BlockFacts.detail` is simulated on; nil is the fast mode.
    /// - Parameter mostTranslationBytes: at how many bytes of translations all of them are dropped.
    package init(
        core: EmulatedCore, countsBlocks: Bool = true, usesInternals: Bool = true,
        profiles: Bool = false, detail detailModel: DetailModel? = nil,
        mostTranslationBytes: Int = Engine.mostTranslationBytes
    ) throws(EmulationError) {
        self.core = core
        translationBound = mostTranslationBytes
        // Without the block hook Unicorn is left as it is, but for the fast path of stores.
        let ownsTranslations = usesInternals && countsBlocks
        if ownsTranslations {
            kl_replace_saturation_helper()
            kl_replace_trace_helper()
            kl_replace_exit_checks()
            kl_join_pages()
            kl_replace_float_helpers()
        }
        let parts = try EngineParts(model: core.model)
        handle = parts.handle
        state = parts.state
        sites = parts.sites
        var pageBytes: UInt32 = 0
        kl_page_size(handle, &pageBytes)
        granularityBytes = max(pageBytes, 1024)

        fastPath = .allocate(capacity: 1)
        fastPath.initialize(to: kl_fast_path())
        fastPath.pointee.page_bits = UInt32(granularityBytes.trailingZeroBitCount)
        fastPath.pointee.enabled = usesInternals && kl_fast_path_install(handle, fastPath)
        coreRegisters = usesInternals ? kl_registers(handle, fastPath) : nil
        boundsTranslations =
            ownsTranslations && Self.boundTranslations(handle, state, mostTranslationBytes)
        fastPath.pointee.owns_translations =
            boundsTranslations && kl_knows_translations(fastPath, coreRegisters)
        if fastPath.pointee.owns_translations { kl_keep_registers(handle) }
        blindRegisters = .allocate(capacity: 16)
        blindRegisters.initialize(repeating: .max, count: 16)
        detachedEdge = .allocate(capacity: 1)
        detachedEdge.initialize(to: .vacant)
        executedConditionals = .allocate(capacity: Self.mostInstructionsPerBlock)
        executedConditionals.initialize(repeating: 0, count: Self.mostInstructionsPerBlock)
        detail = detailModel.map { _ in .allocate(capacity: 1) }
        detail?.initialize(to: kl_detail())
        prepareState()
        if profiles { callProfile = CallProfile(self) }
        if let detailModel { prepareDetail(detailModel) }
        try installHooks(countsBlocks: countsBlocks, usesInternals: usesInternals)
    }

    /// A block ends at the page's end; one 32-bit instruction may reach over it.
    static let mostInstructionsPerBlock = 4096

    deinit {
        EngineParts(handle: handle, state: state, sites: sites).free()
        memories.forEach { $0.deallocate() }
        edges.deallocate()
        detail?.deallocate()
        fastPath.deallocate()
        blindRegisters.deallocate()
        detachedEdge.deallocate()
        executedConditionals.deallocate()
    }

    /// Version of the Unicorn library in use, "2.0.1".
    package static var unicornVersion: String {
        let packed = uc_version(nil, nil)
        return "\(packed >> 24 & 0xFF).\(packed >> 16 & 0xFF).\(packed >> 8 & 0xFF)"
    }

    /// Whether Unicorn is a part of this program; else it is the shared library.
    package static var isUnicornStatic: Bool { kl_is_unicorn_static() }

    /// Whether the Unicorn in use has what the store fast path needs.
    package static var usesStoreFastPath: Bool { kl_fast_path_is_linked() }

    /// Whether translations of the fast mode can do the accounting themselves with this Unicorn.
    package static var accountsInside: Bool { kl_can_account_inside() }

    /// Whether those of this engine do; else they call for it.
    package var accountsInside: Bool { fastPath.pointee.owns_translations }

    /// Loads and stores in translations that go to RAM without Unicorn's look for a page.
    package var directAccesses: Int { Int(state.pointee.direct.count) }

    /// Whether additions of SMLAD and its kin are made by our code, as fast as ordinary ones.
    package static var hasQuickSaturation: Bool { kl_replace_saturation_helper() }

    /// Turns the fast path of this engine off or on again, to compare the two; results do not differ.
    package var isStoreFastPathEnabled: Bool {
        get { fastPath.pointee.enabled }
        set {
            fastPath.pointee.enabled = newValue && fastPath.pointee.cpu != nil
            kl_flush_pages(fastPath)
        }
    }
}

func check(_ code: uc_err, _ operation: String) throws(EmulationError) {
    guard code != UC_ERR_OK else { return }
    throw .engine(
        operation: operation, code: code.rawValue, message: String(cString: uc_strerror(code)))
}
