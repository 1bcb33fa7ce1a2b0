// SPDX-License-Identifier: Apache-2.0
/// Random kernel calls, reduced to digests. Compiled twice: against the kernels as built for the
/// machine, and, with KINGLET_SYMBOL_SUFFIX, against their portable variant.
#ifndef KERNEL_SELFTEST_CASES_H
#define KERNEL_SELFTEST_CASES_H

#include <stdint.h>

enum { SELFTEST_KINDS = 13, SELFTEST_MEMORY = 72 * 1024 };

/// Working memory of one case; 4-byte aligned.
extern uint8_t selftest_memory[SELFTEST_MEMORY];

/// Runs case `index` (its kind is index % SELFTEST_KINDS) and digests everything it wrote.
uint32_t selftest_digest(uint32_t index);
uint32_t selftest_digest_portable(uint32_t index);

#endif
