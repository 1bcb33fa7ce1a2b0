// SPDX-License-Identifier: Apache-2.0

// A fault inside an exception handler: SysTick reads unmapped memory.

#include "fault.h"

static volatile uintptr_t target = 0x60000000u;
static volatile uint32_t result;

void SysTick_Handler(void);
void SysTick_Handler(void) {
    result = *(volatile uint32_t *)target;
}

__attribute__((noinline)) static void act(void) {
    KL_REGISTER(KL_SYST_RVR) = 999;
    KL_REGISTER(KL_SYST_CVR) = 0;
    KL_REGISTER(KL_SYST_CSR) = 7;
    for (uint32_t naps = 0; naps < 4; naps++)
        __asm volatile("wfi");
}
