// SPDX-License-Identifier: GPL-2.0-or-later
#include "MemorySystem.h"

void ms_release_buses(ms_system *system) {
    for (uint32_t bus = 0; bus < MS_BUSES; bus++) {
        system->buses.held[bus] = (ms_range){0, 0};
        system->last_memory[bus] = MS_VACANT;
    }
}

ms_buses *ms_buses_of(ms_system *system) {
    return &system->buses;
}

uint32_t ms_come_to(ms_system *system, uint32_t address, bool is_store, bool pipelines) {
    uint32_t bus = ms_bus_of(address);
    bool is_behind_other_bus = pipelines && system->buses.last != bus;
    system->buses.last = bus;
    const ms_region *region = ms_region_of(system, address);
    if (region == (const ms_region *)0) {
        return 0;
    }
    uint32_t before = system->last_memory[bus];
    system->last_memory[bus] = region->memory;
    // Where each run waits, no address is free.
    bool is_free = region->first_load_cycles == 0;
    system->buses.held[bus] = (ms_range){region->origin, is_free ? region->length_bytes : 0};
    // The write buffer takes a store at once.
    if (is_store || (pipelines && !is_behind_other_bus && before == region->memory)) {
        return 0;
    }
    uint32_t cycles = region->first_load_cycles;
    if (before != region->memory && before != MS_VACANT && cycles < system->change_cycles) {
        cycles = system->change_cycles;
    }
    // The core does not ask one bus while it waits for what the other brings.
    cycles += is_behind_other_bus;
    system->counts.bus_waits += cycles > 0;
    system->counts.bus_wait_cycles += cycles;
    return cycles;
}
