// SPDX-License-Identifier: Apache-2.0

// A call to an even address, which asks for the ARM instruction set: UsageFault, INVSTATE.

#include "fault.h"

static void (*volatile target)(void) = (void (*)(void))0x00000100u;

__attribute__((noinline)) static void act(void) {
    target();
}
