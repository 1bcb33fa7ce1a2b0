// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "MemorySystem.h"

void ms_lines_clear(ms_lines *lines, uint32_t count) {
    memset(lines, 0, sizeof *lines);
    lines->count = count < MS_MOST_LINES ? count : MS_MOST_LINES;
    for (uint32_t i = 0; i < MS_MOST_LINES + MS_ABREAST; i++) {
        lines->used[i] = i != 0 && i <= lines->count ? i : UINT64_MAX;
    }
}

static inline uint64_t least(uint64_t a, uint64_t b) {
    return a < b ? a : b;
}

// The place that was used least recently, an empty one first. In a program that does not fit it is
// asked for at each line, and no branch in it could be predicted.
static uint32_t oldest(const ms_lines *lines) {
    const uint64_t *used = lines->used;
    uint64_t found[MS_ABREAST] = {used[0], used[1], used[2], used[3]};
    for (uint32_t i = MS_ABREAST; i <= lines->count; i += MS_ABREAST) {
        for (uint32_t j = 0; j < MS_ABREAST; j++) {
            found[j] = least(found[j], used[i + j]);
        }
    }
    return least(least(found[0], found[1]), least(found[2], found[3])) % MS_USE;
}

// Takes the place's line out of its bucket.
static void remove_line(ms_lines *lines, uint32_t place) {
    uint16_t *link = &lines->first[lines->lines[place] % MS_BUCKETS];
    while (*link != place) {
        link = &lines->next[*link];
    }
    *link = lines->next[place];
}

void ms_lines_insert(ms_lines *lines, uint32_t line) {
    if (lines->count == 0) {
        return;
    }
    uint32_t place = oldest(lines);
    if (lines->used[place] >= MS_USE) {
        remove_line(lines, place);
    }
    lines->now += MS_USE;
    lines->used[place] = lines->now + place;
    lines->lines[place] = line;
    lines->next[place] = lines->first[line % MS_BUCKETS];
    lines->first[line % MS_BUCKETS] = (uint16_t)place;
}
