// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_CORE_H
#define RUNTIME_CORE_H

// The registers of the ARMv7-M private peripheral bus that the runtime and the samples use
// (ARMv7-M Architecture Reference Manual, B3.2, C1.7, C1.8; caches: Cortex-M7 TRM).

#include <stdint.h>

#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#define KL_CORTEX_M 1
#else
#define KL_CORTEX_M 0
#endif

#define KL_REGISTER(address) (*(volatile uint32_t *)(address))

#define KL_ITM_PORT(n) (0xE0000000u + 4u * (n))
#define KL_ITM_TER 0xE0000E00u
#define KL_ITM_TCR 0xE0000E80u
#define KL_ITM_TCR_ITMENA 1u

#define KL_DWT_CTRL 0xE0001000u
#define KL_DWT_CYCCNT 0xE0001004u
#define KL_DWT_LAR 0xE0001FB0u

#define KL_SYST_CSR 0xE000E010u
#define KL_SYST_RVR 0xE000E014u
#define KL_SYST_CVR 0xE000E018u

#define KL_AIRCR 0xE000ED0Cu
#define KL_AIRCR_KEY (0x05FAu << 16)
#define KL_AIRCR_PRIGROUP (7u << 8)
#define KL_AIRCR_SYSRESETREQ (1u << 2)
#define KL_CCR 0xE000ED14u
#define KL_CCR_UNALIGN_TRP (1u << 3)
#define KL_CCR_DIV_0_TRP (1u << 4)
#define KL_CCR_DC (1u << 16)
#define KL_CCR_IC (1u << 17)
#define KL_SHCSR 0xE000ED24u
#define KL_CCSIDR 0xE000ED80u
#define KL_CSSELR 0xE000ED84u
#define KL_CPACR 0xE000ED88u
#define KL_DEMCR 0xE000EDFCu
#define KL_DEMCR_TRCENA (1u << 24)
#define KL_ICIALLU 0xE000EF50u
#define KL_DCIMVAC 0xE000EF5Cu
#define KL_DCISW 0xE000EF60u
#define KL_DCCMVAC 0xE000EF68u

#if KL_CORTEX_M
// Waits until earlier memory accesses and their effects on later instructions are done.
static inline void kl_synchronise(void) {
    __asm volatile("dsb\n isb" ::: "memory");
}
#endif

// A function that runs from SRAM: copied there before main, and called through its full address.
#define KL_RAMFUNC __attribute__((section(".ramfunc"), noinline, long_call))

#endif
