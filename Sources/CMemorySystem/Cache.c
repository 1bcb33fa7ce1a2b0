// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "MemorySystem.h"

bool ms_cache_create(ms_cache *cache, ms_cache_shape shape) {
    memset(cache, 0, sizeof *cache);
    if (shape.size_bytes == 0) {
        return true;
    }
    uint32_t sets = shape.size_bytes / (shape.line_bytes * shape.ways);
    cache->line_bits = (uint32_t)__builtin_ctz(shape.line_bytes);
    cache->line_bytes = shape.line_bytes;
    cache->set_mask = sets - 1;
    cache->ways = shape.ways;
    cache->lines = malloc(sets * shape.ways * sizeof *cache->lines);
    cache->changed = malloc(sets * shape.ways);
    cache->victims = malloc(sets);
    if (cache->lines == NULL || cache->changed == NULL || cache->victims == NULL) {
        return false;
    }
    ms_cache_invalidate(cache);
    return true;
}

void ms_cache_destroy(ms_cache *cache) {
    free(cache->lines);
    free(cache->changed);
    free(cache->victims);
}

void ms_cache_invalidate(ms_cache *cache) {
    if (cache->ways == 0) {
        return;
    }
    uint32_t sets = cache->set_mask + 1;
    for (uint32_t i = 0; i < sets * cache->ways; i++) {
        cache->lines[i] = MS_VACANT;
        cache->changed[i] = 0;
    }
    memset(cache->victims, 0, sets);
}

int64_t ms_cache_find(const ms_cache *cache, uint32_t address) {
    uint32_t line = address >> cache->line_bits;
    uint32_t first = (line & cache->set_mask) * cache->ways;
    for (uint32_t i = first; i < first + cache->ways; i++) {
        if (cache->lines[i] == line) {
            return i;
        }
    }
    return -1;
}

uint32_t ms_cache_fill(ms_cache *cache, uint32_t address, bool *evicts_changed) {
    uint32_t line = address >> cache->line_bits;
    uint32_t set = line & cache->set_mask;
    uint32_t place = set * cache->ways + cache->victims[set];
    // An empty way is taken first.
    for (uint32_t way = 0; way < cache->ways; way++) {
        if (cache->lines[set * cache->ways + way] == MS_VACANT) {
            place = set * cache->ways + way;
            break;
        }
    }
    cache->victims[set] = (uint8_t)((place - set * cache->ways + 1) % cache->ways);
    *evicts_changed = cache->lines[place] != MS_VACANT && cache->changed[place] != 0;
    cache->lines[place] = line;
    cache->changed[place] = 0;
    return place;
}
