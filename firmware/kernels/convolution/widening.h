// SPDX-License-Identifier: Apache-2.0
/// Bytes of weights and pixels unpacked to the 16-bit groups that channel_pair.h multiplies.
#ifndef KINGLET_CONVOLUTION_WIDENING_H
#define KINGLET_CONVOLUTION_WIDENING_H

#include "internal/columns.h"

#if KL_DSP

/// A word of bytes as a group.
KL_INLINE void unpack_word(int32_t word, int32_t *target) {
    target[0] = kl_sxtb16(word);
    target[1] = kl_sxtb16_ror8(word);
}

/// Unpacks `count` weights of two channels, side by side; missing taps are 0.
static __attribute__((noinline, unused)) void
unpack_weights(const int8_t *first, const int8_t *second, int32_t count, int32_t *target) {
    for (; count >= 4; count -= 4) {
#if defined(KINGLET_DSP_EMULATION)
        unpack_word(kl_load_word(first), target);
        unpack_word(kl_load_word(second), target + 2);
        first += 4;
        second += 4;
        target += 4;
#else
        // Assembly, for one store of four words.
        __asm__ volatile("ldr r5, [%[first]], #4\n"
                         "ldr r7, [%[second]], #4\n"
                         "sxtb16 r4, r5\n"
                         "sxtb16 r5, r5, ror #8\n"
                         "sxtb16 r6, r7\n"
                         "sxtb16 r7, r7, ror #8\n"
                         "stmia %[target]!, {r4-r7}\n"
                         : [first] "+r"(first), [second] "+r"(second), [target] "+r"(target)
                         :
                         : "r4", "r5", "r6", "r7", "memory");
#endif
    }
    if (count > 0) {
        unpack_word(kl_load_bytes(first, count), target);
        unpack_word(kl_load_bytes(second, count), target + 2);
    }
}

/// 2 * (byte - zero point) of a word of bytes as a group; `zero` holds minus twice the zero point
/// in both halves.
KL_INLINE void widen_word(int32_t word, int32_t zero, int32_t *target) {
    target[0] = kl_sxtab16(kl_sxtab16(zero, word), word);
    target[1] = kl_sxtab16_ror8(kl_sxtab16_ror8(zero, word), word);
}

/// Widens `groups` words of bytes into every other pair of words; returns the end.
KL_INLINE int32_t *widen_words(const int8_t *bytes, int32_t groups, int32_t zero, int32_t *target) {
    for (; groups > 0; groups--) {
#if defined(KINGLET_DSP_EMULATION)
        widen_word(kl_load_word(bytes), zero, target);
        bytes += 4;
        target += 4;
#else
        __asm__ volatile("ldr r6, [%[bytes]], #4\n"
                         "sxtab16 r4, %[zero], r6\n"
                         "sxtab16 r5, %[zero], r6, ror #8\n"
                         "sxtab16 r4, r4, r6\n"
                         "sxtab16 r5, r5, r6, ror #8\n"
                         "strd r4, r5, [%[target]], #16\n"
                         : [bytes] "+r"(bytes), [target] "+r"(target)
                         : [zero] "r"(zero)
                         : "r4", "r5", "r6", "memory");
#endif
    }
    return target;
}

/// Widens two pixels of `count` bytes, side by side; returns the end.
static inline __attribute__((unused)) int32_t *widen_pixels(const int8_t *first,
                                                            const int8_t *second, int32_t count,
                                                            int32_t zero, int32_t *target) {
    for (; count >= 4; count -= 4) {
#if defined(KINGLET_DSP_EMULATION)
        widen_word(kl_load_word(first), zero, target);
        widen_word(kl_load_word(second), zero, target + 2);
        first += 4;
        second += 4;
        target += 4;
#else
        __asm__ volatile("ldr r8, [%[first]], #4\n"
                         "ldr r9, [%[second]], #4\n"
                         "sxtab16 r4, %[zero], r8\n"
                         "sxtab16 r5, %[zero], r8, ror #8\n"
                         "sxtab16 r6, %[zero], r9\n"
                         "sxtab16 r7, %[zero], r9, ror #8\n"
                         "sxtab16 r4, r4, r8\n"
                         "sxtab16 r5, r5, r8, ror #8\n"
                         "sxtab16 r6, r6, r9\n"
                         "sxtab16 r7, r7, r9, ror #8\n"
                         "stmia %[target]!, {r4-r7}\n"
                         : [first] "+r"(first), [second] "+r"(second), [target] "+r"(target)
                         : [zero] "r"(zero)
                         : "r4", "r5", "r6", "r7", "r8", "r9", "memory");
#endif
    }
    if (count > 0) {
        widen_word(kl_load_bytes(first, count), zero, target);
        widen_word(kl_load_bytes(second, count), zero, target + 2);
        target += 4;
    }
    return target;
}

#endif
#endif
