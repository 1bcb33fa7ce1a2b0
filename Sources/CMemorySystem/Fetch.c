// SPDX-License-Identifier: GPL-2.0-or-later
#include "MemorySystem.h"

uint32_t ms_fetch_bytes(const ms_system *system, uint32_t address) {
    for (uint32_t i = 0; i < system->region_count; i++) {
        const ms_region *region = &system->regions[i];
        if (address - region->origin >= region->length_bytes) {
            continue;
        }
        if (region->is_instruction_cached && system->instructions.ways != 0) {
            return system->instructions.line_bytes;
        }
        if (region->is_flash && system->flash.wait_cycles + region->access_cycles > 0) {
            return system->flash.line_bytes;
        }
        // Uncached RAM behind a bus of 64 bits.
        return region->access_cycles > 0 ? 8 : 0;
    }
    return 0;
}

// A line of the flash, through the lines that its controller keeps and reads ahead.
static uint32_t fetch_flash(ms_system *system, const ms_region *region, uint32_t address,
                            uint64_t now) {
    uint32_t line = address >> system->flash_line_bits;
    uint32_t wait = system->flash.wait_cycles;
    uint32_t stall = 0;
    if (ms_lines_touch(&system->instruction_lines, line)) {
        system->counts.flash_fetch_hits++;
    } else if (system->ahead_line == line && system->ahead_ready <= now) {
        // In time: a line that nobody waited for is not kept.
        system->counts.flash_fetch_hits++;
    } else {
        stall = system->ahead_line == line ? (uint32_t)(system->ahead_ready - now)
                                           : wait + region->access_cycles;
        system->counts.flash_fetch_misses++;
        ms_lines_insert(&system->instruction_lines, line);
    }
    if (system->flash.prefetches && !ms_lines_hold(&system->instruction_lines, line + 1)) {
        system->ahead_line = line + 1;
        system->ahead_ready = now + stall + wait + 1;
    } else {
        system->ahead_line = MS_VACANT;
    }
    return stall;
}

static uint32_t fetch_cached(ms_system *system, const ms_region *region, uint32_t address,
                             uint64_t now) {
    if (ms_cache_find(&system->instructions, address) >= 0) {
        system->counts.instruction_hits++;
        return 0;
    }
    system->counts.instruction_misses++;
    bool evicts_changed = false;
    ms_cache_fill(&system->instructions, address, &evicts_changed);
    // The words that are asked for come first; the rest follows, 8 bytes a cycle.
    uint64_t start = system->bus_free > now ? system->bus_free : now;
    uint64_t arrival = start + ms_read_cycles(system, region);
    system->bus_free = arrival + system->instructions.line_bytes / 8;
    return (uint32_t)(arrival - now);
}

uint32_t ms_fetch(ms_system *system, uint32_t address, uint64_t now) {
    const ms_region *region = ms_region_of(system, address);
    if (region == (const ms_region *)0) {
        return 0;
    }
    bool has_cache = region->is_instruction_cached && system->instructions.ways != 0;
    uint32_t bits = has_cache ? system->instructions.line_bits
                              : (region->is_flash ? system->flash_line_bits : 3);
    uint32_t unit = address >> bits;
    if (system->current_fetch == unit && system->current_fetch_bits == bits) {
        return 0;
    }
    system->current_fetch = unit;
    system->current_fetch_bits = bits;
    uint32_t stall;
    if (has_cache && system->instructions_on) {
        stall = fetch_cached(system, region, address, now);
    } else if (region->is_flash && region->is_accelerated) {
        stall = fetch_flash(system, region, address, now);
    } else {
        stall = ms_read_cycles(system, region);
    }
    system->counts.fetch_stall_cycles += stall;
    return stall;
}

// Of ms_fetch_hits, from the core's cache.
__attribute__((noinline)) static uint32_t fetch_from_cache(ms_system *system, const ms_unit *units,
                                                           uint32_t count) {
    uint32_t i = 0;
    for (; i < count; i++) {
        uint32_t line = units[i].address >> system->instructions.line_bits;
        bool is_current = system->current_fetch == line &&
                          system->current_fetch_bits == system->instructions.line_bits;
        if (is_current) {
            continue;
        }
        if (ms_cache_find(&system->instructions, units[i].address) < 0) {
            break;
        }
        system->current_fetch = line;
        system->current_fetch_bits = system->instructions.line_bits;
        system->counts.instruction_hits++;
    }
    return i;
}

uint32_t ms_fetch_hits(ms_system *system, const ms_unit *units, uint32_t count, uint64_t entry) {
    const ms_region *region = ms_region_of(system, units[0].address);
    if (region == (const ms_region *)0 ||
        units[count - 1].address - region->origin >= region->length_bytes) {
        return 0;
    }
    if (region->is_instruction_cached && system->instructions.ways != 0) {
        return system->instructions_on ? fetch_from_cache(system, units, count) : 0;
    }
    if (!region->is_flash || !region->is_accelerated) {
        return 0;
    }
    ms_lines *lines = &system->instruction_lines;
    uint32_t bits = system->flash_line_bits;
    uint32_t current = system->current_fetch_bits == bits ? system->current_fetch : MS_VACANT;
    uint32_t hits = 0;
    uint32_t i = 0;
    for (; i < count; i++) {
        uint32_t line = units[i].address >> bits;
        if (line == current) {
            continue;
        }
        if (!ms_lines_touch(lines, line)) {
            break;
        }
        current = line;
        hits++;
        if (system->flash.prefetches) {
            system->ahead_line = ms_lines_hold(lines, line + 1) ? MS_VACANT : line + 1;
            system->ahead_ready = entry + units[i].cycles_before + system->flash.wait_cycles + 1;
        }
    }
    if (hits != 0) {
        system->current_fetch = current;
        system->current_fetch_bits = bits;
        system->counts.flash_fetch_hits += hits;
    }
    return i;
}

bool ms_can_repeat(const ms_system *system) {
    return !system->flash.prefetches;
}

void ms_repeat(ms_system *system, uint64_t instruction_hits, uint64_t flash_fetch_hits) {
    system->counts.instruction_hits += instruction_hits;
    system->counts.flash_fetch_hits += flash_fetch_hits;
}
