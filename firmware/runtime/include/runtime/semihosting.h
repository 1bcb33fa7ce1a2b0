// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_SEMIHOSTING_H
#define RUNTIME_SEMIHOSTING_H

// Arm semihosting, version 2 (Arm document 100863): requests to the attached debugger.
// Without one every call returns -1; see HardFault_Handler in startup.c.

#include <stdint.h>

enum KlSemihostingCall {
    KL_SYS_OPEN = 0x01,
    KL_SYS_CLOSE = 0x02,
    KL_SYS_WRITEC = 0x03,
    KL_SYS_WRITE0 = 0x04,
    KL_SYS_WRITE = 0x05,
    KL_SYS_READ = 0x06,
    KL_SYS_SEEK = 0x0A,
    KL_SYS_FLEN = 0x0C,
    KL_SYS_CLOCK = 0x10,
    KL_SYS_GET_CMDLINE = 0x15,
    KL_SYS_EXIT = 0x18,
    KL_SYS_EXIT_EXTENDED = 0x20,
};

// `argument` is the address of the call's argument block, or the argument itself.
static inline int32_t kl_semihosting(enum KlSemihostingCall call, uintptr_t argument) {
    register int32_t r0 __asm("r0") = (int32_t)call;
    register uintptr_t r1 __asm("r1") = argument;
    __asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

// Centiseconds since the program started, or -1.
static inline int32_t kl_semihosting_clock(void) {
    return kl_semihosting(KL_SYS_CLOCK, 0);
}

#endif
