// SPDX-License-Identifier: Apache-2.0
#include "runtime/exit.h"

#include "runtime/semihosting.h"

void kl_exit(int code) {
    const uint32_t application_exit = 0x20026; // ADP_Stopped_ApplicationExit
    const uint32_t block[2] = {application_exit, (uint32_t)code};
    kl_semihosting(KL_SYS_EXIT_EXTENDED, (uintptr_t)block);
    // An older debugger knows only the plain call, which carries success or failure.
    kl_semihosting(KL_SYS_EXIT, code == 0 ? application_exit : 0x20023);
    for (;;)
        __asm volatile("wfi");
}
