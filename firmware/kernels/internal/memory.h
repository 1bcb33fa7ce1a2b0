// SPDX-License-Identifier: Apache-2.0
/// Filling and copying by words. Small C libraries (newlib-nano) do it byte by byte.
#ifndef KINGLET_INTERNAL_MEMORY_H
#define KINGLET_INTERNAL_MEMORY_H

#include "internal/dsp.h"

/// Sets bytes at any address.
static inline __attribute__((unused)) void kl_fill_bytes(void *target, int32_t byte,
                                                         int32_t count) {
    uint8_t *next = target;
    uint32_t word = (uint32_t)(byte & 0xff) * 0x01010101U;
    for (; count >= 8; count -= 8, next += 8) {
        memcpy(next, &word, sizeof word);
        memcpy(next + 4, &word, sizeof word);
    }
    for (; count > 0; count--)
        *next++ = (uint8_t)word;
}

/// Copies by words, reading and writing up to 3 bytes more.
static inline __attribute__((unused)) void kl_copy_words(int8_t *target, const int8_t *source,
                                                         int32_t count) {
    for (; count > 0; count -= 4, source += 4, target += 4) {
        int32_t word = kl_load_word(source);
        memcpy(target, &word, sizeof word);
    }
}

/// Copies just these bytes.
static inline __attribute__((unused)) void kl_copy_bytes(int8_t *target, const int8_t *source,
                                                         int32_t count) {
    kl_copy_words(target, source, count & ~3);
    for (int32_t i = count & ~3; i < count; i++)
        target[i] = source[i];
}

#endif
