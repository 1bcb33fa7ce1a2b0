// SPDX-License-Identifier: Apache-2.0
#include "runtime/text.h"

#include <stddef.h>

// Writes `value` in decimal, at least `digits` long, before `end`; returns the first character.
static char *format(char *end, uint32_t value, uint32_t digits) {
    char *first = end;
    do {
        *--first = (char)('0' + value % 10);
        value /= 10;
        if (digits > 0)
            digits--;
    } while (value > 0 || digits > 0);
    return first;
}

void kl_put_unsigned(uint32_t value) {
    char buffer[12];
    buffer[11] = '\0';
    kl_put(format(buffer + 11, value, 1));
}

void kl_put_signed(int32_t value) {
    if (value < 0)
        kl_put("-");
    kl_put_unsigned(value < 0 ? 0u - (uint32_t)value : (uint32_t)value);
}

void kl_put_hex(uint32_t value) {
    char buffer[11] = "0x00000000";
    for (size_t i = 0; i < 8; i++)
        buffer[9 - i] = "0123456789abcdef"[(value >> (4 * i)) & 15];
    kl_put(buffer);
}

void kl_put_float(float value, uint32_t decimals) {
    if (value != value) {
        kl_put("nan");
        return;
    }
    if (value < 0) {
        kl_put("-");
        value = -value;
    }
    if (!(value < 4.0e9f)) {
        kl_put("inf");
        return;
    }
    uint32_t scale = 1;
    for (uint32_t i = 0; i < decimals; i++)
        scale *= 10;
    uint32_t whole = (uint32_t)value;
    uint32_t fraction = (uint32_t)((value - (float)whole) * (float)scale + 0.5f);
    if (fraction >= scale) {
        fraction -= scale;
        whole++;
    }
    kl_put_unsigned(whole);
    if (decimals == 0)
        return;
    char buffer[12];
    buffer[11] = '\0';
    kl_put(".");
    kl_put(format(buffer + 11, fraction, decimals));
}
