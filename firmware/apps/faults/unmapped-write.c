// SPDX-License-Identifier: Apache-2.0

// A store to an address where no board has memory: BusFault, imprecise on a core with a write
// buffer.

#include "fault.h"

static volatile uintptr_t target = 0x60000000u;

__attribute__((noinline)) static void act(void) {
    *(volatile uint32_t *)target = 42;
    kl_synchronise();
}
