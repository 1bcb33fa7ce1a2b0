// SPDX-License-Identifier: Apache-2.0

// Reset and exceptions of every Cortex-M4F and Cortex-M7 board (ARMv7-M ARM, B1.5).
//
// No clock is set up: the nRF52840 runs at 64 MHz from reset; the STM32s stay on their internal
// oscillator (4 to 64 MHz), where their flash needs no wait states. An app that wants more sets the
// PLL and the wait states itself at the start of main.

#include "runtime/core.h"
#include "runtime/exit.h"

#include <stdint.h>
#include <string.h>

extern uint32_t __stack_top[], __vectors[];
extern uint8_t __ramfunc_start[], __ramfunc_end[], __ramfunc_load[];
extern uint8_t __data_start[], __data_end[], __data_load[];
extern uint8_t __bss_start[], __bss_end[];

int main(int argc, char **argv);

void Reset_Handler(void);
void Default_Handler(void);
void HardFault_Handler(void);

// An app replaces a handler by defining a function of that name. Fault handlers that nobody
// replaced loop in place, so that a debugger (or Kinglet) finds the exception still active.
#define KL_WEAK_HANDLER(name) void name(void) __attribute__((weak, alias("Default_Handler")))
KL_WEAK_HANDLER(NMI_Handler);
KL_WEAK_HANDLER(MemManage_Handler);
KL_WEAK_HANDLER(BusFault_Handler);
KL_WEAK_HANDLER(UsageFault_Handler);
KL_WEAK_HANDLER(SVC_Handler);
KL_WEAK_HANDLER(DebugMon_Handler);
KL_WEAK_HANDLER(PendSV_Handler);
KL_WEAK_HANDLER(SysTick_Handler);
KL_WEAK_HANDLER(Interrupt_Handler);

__attribute__((naked, used)) void Default_Handler(void) {
    __asm volatile("b .");
}

// A semihosting call without a debugger raises HardFault. Such a call is made to return -1, so that
// the same image runs on a board that nobody watches; all else loops. It is told by its
// instruction, which is looked at only when CFSR says that no memory or usage fault (of the pc
// itself, maybe) led here.
__attribute__((naked, used)) void HardFault_Handler(void) {
    __asm volatile("movw  r1, #0xed28\n" // CFSR
                   "movt  r1, #0xe000\n"
                   "ldr   r2, [r1]\n"
                   "cbnz  r2, 1f\n"
                   "tst   lr, #4\n"
                   "ite   eq\n"
                   "mrseq r0, msp\n"
                   "mrsne r0, psp\n"
                   "ldr   r3, [r0, #24]\n" // stacked pc
                   "ldrh  r12, [r3]\n"
                   "movw  r2, #0xbeab\n" // bkpt 0xab
                   "cmp   r12, r2\n"
                   "bne   1f\n"
                   "adds  r3, #2\n"
                   "str   r3, [r0, #24]\n"
                   "mov   r2, #-1\n"
                   "str   r2, [r0]\n"     // the call's result
                   "str   r2, [r1, #4]\n" // HFSR: cleared by writing ones
                   "bx    lr\n"
                   "1: b  .\n");
}

typedef void (*Handler)(void);

struct VectorTable {
    uint32_t *initial_stack;
    Handler handlers[15 + KL_EXTERNAL_INTERRUPTS];
};

__attribute__((section(".vectors"), used)) static const struct VectorTable vectors = {
    .initial_stack = __stack_top,
    .handlers = {
        Reset_Handler,
        NMI_Handler,
        HardFault_Handler,
        MemManage_Handler,
        BusFault_Handler,
        UsageFault_Handler,
        0,
        0,
        0,
        0,
        SVC_Handler,
        DebugMon_Handler,
        0,
        PendSV_Handler,
        SysTick_Handler,
        // All external lines share one handler: it finds its number in IPSR - 16.
        [15 ... 14 + KL_EXTERNAL_INTERRUPTS] = Interrupt_Handler,
    }};

#if KL_HAS_CACHES
// Invalidates both level-1 caches and turns them on (ARMv7-M ARM, B2.2.7; Cortex-M7 TRM, 5.7).
static void enable_caches(void) {
    kl_synchronise();
    KL_REGISTER(KL_ICIALLU) = 0;
    kl_synchronise();
    KL_REGISTER(KL_CSSELR) = 0; // level 1, data
    kl_synchronise();
    const uint32_t geometry = KL_REGISTER(KL_CCSIDR);
    const uint32_t last_set = (geometry >> 13) & 0x7fff;
    const uint32_t last_way = (geometry >> 3) & 0x3ff;
    const uint32_t set_shift = (geometry & 7) + 4;
    const uint32_t way_shift = last_way == 0 ? 0 : (uint32_t)__builtin_clz(last_way);
    for (uint32_t set = 0; set <= last_set; set++)
        for (uint32_t way = 0; way <= last_way; way++)
            KL_REGISTER(KL_DCISW) = (way << way_shift) | (set << set_shift);
    kl_synchronise();
    KL_REGISTER(KL_CCR) |= KL_CCR_DC | KL_CCR_IC;
    kl_synchronise();
}
#endif

// Everything after the FPU is on: the compiler may use FP registers in here.
__attribute__((noinline, noreturn, used)) static void start(void) {
    memcpy(__ramfunc_start, __ramfunc_load, (size_t)(__ramfunc_end - __ramfunc_start));
    memcpy(__data_start, __data_load, (size_t)(__data_end - __data_start));
    memset(__bss_start, 0, (size_t)(__bss_end - __bss_start));
#if KL_HAS_CACHES
    enable_caches();
#endif
    kl_exit(main(0, 0));
}

__attribute__((naked, used)) void Reset_Handler(void) {
    __asm volatile("movw r0, #0xed88\n" // CPACR: full access to CP10 and CP11
                   "movt r0, #0xe000\n"
                   "ldr  r1, [r0]\n"
                   "orr  r1, r1, #0xf00000\n"
                   "str  r1, [r0]\n"
                   "movw r0, #0xed08\n" // VTOR
                   "movt r0, #0xe000\n"
                   "movw r1, #:lower16:__vectors\n"
                   "movt r1, #:upper16:__vectors\n"
                   "str  r1, [r0]\n"
                   "ldr  r1, [r1]\n" // a loader that jumped here may have left another stack
                   "mov  sp, r1\n"
                   "dsb\n"
                   "isb\n"
                   "b    %c0\n"
                   :
                   : "i"(start));
}
