// SPDX-License-Identifier: GPL-2.0-or-later

// The copying functions of a C library made small, a byte at a time, in place of the compiler's
// own.

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t length) {
    char *place = to;
    const char *source = from;
    while (length-- != 0) {
        *place++ = *source++;
    }
    return to;
}

void *memset(void *to, int value, size_t length) {
    char *place = to;
    while (length-- != 0) {
        *place++ = (char)value;
    }
    return to;
}

int memcmp(const void *one, const void *other, size_t length) {
    const unsigned char *a = one;
    const unsigned char *b = other;
    for (; length != 0; length--, a++, b++) {
        if (*a != *b) {
            return *a - *b;
        }
    }
    return 0;
}
