// SPDX-License-Identifier: Apache-2.0

// An integer division by zero with the trap on: UsageFault, DIVBYZERO.

#include "fault.h"

static volatile uint32_t dividend = 1000, divisor;
static volatile uint32_t quotient;

__attribute__((noinline)) static void act(void) {
    quotient = dividend / (divisor + 1); // no fault
    KL_REGISTER(KL_CCR) |= KL_CCR_DIV_0_TRP;
    kl_synchronise();
    quotient = dividend / divisor;
}
