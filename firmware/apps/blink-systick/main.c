// SPDX-License-Identifier: Apache-2.0

// Sleeps between SysTick interrupts, ten of them, and measures the whole with the cycle
// counter: an example of interrupts and WFI. A tick is 64,000 cycles: 1 ms on an nRF52840.

#include "runtime/core.h"
#include "runtime/cycles.h"
#include "runtime/marker.h"
#include "runtime/text.h"

enum { TICK_CYCLES = 64000, TICKS = 10 };

static volatile uint32_t ticks;
static volatile uint32_t lamp;

void SysTick_Handler(void);
void SysTick_Handler(void) {
    ticks++;
    lamp ^= 1u;
}

int main(void) {
    kl_cycles_start();
    KL_REGISTER(KL_SYST_RVR) = TICK_CYCLES - 1;
    KL_REGISTER(KL_SYST_CVR) = 0;
    KL_REGISTER(KL_SYST_CSR) = 7; // processor clock, interrupt, enable

    const uint32_t begin = kl_cycles();
    uint32_t seen = 0;
    while (seen < TICKS) {
        kl_step_begin(seen);
        while (ticks == seen)
            __asm volatile("wfi");
        kl_step_end(seen);
        seen = ticks;
    }
    const uint32_t elapsed = kl_cycles() - begin;
    KL_REGISTER(KL_SYST_CSR) = 0;

    kl_put("ticks ");
    kl_put_unsigned(seen);
    kl_put(", lamp ");
    kl_put(lamp ? "on" : "off");
    kl_put(", cycles ");
    kl_put_unsigned(elapsed);
    kl_put("\n");
    return lamp == 0 && seen == TICKS ? 0 : 1;
}
