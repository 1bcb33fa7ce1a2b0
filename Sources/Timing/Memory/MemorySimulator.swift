// SPDX-License-Identifier: GPL-2.0-or-later
import CMemorySystem

/// A memory system in operation: which lines its caches and its flash controller hold.
///
/// The detailed mode's memory. The work is done in C (`Sources/CMemorySystem`), because the block hook
/// calls it; `handle` is what it calls it with.
package final class MemorySimulator {
    package let system: MemorySystem
    package let handle: OpaquePointer

    /// Everything empty; the core's caches are on. Nil when the host has no memory, or the system more
    /// regions than 32.
    package init?(_ system: MemorySystem) {
        self.system = system
        guard
            let created = ms_create(
                ms_cache_shape(system.instructionCache), ms_cache_shape(system.dataCache),
                ms_flash_shape(system.flash), UInt32(system.memoryChangeCycles))
        else { return nil }
        handle = created
        for region in system.regions {
            guard ms_add_region(created, ms_region(region)) else {
                ms_destroy(created)
                return nil
            }
        }
    }

    deinit { ms_destroy(handle) }

    package var counts: MemoryCounts {
        let counts = ms_read_counts(handle).pointee
        return MemoryCounts(
            instructionHits: counts.instruction_hits, instructionMisses: counts.instruction_misses,
            dataHits: counts.data_hits, dataMisses: counts.data_misses,
            writeBacks: counts.write_backs, flashFetchHits: counts.flash_fetch_hits,
            flashFetchMisses: counts.flash_fetch_misses, flashDataHits: counts.flash_data_hits,
            flashDataMisses: counts.flash_data_misses,
            fetchStallCycles: counts.fetch_stall_cycles, dataStallCycles: counts.data_stall_cycles,
            busWaits: counts.bus_waits, busWaitCycles: counts.bus_wait_cycles)
    }

    /// Cycles that the core waits when execution comes to this address.
    package func fetch(_ address: UInt32, at cycle: UInt64 = 0) -> Int {
        Int(ms_fetch(handle, address, cycle))
    }

    package func load(_ address: UInt32, bytes: Int = 4, at cycle: UInt64 = 0) -> Int {
        Int(ms_load(handle, address, UInt32(bytes), cycle))
    }

    package func store(_ address: UInt32, bytes: Int = 4, at cycle: UInt64 = 0) -> Int {
        Int(ms_store(handle, address, UInt32(bytes), cycle))
    }

    /// Cycles that a load or store waits for its bus to come to its memory; `pipelines`: it comes right behind a load.
    package func comeTo(_ address: UInt32, isStore: Bool, pipelines: Bool = false) -> Int {
        Int(ms_come_to(handle, address, isStore, pipelines))
    }

    /// Bytes of the unit that instructions at this address are fetched in; 0 when fetching takes no time.
    package func fetchBytes(at address: UInt32) -> Int { Int(ms_fetch_bytes(handle, address)) }

    package func enableCaches(instruction: Bool, data: Bool) {
        ms_enable(handle, instruction, data)
    }

    package func invalidateInstructions() { ms_invalidate_instructions(handle) }
    package func invalidateData() { ms_invalidate_data(handle) }
    package func invalidateFlashLines() { ms_invalidate_flash(handle) }
    /// The next load of each bus comes from no other memory.
    package func releaseBuses() { ms_release_buses(handle) }

    /// Nothing is cached, and the core's caches are off, as after a reset.
    package func reset() {
        enableCaches(instruction: false, data: false)
        invalidateInstructions()
        invalidateData()
        invalidateFlashLines()
        releaseBuses()
    }

    /// Whether a load, or a store, of this address can make the core wait.
    package func charges(_ address: UInt32, isStore: Bool) -> Bool {
        guard let index = system.regions.firstIndex(where: { $0.contains(address) }) else {
            return false
        }
        return charges(region: index, isStore: isStore)
    }

    package func charges(region index: Int, isStore: Bool) -> Bool {
        isStore
            ? ms_charges_stores(handle, UInt32(index)) : ms_charges_loads(handle, UInt32(index))
    }
}

extension ms_cache_shape {
    fileprivate init(_ cache: MemorySystem.Cache?) {
        self.init(
            size_bytes: UInt32(cache?.sizeBytes ?? 0), line_bytes: UInt32(cache?.lineBytes ?? 0),
            ways: UInt32(cache?.ways ?? 0))
    }
}

extension ms_flash_shape {
    fileprivate init(_ flash: MemorySystem.Flash?) {
        self.init(
            wait_cycles: UInt32(flash?.waitCycles ?? 0), line_bytes: UInt32(flash?.lineBytes ?? 0),
            instruction_lines: UInt32(flash?.instructionLines ?? 0),
            data_lines: UInt32(flash?.dataLines ?? 0), prefetches: flash?.prefetches ?? false)
    }
}

extension ms_region {
    fileprivate init(_ region: MemorySystem.Region) {
        self.init(
            origin: region.origin, length_bytes: region.lengthBytes,
            access_cycles: UInt32(region.accessCycles), is_flash: region.isFlash,
            is_accelerated: region.isAccelerated,
            is_instruction_cached: region.isInstructionCached, is_data_cached: region.isDataCached,
            memory: UInt32(region.memory), first_load_cycles: UInt32(region.firstLoadCycles))
    }
}
