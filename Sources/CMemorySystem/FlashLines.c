// SPDX-License-Identifier: GPL-2.0-or-later
#include "MemorySystem.h"

void ms_lines_clear(ms_lines *lines, uint32_t count) {
    lines->count = count < MS_MOST_LINES ? count : MS_MOST_LINES;
    lines->oldest = 0;
    lines->newest = (uint16_t)(lines->count > 0 ? lines->count - 1 : 0);
    for (uint32_t i = 0; i < MS_MOST_LINES; i++) {
        lines->lines[i] = MS_VACANT;
        lines->older[i] = (uint16_t)(i - 1);
        lines->newer[i] = (uint16_t)(i + 1);
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
    uint32_t place = lines->oldest;
    lines->lines[place] = line;
    lines->hints[line % MS_HINTS] = (uint16_t)place;
    ms_lines_use(lines, place);
}
