// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// Who spends an engine's ticks: a tree of calls, and the passages along every edge.
///
/// The hot part is `ProfileHook.c`, which follows calls and returns by SP and return address. Here is
/// what is rare: new nodes, tables that move, and changes from one stack of calls to another.
package final class CallProfile {
    /// A way of calls from a root to a function.
    package struct Node: Sendable {
        /// Index of the caller's node; the first node is the root of roots and its own parent.
        package var parent: Int
        package var function: UInt32
        /// How often the function was entered at its start this way.
        package var calls: UInt64
    }

    /// Ticks of the nodes that ran since the last interval ended.
    package typealias Interval = [(node: Int, ticks: Int64)]

    package weak var delegate: (any ProfileDelegate)?

    let profile: UnsafeMutablePointer<kl_profile>
    /// What the running block spends after its edge has left the table.
    let looseTally: UnsafeMutablePointer<kl_tally>
    unowned(unsafe) let engine: Engine

    var nodeCount: UInt32 = 0
    var nodeCapacity = 1 << 10
    var childCapacity = 1 << 12
    var blockCapacity = 1 << 10
    var tallyCapacity: Int
    var executionCapacity = 256
    var executionCount = 0
    /// How many conditional instructions each block has room for.
    var executionRoom: [UInt32: Int] = [:]
    /// The edge that `looseTally` belongs to.
    var looseEdge = kl_edge.vacant
    /// Where other functions begin in the running block, in ticks from its entry, and what is attributed.
    var spans: [(start: Int64, function: UInt32)] = []
    var spannedTicks: Int64 = 0

    var threads: [CallContext] = []
    /// Exceptions under way, innermost last.
    var handlers: [CallContext] = []
    var idleHandlers: [CallContext] = []
    var current: CallContext
    /// Ticks of exception entry whose handler is not known yet.
    var pendingTicks: Int64 = 0
    /// Ticks of exception entry and return so far: those that no block accounts for.
    package private(set) var exceptionTicks: Int64 = 0

    /// More ways of calls than anyone reads; from then on calls begin at one common root.
    static let mostNodes = 1 << 18
    /// Which function the common root has; it has no symbol.
    package static let overflowFunction = UInt32.max
    static let rootFunction = UInt32.max - 1

    init(_ engine: Engine) {
        self.engine = engine
        tallyCapacity = engine.edges.capacity
        profile = .allocate(capacity: 1)
        profile.initialize(to: kl_profile())
        looseTally = .allocate(capacity: 1)
        looseTally.initialize(to: kl_tally())
        current = CallContext(isHandler: false)
        allocateTables()
        profile.pointee.epoch = 1
        profile.pointee.has_registers = engine.coreRegisters != nil
        profile.pointee.engine = Unmanaged.passUnretained(engine).toOpaque()
        installCallbacks()
        // The root of roots, and the common root of what is too much.
        _ = addNode(parent: 0, function: Self.rootFunction)
        _ = addNode(parent: 0, function: Self.overflowFunction)
        engine.state.pointee.profile = profile
        profile.pointee.budget = kl_ticks_left(engine.state)
        profile.pointee.tally = looseTally
        threads = [current]
        restart(stack: .max)
    }

    deinit {
        threads.forEach { $0.deallocate() }
        (handlers + idleHandlers).forEach { $0.deallocate() }
        deallocateTables()
        looseTally.deallocate()
        profile.deallocate()
    }

    private static func from(_ profile: UnsafeMutablePointer<kl_profile>?) -> CallProfile? {
        guard let engine = profile?.pointee.engine else { return nil }
        return Unmanaged<Engine>.fromOpaque(engine)._withUnsafeGuaranteedRef { $0.callProfile }
    }

    private func installCallbacks() {
        profile.pointee.add_node = { profile, parent, function in
            CallProfile.from(profile)?.addNode(parent: parent, function: function) ?? 0
        }
        profile.pointee.enter_spanning = { profile in
            CallProfile.from(profile)?.enterSpanningBlock()
        }
        profile.pointee.settle_spanning = { profile, ticks in
            CallProfile.from(profile)?.settleSpanningBlock(ticks)
        }
        profile.pointee.stack_moved = { profile, address in
            CallProfile.from(profile)?.stackMoved(address)
        }
        profile.pointee.read_register = { profile, number in
            CallProfile.from(profile)?.engine.coreRegister(Int(number)) ?? 0
        }
    }

    /// Attributes what was charged up to now to the function that runs.
    package func settle() { kl_settle_profile(engine.state, 0) }

    /// Adds cycles of exception entry and return to the engine. The next handler to be entered gets them,
    /// or the one that is left.
    package func chargeException(cycles: UInt64) {
        settle()
        engine.addCycles(cycles)
        let ticks = profile.pointee.budget &- kl_ticks_left(engine.state)
        profile.pointee.budget = kl_ticks_left(engine.state)
        pendingTicks &+= ticks
        exceptionTicks &+= ticks
    }

    /// The running block did not get to its end.
    func blockWasInterrupted() {
        profile.pointee.exit = UInt32(KL_EXIT_THROUGH)
        profile.pointee.moves_stack = false
    }

    /// Ends an interval at the total of `ticks`, which lies within the running block.
    package func takeInterval(at ticks: UInt64) -> Interval {
        kl_settle_profile(engine.state, Int64(bitPattern: engine.totalTicks &- ticks))
        return takeTouched()
    }

    private func takeTouched() -> Interval {
        var interval: Interval = []
        for index in 0..<Int(profile.pointee.touched_count) {
            let node = Int(profile.pointee.touched[index])
            let ticks = profile.pointee.nodes[node].ticks
            profile.pointee.nodes[node].ticks = 0
            if ticks != 0 { interval.append((node, ticks)) }
        }
        profile.pointee.touched_count = 0
        profile.pointee.epoch &+= 1
        kl_set_top(profile, profile.pointee.top)
        return interval
    }

    /// Hands the passages that are still counted here to the delegate. Call it when the run has ended.
    package func finish() {
        settle()
        countConditionals()
        foldPassages()
    }

    /// Every node so far; parents come before their children.
    package var nodes: [Node] {
        (0..<Int(nodeCount)).map {
            let node = profile.pointee.nodes[$0]
            return Node(parent: Int(node.parent), function: node.function, calls: node.calls)
        }
    }

    /// Some chain of calls was too deep or too long to be followed, or there were too many.
    package var isTruncated: Bool { profile.pointee.is_truncated }
}

/// What an engine that profiles asks, and whom it tells where cycles went.
package protocol ProfileDelegate: AnyObject {
    /// Ticks from the entry of the block entered last to its instruction at `offset`.
    func ticksBefore(offset: UInt16) -> UInt64
    /// Passages along an edge; told before its block is discarded, and at the end.
    func passed(_ passages: EdgePassages)
}

/// What the passages along one edge were charged since they were last told.
package struct EdgePassages: Sendable, Equatable {
    package var block: BlockID
    package var address: UInt32
    package var predecessor: BlockID?
    /// 0 for what a passage was charged after it was told.
    package var count: UInt64
    /// In 1/256 cycle; less than 0 when a passage ended before its block did.
    package var ticks: Int64
    /// How often each conditional instruction of the block executed since the run began, whichever the edge.
    package var executions: [UInt64]
}

/// What the profile must know of a block.
package struct BlockProfile: Sendable, Equatable {
    /// How the last instruction can leave the block.
    package enum Exit: Sendable { case through, call, indirect }
    /// Number of the function that holds the block's first instruction.
    package var function: UInt32
    package var startsFunction: Bool
    package var exit: Exit
    /// The last instruction has a condition.
    package var mayFallThrough: Bool
    /// Functions that begin inside the block, ascending.
    package var laterFunctions: [(offset: UInt16, function: UInt32)]

    package init(
        function: UInt32, startsFunction: Bool, exit: Exit, mayFallThrough: Bool,
        laterFunctions: [(offset: UInt16, function: UInt32)] = []
    ) {
        self.function = function
        self.startsFunction = startsFunction
        self.exit = exit
        self.mayFallThrough = mayFallThrough
        self.laterFunctions = laterFunctions
    }

    package static func == (left: BlockProfile, right: BlockProfile) -> Bool {
        left.function == right.function && left.startsFunction == right.startsFunction
            && left.exit == right.exit && left.mayFallThrough == right.mayFallThrough
            && left.laterFunctions.elementsEqual(right.laterFunctions, by: ==)
    }
}
