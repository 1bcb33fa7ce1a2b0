// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef KINGLET_MEMORYSYSTEM_H
#define KINGLET_MEMORYSYSTEM_H

#include "CMemorySystem.h"

// No line has this number: addresses have 32 bits and lines at least 4 bytes.
#define MS_VACANT UINT32_MAX

// Set-associative. In a full set the ways give way in turn (round robin).
typedef struct {
    uint32_t line_bits;
    uint32_t line_bytes;
    uint32_t set_mask;
    // 0 when there is no cache.
    uint32_t ways;
    // By set and way: the number of a line, and whether it was changed.
    uint32_t *lines;
    uint8_t *changed;
    // By set: the way that gives way next.
    uint8_t *victims;
} ms_cache;

bool ms_cache_create(ms_cache *cache, ms_cache_shape shape);
void ms_cache_destroy(ms_cache *cache);
void ms_cache_invalidate(ms_cache *cache);
// The place of the address' line, or -1.
int64_t ms_cache_find(const ms_cache *cache, uint32_t address);
// Puts the line in and returns its place; `evicts_changed` tells of the line that gave way.
uint32_t ms_cache_fill(ms_cache *cache, uint32_t address, bool *evicts_changed);

enum {
    MS_BUCKETS = 4096,
    // More than any place.
    MS_USE = 2048,
    // So many places are looked at together.
    MS_ABREAST = 4,
};

// Lines that a flash controller keeps: fully associative, the least recently used one gives way.
// They stand in places 1 to `count`; place 0 is none.
typedef struct {
    uint32_t count;
    uint32_t lines[MS_MOST_LINES + 1];
    // When each was used last, in uses times MS_USE, plus the place: the least of them gives way.
    // UINT64_MAX where there is no place.
    uint64_t used[MS_MOST_LINES + MS_ABREAST];
    uint64_t now;
    // By the lines' low bits: a first place, and behind each place the next one.
    uint16_t first[MS_BUCKETS];
    uint16_t next[MS_MOST_LINES + 1];
} ms_lines;

void ms_lines_clear(ms_lines *lines, uint32_t count);
void ms_lines_insert(ms_lines *lines, uint32_t line);

// The line's place, or 0.
static inline uint32_t ms_lines_place(const ms_lines *lines, uint32_t line) {
    uint32_t place = lines->first[line % MS_BUCKETS];
    while (place != 0 && lines->lines[place] != line) {
        place = lines->next[place];
    }
    return place;
}

static inline bool ms_lines_hold(const ms_lines *lines, uint32_t line) {
    return ms_lines_place(lines, line) != 0;
}

// Whether the line is kept; it is then the most recently used one.
static inline bool ms_lines_touch(ms_lines *lines, uint32_t line) {
    uint32_t place = ms_lines_place(lines, line);
    if (place == 0) {
        return false;
    }
    lines->now += MS_USE;
    lines->used[place] = lines->now + place;
    return true;
}

struct ms_system {
    ms_cache instructions;
    ms_cache data;
    bool instructions_on;
    bool data_on;
    ms_flash_shape flash;
    uint32_t flash_line_bits;
    ms_lines instruction_lines;
    ms_lines data_lines;
    // The unit that instructions were last fetched from, and in what size.
    uint32_t current_fetch;
    uint32_t current_fetch_bits;
    // The line that the controller reads ahead, and when it has it.
    uint32_t ahead_line;
    uint64_t ahead_ready;
    // When the bus of the core's caches is done with what it was asked for.
    uint64_t bus_free;
    ms_region regions[MS_MOST_REGIONS];
    uint32_t region_count;
    // The region found last.
    uint32_t last_region;
    ms_buses buses;
    // Of each bus: the memory that it went to last, MS_VACANT for none. What going to another one
    // costs a load.
    uint32_t last_memory[MS_BUSES];
    uint32_t change_cycles;
    ms_counts counts;
};

static inline const ms_region *ms_region_of(ms_system *system, uint32_t address) {
    const ms_region *last = &system->regions[system->last_region];
    if (address - last->origin < last->length_bytes) {
        return last;
    }
    for (uint32_t i = 0; i < system->region_count; i++) {
        const ms_region *region = &system->regions[i];
        if (address - region->origin < region->length_bytes) {
            system->last_region = i;
            return region;
        }
    }
    return (const ms_region *)0;
}

// Cycles that a read takes which no cache and no kept line serves.
static inline uint32_t ms_read_cycles(const ms_system *system, const ms_region *region) {
    return region->access_cycles + (region->is_flash ? system->flash.wait_cycles : 0);
}

#endif
