// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_EXIT_H
#define RUNTIME_EXIT_H

// Ends the program with `code` (0 is success): by semihosting on a Cortex-M, and where nobody
// answers that, by sleeping for ever.
__attribute__((noreturn)) void kl_exit(int code);

#endif
