// SPDX-License-Identifier: GPL-2.0-or-later

// Copies code and data to where the linker script has them, starts the cycle counter, calls main and
// ends the run through semihosting.

#include <stdint.h>

extern uint32_t itcm_start[], itcm_end[], itcm_load[];
extern uint32_t data_start[], data_end[], data_load[], bss_start[], bss_end[], stack_top[];

int main(void);

#define START __attribute__((section(".start"), used))

START static void leave(uint32_t reason) {
    register uint32_t operation __asm("r0") = 0x18; // SYS_EXIT
    register uint32_t argument __asm("r1") = reason;
    __asm volatile("bkpt 0xab" : : "r"(operation), "r"(argument) : "memory");
}

START static void Fault_Handler(void) {
    leave(0x20023); // ADP_Stopped_RunTimeErrorUnknown
}

START __attribute__((noreturn)) void Reset_Handler(void) {
    volatile uint32_t *to = itcm_start;
    for (const volatile uint32_t *from = itcm_load; to < itcm_end;) {
        *to++ = *from++;
    }
    to = data_start;
    for (const volatile uint32_t *from = data_load; to < data_end;) {
        *to++ = *from++;
    }
    for (to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    *(volatile uint32_t *)0xE000ED88 = 0xFu << 20; // CPACR: the FPU
    *(volatile uint32_t *)0xE000EDFC |= 1u << 24;  // DEMCR.TRCENA
    *(volatile uint32_t *)0xE0001FB0 = 0xC5ACCE55; // the DWT's lock
    *(volatile uint32_t *)0xE0001000 |= 1;         // DWT_CTRL.CYCCNTENA
    __asm volatile("dsb\n isb" : : : "memory");
    int (*volatile entry)(void) = main;
    leave(entry() == 0 ? 0x20026 : 0x20023); // ADP_Stopped_ApplicationExit
    for (;;) {
    }
}

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top,     Reset_Handler, Fault_Handler, Fault_Handler,
    Fault_Handler, Fault_Handler, Fault_Handler,
};
