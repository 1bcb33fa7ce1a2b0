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

int32_t ms_lines_search(ms_lines *lines, uint32_t line) {
    for (uint32_t i = 0; i < lines->count; i++) {
        if (lines->lines[i] == line) {
            lines->hints[line % MS_HINTS] = (uint16_t)i;
            return (int32_t)i;
        }
    }
    return -1;
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
