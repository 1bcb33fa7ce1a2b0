// SPDX-License-Identifier: Apache-2.0
// Vector table, start-up, and the end of the program through semihosting.
#include <stdint.h>

extern uint32_t stack_top, data_load, data_start, data_end, bss_start, bss_end;
int main(void);

static void leave(uint32_t code) {
    // SYS_EXIT_EXTENDED with ADP_Stopped_ApplicationExit.
    uint32_t block[2] = {0x20026, code};
    register uint32_t operation __asm("r0") = 0x20;
    register uint32_t *argument __asm("r1") = block;
    __asm volatile("bkpt 0xAB" : "+r"(operation) : "r"(argument) : "memory");
    for (;;) {
    }
}

void Reset_Handler(void) {
    const uint32_t *from = &data_load;
    for (uint32_t *to = &data_start; to < &data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &bss_start; to < &bss_end;) {
        *to++ = 0;
    }
    leave((uint32_t)main());
}

__attribute__((section(".vectors"), used)) const void *const vectors[16] = {
    &stack_top,
    Reset_Handler,
};
