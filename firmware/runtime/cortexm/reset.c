// SPDX-License-Identifier: Apache-2.0
#include "runtime/reset.h"

#include "runtime/core.h"

void kl_system_reset(void) {
    kl_synchronise();
    const uint32_t grouping = KL_REGISTER(KL_AIRCR) & KL_AIRCR_PRIGROUP;
    KL_REGISTER(KL_AIRCR) = KL_AIRCR_KEY | grouping | KL_AIRCR_SYSRESETREQ;
    kl_synchronise();
    for (;;)
        __asm volatile("nop");
}
