// SPDX-License-Identifier: Apache-2.0

// Endless recursion: the stack leaves SRAM, and the fault's own frame cannot be stored either
// (lockup).

#include "fault.h"

static volatile uint32_t depth;
static volatile uint32_t last_level = UINT32_MAX;

__attribute__((noinline)) static uint32_t descend(uint32_t levels) {
    volatile uint32_t frame[256];
    frame[levels % 256] = levels;
    depth++;
    return levels == last_level ? 0 : descend(levels + 1) + frame[0];
}

__attribute__((noinline)) static void act(void) {
    descend(0);
}
