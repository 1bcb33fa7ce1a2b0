// SPDX-License-Identifier: Apache-2.0
/// Block floating point: exact 32-bit sums to mantissas with a growing common exponent.
#ifndef KINGLET_INTERNAL_BLOCK_FLOAT_H
#define KINGLET_INTERNAL_BLOCK_FLOAT_H

#include "internal/dsp.h"
#include "kinglet/types.h"

/// Bits of a magnitude: 0 for 0, 1 for 1, 2 for 2 and 3, ...
KL_INLINE int32_t kl_bits(uint32_t magnitude) {
    return magnitude == 0 ? 0 : 32 - __builtin_clz(magnitude);
}

/// Smallest n with 2^n >= count (count >= 1).
KL_INLINE int32_t kl_ceil_log2(int32_t count) {
    return kl_bits((uint32_t)count - 1U);
}

/// A word whose bit count bounds that of a signed value in two's complement (without sign).
KL_INLINE uint32_t kl_magnitude(int32_t value) {
    return (uint32_t)(value ^ (value >> 31));
}

/// Drops `shift` low bits (0...30) and sets the last kept bit when any dropped bit was set.
KL_INLINE int32_t kl_jam(int32_t value, int32_t shift) {
    uint32_t mask = (1U << shift) - 1U;
    // The sum carries into the last kept bit unless all dropped bits are 0.
    uint32_t sticky = ((uint32_t)value & mask) + mask;
    return (value | (int32_t)sticky) >> shift;
}

/// The shift that makes values of this magnitude fit a mantissa.
KL_INLINE int32_t kl_needed_shift(uint32_t magnitude) {
    int32_t shift = kl_bits(magnitude) - KL_GRADIENT_MAGNITUDE_BITS;
    return shift > 0 ? shift : 0;
}

#if KL_DSP && KINGLET_GRADIENT_BITS == 16
/// kl_jam of both halves of each of `count` words; shift 1...14.
static inline void kl_jam_pairs(kl_grad *data, int32_t count, int32_t shift) {
    kl_grad *end = data + 2 * count;
    uint32_t mask = ((1U << shift) - 1U) * 0x10001U;
    // Most often it is one bit.
    if (shift == 1)
#pragma GCC unroll 4
        for (; data != end; data += 2) {
            int32_t pair = kl_load_word(data);
            pair = kl_shadd16(pair, 0) | (pair & 0x10001);
            memcpy(data, &pair, sizeof pair);
        }
    for (; data != end; data += 2) {
        int32_t pair = kl_load_word(data);
        pair |= (int32_t)(((uint32_t)pair & mask) + mask);
        pair = kl_pkhtb(pair >> shift, (int32_t)((uint32_t)pair << 16) >> shift);
        memcpy(data, &pair, sizeof pair);
    }
}
#endif

/// Drops further bits of mantissas that are already stored: `columns` of every row.
static __attribute__((noinline, unused)) void
kl_drop_bits(kl_grad *data, int32_t rows, int32_t columns, int32_t row_stride, int32_t shift) {
    for (int32_t row = 0; row < rows; row++, data += row_stride) {
        int32_t i = 0;
#if KL_DSP && KINGLET_GRADIENT_BITS == 16
        if (shift <= 14) {
            i = columns & ~1;
            kl_jam_pairs(data, columns / 2, shift);
        }
#endif
        for (; i < columns; i++)
            data[i] = (kl_grad)kl_jam(data[i], shift);
    }
}

/// Four mantissas as two pairs for kl_smlad, in the order that kl_pair_slot describes.
#if KL_DSP
#if KINGLET_GRADIENT_BITS == 16
KL_INLINE void kl_load_pairs(const kl_grad *data, int32_t *first, int32_t *second) {
    *first = kl_load_word(data);
    *second = kl_load_word(data + 2);
}
#else
KL_INLINE void kl_load_pairs(const kl_grad *data, int32_t *first, int32_t *second) {
    int32_t word = kl_load_word(data);
    *first = kl_sxtb16(word);
    *second = kl_sxtb16_ror8(word);
}
#endif
#endif

/// Where element 0...3 of a group of four is in the four halves that kl_load_pairs gives.
KL_INLINE int32_t kl_pair_slot(int32_t element) {
#if KINGLET_GRADIENT_BITS == 16
    return element;
#else
    return ((element & 1) << 1) | (element >> 1);
#endif
}

/// 2^exponent, 0 below the normal range.
KL_INLINE float kl_power_of_two(int32_t exponent) {
    uint32_t bits = 0;
    if (exponent > 127)
        exponent = 127;
    if (exponent >= -126)
        bits = (uint32_t)(exponent + 127) << 23;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/// Smallest e with value < 2^e, for a positive normal value; -126 for anything smaller.
KL_INLINE int32_t kl_float_exponent(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (int32_t)((bits >> 23) & 255U) - 126;
}

#endif
