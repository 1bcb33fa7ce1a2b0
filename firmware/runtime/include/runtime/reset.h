// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_RESET_H
#define RUNTIME_RESET_H

// Starts the chip over (AIRCR.SYSRESETREQ; ARMv7-M Architecture Reference Manual, B3.2.6). There is
// no such thing in the host twin.
__attribute__((noreturn)) void kl_system_reset(void);

#endif
