// SPDX-License-Identifier: Apache-2.0

// LDRD from an address that is not a multiple of four: UsageFault, UNALIGNED, whatever CCR says.

#include "fault.h"

static uint8_t bytes[16] __attribute__((aligned(8)));
static uint8_t *volatile place = bytes + 2;
static volatile uint32_t result;

__attribute__((noinline)) static void act(void) {
    uint32_t low, high;
    __asm volatile("ldrd %0, %1, [%2]" : "=&r"(low), "=&r"(high) : "r"(place) : "memory");
    result = low + high;
}
