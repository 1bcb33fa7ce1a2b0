// SPDX-License-Identifier: GPL-2.0-or-later
import CUnicorn

/// What an engine holds of the system: Unicorn's engine, and memory that is mapped.
package struct EngineParts {
    let handle: OpaquePointer
    /// What the block hook works on.
    let state: UnsafeMutablePointer<kl_state>
    let sites: SitePool

    package func free() {
        uc_close(handle)
        sites.deallocate()
        Self.free(state)
    }

    private static func free(_ state: UnsafeMutablePointer<kl_state>) {
        kl_free_code(state)
        kl_unmap_low(state, MemoryLayout<kl_state>.stride)
    }
}

extension EngineParts {
    /// - Parameter model: Unicorn's number of the core.
    /// - Throws: with everything given back that was there by then.
    package init(model: UInt32) throws(EmulationError) {
        guard let room = kl_map_low(MemoryLayout<kl_state>.stride) else {
            throw .engine(operation: "mmap", code: 0, message: "no room for the engine's state")
        }
        let state = room.bindMemory(to: kl_state.self, capacity: 1)
        state.initialize(to: kl_state())
        let sites: SitePool
        do {
            sites = try SitePool(state: state)
        } catch {
            Self.free(state)
            throw error
        }
        do {
            let handle = try Self.open(model: model)
            self.init(handle: handle, state: state, sites: sites)
        } catch {
            sites.deallocate()
            Self.free(state)
            throw error
        }
    }

    private static func open(model: UInt32) throws(EmulationError) -> OpaquePointer {
        var opened: OpaquePointer?
        // Without UC_MODE_MCLASS, which would turn every model into a Cortex-M33.
        try check(uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &opened), "uc_open")
        guard let opened else {
            throw .engine(operation: "uc_open", code: 0, message: "no engine returned")
        }
        do {
            try check(
                kl_set_cpu_model(opened, Int32(bitPattern: model)), "uc_ctl_set_cpu_model")
            try check(kl_use_no_exits(opened), "uc_ctl_exits_enable")
            return opened
        } catch {
            uc_close(opened)
            throw error
        }
    }
}

extension EmulatedCore {
    /// Unicorn's number.
    var model: UInt32 {
        switch self {
        case .cortexM4: UC_CPU_ARM_CORTEX_M4.rawValue
        case .cortexM7: UC_CPU_ARM_CORTEX_M7.rawValue
        }
    }
}
