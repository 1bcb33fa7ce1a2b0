// SPDX-License-Identifier: Apache-2.0

// A floating-point instruction while CPACR denies access to the FPU: UsageFault, NOCP.

#include "fault.h"

static volatile float product = 1.5f;

__attribute__((noinline)) static void act(void) {
    KL_REGISTER(KL_CPACR) &= ~0x00f00000u;
    kl_synchronise();
    product = product * 2.0f;
}
