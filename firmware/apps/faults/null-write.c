// SPDX-License-Identifier: Apache-2.0

// A store through a null pointer. Address 0 is flash on an nRF52840: the write is refused there
// with a BusFault. On the STM32F746 it is instruction RAM, and the store goes through.

#include "fault.h"

static uint32_t *volatile target;

__attribute__((noinline)) static void act(void) {
    *target = 42;
}
