// SPDX-License-Identifier: Apache-2.0
/// Matrix products of int8 weight rows with one or two columns of 16-bit inputs.
///
/// A column is a patch with the zero point subtracted, in groups of four taps: the pairs (0, 2)
/// and (1, 3), so that weights unpack with two SXTB16. Two columns are interleaved by group:
/// four words, two of the first column and two of the second. The last group is filled with 0.
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

/// The whole groups of kl_dot_2x2. Assembly, since 14 live values fill the registers exactly and
/// a compiler spills two of them in every turn: 34 instructions for 32 products.
static __attribute__((noinline, unused)) void
kl_dot_2x2_groups(const int8_t *first, const int8_t *second, const int32_t *columns,
                  const int32_t *end, int32_t sums[4]) {
    int32_t s00 = sums[0], s01 = sums[1], s10 = sums[2], s11 = sums[3];
#if defined(KINGLET_DSP_EMULATION)
    for (; columns != end; columns += 4, first += 4, second += 4) {
        int32_t a = kl_load_word(first), b = kl_load_word(second);
        int32_t a02 = kl_sxtb16(a), a13 = kl_sxtb16_ror8(a);
        int32_t b02 = kl_sxtb16(b), b13 = kl_sxtb16_ror8(b);
        s00 = kl_smlad(a13, columns[1], kl_smlad(a02, columns[0], s00));
        s10 = kl_smlad(b13, columns[1], kl_smlad(b02, columns[0], s10));
        s01 = kl_smlad(a13, columns[3], kl_smlad(a02, columns[2], s01));
        s11 = kl_smlad(b13, columns[3], kl_smlad(b02, columns[2], s11));
    }
#else
    int32_t a02, a13, b02, b13, x02, x13;
// clang-format off
#define KL_GROUP_2X2                           \
    "ldr %[a13], [%[first]], #4\n"             \
    "ldr %[b13], [%[second]], #4\n"            \
    "ldrd %[x02], %[x13], [%[columns]], #8\n"  \
    "sxtb16 %[a02], %[a13]\n"                  \
    "sxtb16 %[b02], %[b13]\n"                  \
    "sxtb16 %[a13], %[a13], ror #8\n"          \
    "sxtb16 %[b13], %[b13], ror #8\n"          \
    "smlad %[s00], %[a02], %[x02], %[s00]\n"   \
    "smlad %[s10], %[b02], %[x02], %[s10]\n"   \
    "smlad %[s00], %[a13], %[x13], %[s00]\n"   \
    "smlad %[s10], %[b13], %[x13], %[s10]\n"   \
    "ldrd %[x02], %[x13], [%[columns]], #8\n"  \
    "smlad %[s01], %[a02], %[x02], %[s01]\n"   \
    "smlad %[s11], %[b02], %[x02], %[s11]\n"   \
    "smlad %[s01], %[a13], %[x13], %[s01]\n"   \
    "smlad %[s11], %[b13], %[x13], %[s11]\n"
    // clang-format on
    // Two groups a turn; an odd number of groups enters at the second.
    __asm__(
        "sub %[x02], %[end], %[columns]\n"
        "tst %[x02], #16\n"
        "bne 2f\n"
        "1:\n" KL_GROUP_2X2 "2:\n" KL_GROUP_2X2 "cmp %[columns], %[end]\n"
        "bne 1b\n"
        : [s00] "+r"(s00), [s01] "+r"(s01), [s10] "+r"(s10), [s11] "+r"(s11), [first] "+r"(first),
          [second] "+r"(second), [columns] "+r"(columns), [a02] "=&r"(a02), [a13] "=&r"(a13),
          [b02] "=&r"(b02), [b13] "=&r"(b13), [x02] "=&r"(x02), [x13] "=&r"(x13)
        : [end] "r"(end)
        : "cc", "memory");
#endif
    sums[0] = s00;
    sums[1] = s01;
    sums[2] = s10;
    sums[3] = s11;
}

/// Sums of two weight rows, unpacked and interleaved as columns are, times two columns of `groups`
/// (1 or more) groups. Assembly, for loads of four words: 10 instructions for 16 products.
static __attribute__((noinline, unused)) void
kl_dot_2x2_unpacked(const int32_t *rows, const int32_t *columns, int32_t groups, int32_t sums[4]) {
    int32_t s00 = 0, s01 = 0, s10 = 0, s11 = 0;
    const int32_t *end = columns + 4 * groups;
#if defined(KINGLET_DSP_EMULATION)
    for (; columns != end; columns += 4, rows += 4) {
        s00 = kl_smlad(rows[1], columns[1], kl_smlad(rows[0], columns[0], s00));
        s01 = kl_smlad(rows[1], columns[3], kl_smlad(rows[0], columns[2], s01));
        s10 = kl_smlad(rows[3], columns[1], kl_smlad(rows[2], columns[0], s10));
        s11 = kl_smlad(rows[3], columns[3], kl_smlad(rows[2], columns[2], s11));
    }
#else
// clang-format off
#define KL_GROUP_UNPACKED                  \
    "ldmia %[rows]!, {r4-r7}\n"            \
    "ldrd r8, r9, [%[columns]], #8\n"      \
    "smlad %[s00], r4, r8, %[s00]\n"       \
    "smlad %[s10], r6, r8, %[s10]\n"       \
    "smlad %[s00], r5, r9, %[s00]\n"       \
    "smlad %[s10], r7, r9, %[s10]\n"       \
    "ldrd r8, r9, [%[columns]], #8\n"      \
    "smlad %[s01], r4, r8, %[s01]\n"       \
    "smlad %[s11], r6, r8, %[s11]\n"       \
    "smlad %[s01], r5, r9, %[s01]\n"       \
    "smlad %[s11], r7, r9, %[s11]\n"
    // clang-format on
    // Two groups a turn; an odd number of groups enters at the second.
    __asm__("tst %[groups], #1\n"
            "bne 2f\n"
            "1:\n" KL_GROUP_UNPACKED "2:\n" KL_GROUP_UNPACKED "cmp %[columns], %[end]\n"
            "bne 1b\n"
            : [s00] "+r"(s00), [s01] "+r"(s01), [s10] "+r"(s10), [s11] "+r"(s11), [rows] "+r"(rows),
              [columns] "+r"(columns)
            : [end] "r"(end), [groups] "r"(groups)
            : "r4", "r5", "r6", "r7", "r8", "r9", "cc", "memory");
#endif
    sums[0] = s00;
    sums[1] = s01;
    sums[2] = s10;
    sums[3] = s11;
}

/// sums += two weight rows times two columns of `count` taps; returns the columns' end.
/// sums: [row 0, column 0], [row 0, column 1], [row 1, column 0], [row 1, column 1].
/// A count rounded up to 4 is quicker, where memory behind the rows may be read.
static inline __attribute__((unused)) const int32_t *kl_dot_2x2(const int8_t *first,
                                                                const int8_t *second,
                                                                const int32_t *columns,
                                                                int32_t count, int32_t sums[4]) {
    int32_t whole = count & ~3;
    if (whole != 0)
        kl_dot_2x2_groups(first, second, columns, columns + whole, sums);
    columns += whole;
    first += whole;
    second += whole;
    int32_t rest = count & 3;
    if (rest != 0) {
        int32_t word = kl_load_bytes(first, rest);
        int32_t a02 = kl_sxtb16(word), a13 = kl_sxtb16_ror8(word);
        word = kl_load_bytes(second, rest);
        int32_t b02 = kl_sxtb16(word), b13 = kl_sxtb16_ror8(word);
        sums[0] = kl_smlad(a13, columns[1], kl_smlad(a02, columns[0], sums[0]));
        sums[1] = kl_smlad(a13, columns[3], kl_smlad(a02, columns[2], sums[1]));
        sums[2] = kl_smlad(b13, columns[1], kl_smlad(b02, columns[0], sums[2]));
        sums[3] = kl_smlad(b13, columns[3], kl_smlad(b02, columns[2], sums[3]));
        columns += 4;
    }
    return columns;
}

/// sums += two weight rows times one column (not interleaved); returns the column's end.
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
