// SPDX-License-Identifier: GPL-2.0-or-later
#include "MemorySystem.h"

bool ms_charges_loads(const ms_system *system, uint32_t index) {
    const ms_region *region = &system->regions[index];
    return ms_read_cycles(system, region) > 0 || (region->is_data_cached && system->data.ways != 0);
}

bool ms_charges_stores(const ms_system *system, uint32_t index) {
    const ms_region *region = &system->regions[index];
    return !region->is_flash &&
           (region->access_cycles > 0 || (region->is_data_cached && system->data.ways != 0));
}

// Fetches a line for a load or store; returns when its first word arrives. A changed line that
// gives way goes out behind it, 8 bytes a cycle like the line that comes in.
static uint64_t fill_line(ms_system *system, const ms_region *region, uint32_t address,
                          uint64_t now, bool is_store) {
    bool evicts_changed = false;
    uint32_t place = ms_cache_fill(&system->data, address, &evicts_changed);
    system->data.changed[place] = is_store;
    uint32_t beats = system->data.line_bytes / 8;
    uint64_t start = system->bus_free > now ? system->bus_free : now;
    uint64_t arrival = start + ms_read_cycles(system, region);
    system->bus_free = arrival + beats;
    if (evicts_changed) {
        system->counts.write_backs++;
        system->bus_free += beats;
    }
    return arrival;
}

static uint32_t load_cached(ms_system *system, const ms_region *region, uint32_t address,
                            uint32_t bytes, uint64_t now) {
    uint32_t mask = ~(system->data.line_bytes - 1);
    uint64_t time = now;
    for (uint32_t line = address & mask; line - (address & mask) < bytes + (address & ~mask);
         line += system->data.line_bytes) {
        if (ms_cache_find(&system->data, line) >= 0) {
            system->counts.data_hits++;
            continue;
        }
        system->counts.data_misses++;
        time = fill_line(system, region, line, time, false);
    }
    return (uint32_t)(time - now);
}

// The store buffer takes a store at once. Its line is fetched behind the core's back; the core
// waits only when two more lines are asked for before (two linefill buffers).
static uint32_t store_cached(ms_system *system, const ms_region *region, uint32_t address,
                             uint32_t bytes, uint64_t now) {
    uint32_t mask = ~(system->data.line_bytes - 1);
    uint64_t time = now;
    for (uint32_t line = address & mask; line - (address & mask) < bytes + (address & ~mask);
         line += system->data.line_bytes) {
        int64_t place = ms_cache_find(&system->data, line);
        if (place >= 0) {
            system->counts.data_hits++;
            system->data.changed[place] = 1;
            continue;
        }
        system->counts.data_misses++;
        uint64_t under_way = ms_read_cycles(system, region) + system->data.line_bytes / 8;
        if (system->bus_free > time + under_way) {
            time = system->bus_free - under_way;
        }
        fill_line(system, region, line, time, true);
    }
    return (uint32_t)(time - now);
}

// Constants in flash, through the lines that the controller keeps for data.
static uint32_t load_flash(ms_system *system, const ms_region *region, uint32_t address,
                           uint32_t bytes) {
    uint32_t first = address >> system->flash_line_bits;
    uint32_t last = (address + bytes - 1) >> system->flash_line_bits;
    uint32_t stall = 0;
    for (uint32_t line = first; line - first <= last - first; line++) {
        if (region->is_accelerated && ms_lines_touch(&system->data_lines, line)) {
            system->counts.flash_data_hits++;
            continue;
        }
        system->counts.flash_data_misses++;
        stall += ms_read_cycles(system, region);
        if (region->is_accelerated) {
            ms_lines_insert(&system->data_lines, line);
        }
    }
    return stall;
}

uint32_t ms_load(ms_system *system, uint32_t address, uint32_t bytes, uint64_t now) {
    const ms_region *region = ms_region_of(system, address);
    if (region == (const ms_region *)0) {
        return 0;
    }
    uint32_t stall;
    if (region->is_data_cached && system->data.ways != 0 && system->data_on) {
        stall = load_cached(system, region, address, bytes, now);
    } else if (region->is_flash) {
        stall = load_flash(system, region, address, bytes);
    } else {
        stall = region->access_cycles;
    }
    system->counts.data_stall_cycles += stall;
    return stall;
}

uint32_t ms_store(ms_system *system, uint32_t address, uint32_t bytes, uint64_t now) {
    const ms_region *region = ms_region_of(system, address);
    if (region == (const ms_region *)0 || region->is_flash || !region->is_data_cached ||
        system->data.ways == 0 || !system->data_on) {
        // Without a cache the write buffer takes it.
        return 0;
    }
    uint32_t stall = store_cached(system, region, address, bytes, now);
    system->counts.data_stall_cycles += stall;
    return stall;
}
