// SPDX-License-Identifier: GPL-2.0-or-later
#include "MemorySystem.h"

void ms_lines_clear(ms_lines *lines, uint32_t count) {
    lines->count = count < MS_MOST_LINES ? count : MS_MOST_LINES;
    lines->time = 0;
    for (uint32_t i = 0; i < MS_MOST_LINES; i++) {
        lines->lines[i] = MS_VACANT;
        lines->used[i] = 0;
    }
    for (uint32_t i = 0; i < MS_HINTS; i++) {
        lines->hints[i] = 0;
    }
}

static int32_t place_of(ms_lines *lines, uint32_t line) {
    uint16_t *hint = &lines->hints[line % MS_HINTS];
    if (lines->lines[*hint] == line) {
        return *hint;
    }
    for (uint32_t i = 0; i < lines->count; i++) {
        if (lines->lines[i] == line) {
            *hint = (uint16_t)i;
            return (int32_t)i;
        }
    }
    return -1;
}

bool ms_lines_hold(ms_lines *lines, uint32_t line) {
    return place_of(lines, line) >= 0;
}

bool ms_lines_touch(ms_lines *lines, uint32_t line) {
    int32_t place = place_of(lines, line);
    if (place < 0) {
        return false;
    }
    lines->used[place] = ++lines->time;
    return true;
}

void ms_lines_insert(ms_lines *lines, uint32_t line) {
    if (lines->count == 0) {
        return;
    }
    uint32_t oldest = 0;
    for (uint32_t i = 1; i < lines->count; i++) {
        if (lines->used[i] < lines->used[oldest]) {
            oldest = i;
        }
    }
    lines->lines[oldest] = line;
    lines->used[oldest] = ++lines->time;
    lines->hints[line % MS_HINTS] = (uint16_t)oldest;
}
