// SPDX-License-Identifier: Apache-2.0
/// The few DSP-extension instructions that the kernels use (ARMv7-M ARM, A7.7), as inline
/// assembly on the target and as C models on a host (KINGLET_DSP_EMULATION).
///
/// KL_DSP selects the kernels' DSP paths. They assume little-endian memory and that a 32-bit load
/// may be unaligned, as on ARMv7E-M.
#ifndef KINGLET_INTERNAL_DSP_H
#define KINGLET_INTERNAL_DSP_H

#include <stdint.h>
#include <string.h>

#if defined(KINGLET_PORTABLE)
#define KL_DSP 0
#elif defined(__ARM_FEATURE_DSP) || defined(KINGLET_DSP_EMULATION)
#define KL_DSP 1
#else
#define KL_DSP 0
#endif

#define KL_INLINE static inline __attribute__((always_inline, unused))

/// Four bytes at any address.
KL_INLINE int32_t kl_load_word(const void *address) {
    int32_t word;
    memcpy(&word, address, sizeof word);
    return word;
}

/// Stores four bytes at any address.
KL_INLINE void kl_store_word(void *address, int32_t word) {
    memcpy(address, &word, sizeof word);
}

/// The first 1...3 bytes at an address, the others 0.
KL_INLINE int32_t kl_load_bytes(const int8_t *address, int32_t count) {
    uint32_t word = 0;
    for (int32_t i = 0; i < count; i++)
        word |= (uint32_t)(uint8_t)address[i] << (8 * i);
    return (int32_t)word;
}

#if KL_DSP

#if defined(KINGLET_DSP_EMULATION)

#include "internal/dsp_models.h"

#else

KL_INLINE int32_t kl_sxtb16(int32_t word) {
    int32_t result;
    __asm__("sxtb16 %0, %1" : "=r"(result) : "r"(word));
    return result;
}
/// sxtb16 of bytes 1 and 3.
KL_INLINE int32_t kl_sxtb16_ror8(int32_t word) {
    int32_t result;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
    return result;
}
/// sum + sxtb16(word), half by half.
KL_INLINE int32_t kl_sxtab16(int32_t sum, int32_t word) {
    int32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(sum), "r"(word));
    return result;
}
/// sum + sxtb16 of bytes 1 and 3.
KL_INLINE int32_t kl_sxtab16_ror8(int32_t sum, int32_t word) {
    int32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(sum), "r"(word));
    return result;
}
KL_INLINE int32_t kl_uxtb16(int32_t word) {
    int32_t result;
    __asm__("uxtb16 %0, %1" : "=r"(result) : "r"(word));
    return result;
}
/// uxtb16 of bytes 1 and 3.
KL_INLINE int32_t kl_uxtb16_ror8(int32_t word) {
    int32_t result;
    __asm__("uxtb16 %0, %1, ror #8" : "=r"(result) : "r"(word));
    return result;
}
KL_INLINE int32_t kl_smlad(int32_t a, int32_t b, int32_t sum) {
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}
KL_INLINE int32_t kl_smuad(int32_t a, int32_t b) {
    int32_t result;
    __asm__("smuad %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}
KL_INLINE int32_t kl_smlabb(int32_t a, int32_t b, int32_t sum) {
    __asm__("smlabb %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}
KL_INLINE int32_t kl_smlatb(int32_t a, int32_t b, int32_t sum) {
    __asm__("smlatb %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}
KL_INLINE int32_t kl_smlabt(int32_t a, int32_t b, int32_t sum) {
    __asm__("smlabt %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}
KL_INLINE int32_t kl_smlatt(int32_t a, int32_t b, int32_t sum) {
    __asm__("smlatt %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}
/// sum + (a * low half of b) >> 16.
KL_INLINE int32_t kl_smlawb(int32_t a, int32_t b, int32_t sum) {
    int32_t result;
    __asm__("smlawb %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}
KL_INLINE int32_t kl_smlawt(int32_t a, int32_t b, int32_t sum) {
    int32_t result;
    __asm__("smlawt %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}
/// Writes the APSR.GE flags, which nothing here reads.
KL_INLINE int32_t kl_ssub16(int32_t a, int32_t b) {
    int32_t result;
    __asm__("ssub16 %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}
/// Halves of the sums.
KL_INLINE int32_t kl_shadd16(int32_t a, int32_t b) {
    int32_t result;
    __asm__("shadd16 %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}
/// Low halves of both: the first below.
KL_INLINE int32_t kl_pkhbt(int32_t low, int32_t high) {
    int32_t result;
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(result) : "r"(low), "r"(high));
    return result;
}
/// High halves of both: the first above.
KL_INLINE int32_t kl_pkhtb(int32_t high, int32_t low) {
    int32_t result;
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(result) : "r"(high), "r"(low));
    return result;
}
/// Clamps to int8.
KL_INLINE int32_t kl_ssat8(int32_t value) {
    int32_t result;
    __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(value));
    return result;
}
/// Bytes of `chosen` where the signed bytes a >= b, of `other` elsewhere.
KL_INLINE int32_t kl_select_not_below(int32_t a, int32_t b, int32_t chosen, int32_t other) {
    int32_t result;
    __asm__("ssub8 %0, %1, %2\n"
            "sel %0, %3, %4"
            : "=&r"(result)
            : "r"(a), "r"(b), "r"(chosen), "r"(other));
    return result;
}
/// sum + all four unsigned bytes.
KL_INLINE int32_t kl_usada8(int32_t bytes, int32_t sum) {
    int32_t result;
    __asm__("usada8 %0, %1, %2, %3" : "=r"(result) : "r"(bytes), "r"(0), "r"(sum));
    return result;
}
/// Sums of halves.
KL_INLINE int32_t kl_sadd16(int32_t a, int32_t b) {
    int32_t result;
    __asm__("sadd16 %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}
/// sum + low half, sum + high half.
KL_INLINE int32_t kl_sxtah(int32_t sum, int32_t pair) {
    __asm__("sxtah %0, %0, %1" : "+r"(sum) : "r"(pair));
    return sum;
}
KL_INLINE int32_t kl_sxtah_ror16(int32_t sum, int32_t pair) {
    __asm__("sxtah %0, %0, %1, ror #16" : "+r"(sum) : "r"(pair));
    return sum;
}
/// (a * b + 2^31) >> 32
KL_INLINE int32_t kl_smmulr(int32_t a, int32_t b) {
    int32_t result;
    __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}
/// sum + ((a * b + 2^31) >> 32)
KL_INLINE int32_t kl_smmlar(int32_t a, int32_t b, int32_t sum) {
    int32_t result;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}
/// The greater of each pair of signed bytes.
KL_INLINE int32_t kl_max_bytes(int32_t a, int32_t b) {
    int32_t result;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(result) : "r"(a), "r"(b));
    return result;
}
/// The smaller of each pair of signed bytes.
KL_INLINE int32_t kl_min_bytes(int32_t a, int32_t b) {
    int32_t result;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %2, %1" : "=&r"(result) : "r"(a), "r"(b));
    return result;
}

#endif
#endif
#endif
