// SPDX-License-Identifier: Apache-2.0

// A jump into the peripheral region, from which nothing may be executed: MemManage fault, IACCVIOL.

#include "fault.h"

static void (*volatile target)(void) = (void (*)(void))0x40000001u;

__attribute__((noinline)) static void act(void) {
    target();
}
