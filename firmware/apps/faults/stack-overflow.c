// SPDX-License-Identifier: Apache-2.0

// Recursion that runs out of the stack's reserve, through the heap and into static data, but not
// off the end of SRAM: no hardware notices. A simulator that watches the stack stops here; on a
// board the program finds its table damaged and says so.

#include "fault.h"

enum { TABLE_WORDS = 48 * 1024, FRAME_WORDS = 64 };

static uint32_t table[TABLE_WORDS];
static volatile uint32_t depth;

extern uint32_t __stack_top[];

__attribute__((noinline)) static uint32_t descend(uint32_t levels) {
    volatile uint32_t frame[FRAME_WORDS];
    for (uint32_t i = 0; i < FRAME_WORDS; i++)
        frame[i] = 0xdead0000u + levels;
    depth++;
    return levels == 0 ? frame[0] : descend(levels - 1) + frame[levels % FRAME_WORDS];
}

__attribute__((noinline)) static void act(void) {
    for (uint32_t i = 0; i < TABLE_WORDS; i++)
        table[i] = i;
    // As deep as from the top of the stack to a few KB into the table.
    const uint32_t bytes = (uint32_t)((uintptr_t)__stack_top - (uintptr_t)&table[TABLE_WORDS]);
    descend((bytes + 8192) / (4 * FRAME_WORDS));
    for (uint32_t i = 0; i < TABLE_WORDS; i++)
        if (table[i] != i) {
            kl_put("the stack ran over static data, from table word ");
            kl_put_unsigned(i);
            kl_put("\n");
            return;
        }
}
