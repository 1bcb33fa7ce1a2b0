// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// The CODE hooks, which call before single instructions of watched blocks.
///
/// Which instructions call is decided by the hooks' bounds when Unicorn translates a block, and again at
/// every execution. So the bounds are moved onto each watched block as it is entered, and stay there
/// until the next: one hook for each run of instructions, because every call costs.
struct CodeHooks {
    /// The two bound words inside each of Unicorn's hooks; empty when they could not be found. Then
    /// every watched run of instructions gets a hook of its own, for good.
    var bounds: [UnsafeMutablePointer<UInt64>] = []
    var permanent: [ClosedRange<UInt32>] = []
    /// How often in a row a block was to be translated again without being entered.
    var attempts = 0

    /// No 32-bit address lies here.
    static let idleBegin: UInt64 = 0x4B49_4E47_0000_0001
    static let idleEnd: UInt64 = 0x4B49_4E47_0000_0002
    static let mostAttempts = 8
}

extension Engine {
    /// An address that is never executable stands for no predecessor. With `KL_SETTLE` it must differ
    /// from `KL_VACANT`.
    static let nowhere: UInt32 = 0xFFFF_FFF0

    func prepareState() {
        state.pointee.previous = Self.nowhere
        state.pointee.unicorn = handle
        kl_set_edge(state, detachedEdge)
        state.pointee.registers = UnsafePointer(coreRegisters ?? blindRegisters)
        state.pointee.stack_floor = .max
        state.pointee.executed = executedConditionals
        fastPath.pointee.state = state
        state.pointee.asks_bounds = !kl_replace_trace_helper()
        state.pointee.engine = Unmanaged.passUnretained(self).toOpaque()
        state.pointee.enter_slowly = { state, address, size in
            guard let engine = state?.pointee.engine else { return }
            Unmanaged<Engine>.fromOpaque(engine)._withUnsafeGuaranteedRef {
                $0.enterSlowly(address, size: Int(size))
            }
        }
        state.pointee.reached = { state, address in
            guard let engine = state?.pointee.engine else { return }
            Unmanaged<Engine>.fromOpaque(engine)._withUnsafeGuaranteedRef {
                $0.reached(address)
            }
        }
        tablesMoved()
        setTicks(0)
    }

    /// Tells the hooks where the tables are now.
    func tablesMoved() {
        state.pointee.edges = edges.slots
        state.pointee.mask = edges.byteMask
        state.pointee.watches = blocks.watches
        state.pointee.savings = UnsafePointer(blocks.savings)
        detail?.pointee.fetched = nil
        callProfile?.edgesMoved()
    }

    private static func engine(_ context: UnsafeMutableRawPointer?) -> Engine? {
        guard let engine = context?.assumingMemoryBound(to: kl_state.self).pointee.engine else {
            return nil
        }
        return Unmanaged<Engine>.fromOpaque(engine).takeUnretainedValue()
    }

    private static let translatedBlock: uc_hook_edge_gen_t = { _, block, _, context in
        guard let block else { return }
        Engine.engine(context)?.translated(
            UInt32(truncatingIfNeeded: block.pointee.pc), size: Int(block.pointee.size))
    }

    private static let raisedException: uc_cb_hookintr_t = { _, number, context in
        Engine.engine(context)?.raised(number)
    }

    private static let metInvalidInstruction: uc_cb_hookinsn_invalid_t = { _, context in
        Engine.engine(context)?.metInvalidInstruction()
        // Handled, in that Unicorn reports no error of its own; it stops all the same.
        return true
    }

    private static let refusedAccess: uc_cb_eventmem_t = { _, type, address, size, value, context in
        Engine.engine(context)?.accessFailed(
            type, address: UInt32(truncatingIfNeeded: address), size: Int(size),
            value: UInt64(bitPattern: value)) ?? false
    }

    func installHooks(countsBlocks: Bool, usesInternals: Bool) throws(EmulationError) {
        if countsBlocks {
            let enterBlock: uc_cb_hookcode_t =
                switch (callProfile, detail) {
                case (nil, nil):
                    fastPath.pointee.owns_translations ? kl_enter_block_inline : kl_enter_block
                case (nil, _): kl_enter_block_in_detail
                case (_, nil): kl_enter_block_profiled
                default: kl_enter_block_profiled_in_detail
                }
            let site = UnsafeMutableRawPointer(sites.pending)
            let hook = try add(
                UC_HOOK_BLOCK, unsafeBitCast(enterBlock, to: UnsafeMutableRawPointer.self),
                context: site)
            siteWord = usesInternals ? kl_hook_user_data(hook, site) : nil
        }
        try add(
            UC_HOOK_EDGE_GENERATED,
            unsafeBitCast(Self.translatedBlock, to: UnsafeMutableRawPointer.self))
        try add(
            UC_HOOK_INTR, unsafeBitCast(Self.raisedException, to: UnsafeMutableRawPointer.self))
        try add(
            UC_HOOK_INSN_INVALID,
            unsafeBitCast(Self.metInvalidInstruction, to: UnsafeMutableRawPointer.self))
        for type in [
            UC_HOOK_MEM_READ_UNMAPPED, UC_HOOK_MEM_WRITE_UNMAPPED, UC_HOOK_MEM_READ_PROT,
            UC_HOOK_MEM_WRITE_PROT,
        ] {
            try add(type, unsafeBitCast(Self.refusedAccess, to: UnsafeMutableRawPointer.self))
        }
        for _ in 0..<Int(KL_CODE_HOOKS) where usesInternals {
            let hook = try addCodeHook(CodeHooks.idleBegin, CodeHooks.idleEnd)
            guard let bounds = kl_hook_bounds(hook, CodeHooks.idleBegin, CodeHooks.idleEnd) else {
                codeHooks.bounds = []
                break
            }
            codeHooks.bounds.append(bounds)
        }
        withUnsafeMutablePointer(to: &state.pointee.bounds) { bounds in
            bounds.withMemoryRebound(
                to: UnsafeMutablePointer<UInt64>?.self, capacity: Int(KL_CODE_HOOKS)
            ) { words in
                for (index, word) in codeHooks.bounds.enumerated() { words[index] = word }
            }
        }
    }

    /// Has Unicorn call for every load and store from now on, to measure what that costs: nothing of Kinglet
    /// needs it.
    package func countAccesses() throws(EmulationError) {
        let count: uc_cb_hookmem_t = kl_count_access
        let types = UC_HOOK_MEM_READ.rawValue | UC_HOOK_MEM_WRITE.rawValue
        try add(uc_hook_type(types), unsafeBitCast(count, to: UnsafeMutableRawPointer.self))
    }

    /// How many loads and stores `countAccesses()` has counted.
    package var accessCount: UInt64 { state.pointee.accesses }

    @discardableResult
    func addCodeHook(_ begin: UInt64, _ end: UInt64) throws(EmulationError) -> uc_hook {
        let reachInstruction: uc_cb_hookcode_t = kl_reach_instruction
        return try add(
            UC_HOOK_CODE, unsafeBitCast(reachInstruction, to: UnsafeMutableRawPointer.self), begin,
            end)
    }

    @discardableResult
    private func add(
        _ type: uc_hook_type, _ callback: UnsafeMutableRawPointer, _ begin: UInt64 = 1,
        _ end: UInt64 = 0, context: UnsafeMutableRawPointer? = nil
    ) throws(EmulationError) -> uc_hook {
        var hook = uc_hook()
        try check(
            kl_hook_add(
                handle, &hook, Int32(bitPattern: type.rawValue), callback,
                context ?? UnsafeMutableRawPointer(state),
                begin, end),
            "uc_hook_add")
        return hook
    }
}
