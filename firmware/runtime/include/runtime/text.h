// SPDX-License-Identifier: Apache-2.0
#ifndef RUNTIME_TEXT_H
#define RUNTIME_TEXT_H

// Console text without printf: through ITM port 0 where it is enabled, else by semihosting; to
// standard output in the host twin.

#include <stdint.h>

void kl_put(const char *text);
void kl_put_unsigned(uint32_t value);
void kl_put_signed(int32_t value);

// 0x and eight digits.
void kl_put_hex(uint32_t value);

// `value` with `decimals` (0...6) digits after the point, rounded to nearest; magnitudes of 4e9
// and up print as "inf".
void kl_put_float(float value, uint32_t decimals);

#endif
