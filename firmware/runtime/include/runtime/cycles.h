// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_CYCLES_H
#define RUNTIME_CYCLES_H

#include "runtime/core.h"

// Starts the DWT cycle counter (ARMv7-M ARM, C1.8; the Cortex-M7 first wants its lock opened).
static inline void kl_cycles_start(void) {
#if KL_CORTEX_M
    KL_REGISTER(KL_DEMCR) |= KL_DEMCR_TRCENA;
    KL_REGISTER(KL_DWT_LAR) = 0xC5ACCE55u;
    KL_REGISTER(KL_DWT_CYCCNT) = 0;
    KL_REGISTER(KL_DWT_CTRL) |= 1u;
#endif
}

// Processor cycles since kl_cycles_start, modulo 2^32; 0 in the host twin.
static inline uint32_t kl_cycles(void) {
#if KL_CORTEX_M
    return KL_REGISTER(KL_DWT_CYCCNT);
#else
    return 0;
#endif
}

#endif
