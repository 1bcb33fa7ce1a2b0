// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "MemorySystem.h"

ms_system *ms_create(ms_cache_shape instruction, ms_cache_shape data, ms_flash_shape flash,
                     uint32_t change_cycles) {
    ms_system *system = calloc(1, sizeof *system);
    if (system == NULL) {
        return NULL;
    }
    bool has_instructions = ms_cache_create(&system->instructions, instruction);
    if (!ms_cache_create(&system->data, data) || !has_instructions) {
        ms_destroy(system);
        return NULL;
    }
    system->instructions_on = true;
    system->data_on = true;
    system->flash = flash;
    system->flash_line_bits = flash.line_bytes == 0 ? 3 : (uint32_t)__builtin_ctz(flash.line_bytes);
    system->change_cycles = change_cycles;
    ms_invalidate_flash(system);
    ms_release_buses(system);
    return system;
}

void ms_destroy(ms_system *system) {
    ms_cache_destroy(&system->instructions);
    ms_cache_destroy(&system->data);
    free(system);
}

bool ms_add_region(ms_system *system, ms_region region) {
    if (system->region_count == MS_MOST_REGIONS) {
        return false;
    }
    system->regions[system->region_count++] = region;
    return true;
}

void ms_enable(ms_system *system, bool instruction, bool data) {
    system->instructions_on = instruction;
    system->data_on = data;
    system->current_fetch = MS_VACANT;
}

void ms_invalidate_instructions(ms_system *system) {
    ms_cache_invalidate(&system->instructions);
    system->current_fetch = MS_VACANT;
}

void ms_invalidate_data(ms_system *system) {
    ms_cache_invalidate(&system->data);
}

static void maintain(ms_system *system, int64_t place, bool cleans, bool invalidates) {
    if (place < 0 || system->data.lines[place] == MS_VACANT) {
        return;
    }
    if (cleans && system->data.changed[place] != 0) {
        system->counts.write_backs++;
        system->data.changed[place] = 0;
    }
    if (invalidates) {
        system->data.lines[place] = MS_VACANT;
        system->data.changed[place] = 0;
    }
}

void ms_maintain_address(ms_system *system, uint32_t address, bool cleans, bool invalidates) {
    if (system->data.ways != 0) {
        maintain(system, ms_cache_find(&system->data, address), cleans, invalidates);
    }
}

void ms_maintain_place(ms_system *system, uint32_t set_and_way, bool cleans, bool invalidates) {
    const ms_cache *cache = &system->data;
    if (cache->ways == 0) {
        return;
    }
    uint32_t set = set_and_way >> cache->line_bits & cache->set_mask;
    // The way stands in the top bits, as many as it takes.
    uint32_t way = cache->ways == 1 ? 0 : set_and_way >> (__builtin_clz(cache->ways - 1) & 31);
    if (way < cache->ways) {
        maintain(system, (int64_t)(set * cache->ways + way), cleans, invalidates);
    }
}

void ms_invalidate_instruction_line(ms_system *system, uint32_t address) {
    int64_t place =
        system->instructions.ways == 0 ? -1 : ms_cache_find(&system->instructions, address);
    if (place >= 0) {
        system->instructions.lines[place] = MS_VACANT;
    }
    system->current_fetch = MS_VACANT;
}

void ms_invalidate_flash(ms_system *system) {
    ms_lines_clear(&system->instruction_lines, system->flash.instruction_lines);
    ms_lines_clear(&system->data_lines, system->flash.data_lines);
    system->current_fetch = MS_VACANT;
    system->ahead_line = MS_VACANT;
}

const ms_counts *ms_read_counts(const ms_system *system) {
    return &system->counts;
}
