// SPDX-License-Identifier: Apache-2.0
/// Products of int8 weight rows with a column of 16-bit inputs.
///
/// A column has the zero point subtracted and is in groups of four taps: the pairs (0, 2) and
/// (1, 3), so that weights unpack with two SXTB16. The last group is filled with 0.
#ifndef KINGLET_INTERNAL_COLUMNS_H
#define KINGLET_INTERNAL_COLUMNS_H

#include "internal/dsp.h"

KL_INLINE int32_t kl_round_up_4(int32_t count) {
    return (count + 3) & ~3;
}

#if KL_DSP

/// Writes `count` bytes as groups into every `step`-th pair of words; returns the end.
/// `zero` holds the zero point in both halves.
static inline __attribute__((unused)) int32_t *
kl_fill_column(const int8_t *bytes, int32_t count, int32_t zero, int32_t *column, int32_t step) {
    for (; count >= 4; count -= 4, bytes += 4, column += step) {
        int32_t word = kl_load_word(bytes);
        column[0] = kl_ssub16(kl_sxtb16(word), zero);
        column[1] = kl_ssub16(kl_sxtb16_ror8(word), zero);
    }
    if (count > 0) {
        // The zero point in unused bytes cancels.
        uint32_t fill = (uint32_t)(zero & 0xff) * 0x01010101U;
        uint32_t used = (1U << (8 * count)) - 1U;
        uint32_t word = (uint32_t)kl_load_bytes(bytes, count) | (fill & ~used);
        column[0] = kl_ssub16(kl_sxtb16((int32_t)word), zero);
        column[1] = kl_ssub16(kl_sxtb16_ror8((int32_t)word), zero);
        column += step;
    }
    return column;
}

/// The zero point in both halves of a word.
KL_INLINE int32_t kl_zero_pair(int32_t zero_point) {
    return kl_pkhbt(zero_point, zero_point);
}

/// sums += two weight rows times one column; returns the column's end.
static inline __attribute__((unused)) const int32_t *kl_dot_2x1(const int8_t *first,
                                                                const int8_t *second,
                                                                const int32_t *column,
                                                                int32_t count, int32_t sums[2]) {
    int32_t s0 = sums[0], s1 = sums[1];
    for (; count >= 4; count -= 4) {
        int32_t x02 = column[0], x13 = column[1];
        column += 2;
        int32_t word = kl_load_word(first);
        first += 4;
        s0 = kl_smlad(kl_sxtb16(word), x02, s0);
        s0 = kl_smlad(kl_sxtb16_ror8(word), x13, s0);
        word = kl_load_word(second);
        second += 4;
        s1 = kl_smlad(kl_sxtb16(word), x02, s1);
        s1 = kl_smlad(kl_sxtb16_ror8(word), x13, s1);
    }
    if (count != 0) {
        int32_t word = kl_load_bytes(first, count);
        s0 = kl_smlad(kl_sxtb16(word), column[0], s0);
        s0 = kl_smlad(kl_sxtb16_ror8(word), column[1], s0);
        word = kl_load_bytes(second, count);
        s1 = kl_smlad(kl_sxtb16(word), column[0], s1);
        s1 = kl_smlad(kl_sxtb16_ror8(word), column[1], s1);
        column += 2;
    }
    sums[0] = s0;
    sums[1] = s1;
    return column;
}

#endif
#endif
