// SPDX-License-Identifier: Apache-2.0

// A load from an address where no board has memory: precise BusFault.

#include "fault.h"

static volatile uintptr_t target = 0x60000004u;
static volatile uint32_t result;

__attribute__((noinline)) static void act(void) {
    result = *(volatile uint32_t *)target;
}
