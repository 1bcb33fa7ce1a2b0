// SPDX-License-Identifier: Apache-2.0

// An undefined instruction: UsageFault, UNDEFINSTR.

#include "fault.h"

__attribute__((noinline)) static void act(void) {
    __asm volatile("udf #42");
}
