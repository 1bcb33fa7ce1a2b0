// SPDX-License-Identifier: Apache-2.0
/// Sums of packed 16-bit weights times windows of a 16-bit plane.
#ifndef KINGLET_DEPTHWISE_WINDOW_SUMS_H
#define KINGLET_DEPTHWISE_WINDOW_SUMS_H

#include "internal/dsp.h"

/// Neighbouring windows in neighbouring rows of a plane.
typedef struct {
    const int16_t *first;
    int32_t width; ///< of the plane
    int32_t rows;  ///< of windows
    int32_t count; ///< in a row
} window_grid;

#if KL_DSP

/// Sums of one row's windows of rows x taps, four at a time: each pair of weights serves four.
/// Writes up to 3 more.
static __attribute__((noinline)) void sum_windows(const int16_t *row, int32_t width,
                                                  const int16_t *packed, int32_t rows, int32_t taps,
                                                  int32_t count, int32_t *sums) {
    int32_t step = (taps + 1) & ~1;
    for (; count > 0; count -= 4, row += 4, sums += 4) {
        const int16_t *source = row, *weights = packed;
        int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (int32_t y = 0; y < rows; y++) {
            const int16_t *end = weights + step;
            do {
                int32_t pair = kl_load_word(weights);
                s0 = kl_smlad(kl_load_word(source), pair, s0);
                s1 = kl_smlad(kl_load_word(source + 1), pair, s1);
                s2 = kl_smlad(kl_load_word(source + 2), pair, s2);
                s3 = kl_smlad(kl_load_word(source + 3), pair, s3);
                weights += 2;
                source += 2;
            } while (weights != end);
            source += width - step;
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
    }
}

/// All sums for 3x3, two windows at a time, the weights in registers: each word of two elements
/// serves both. Writes one more for an odd count.
static __attribute__((noinline)) void sum_grid_3x3(const window_grid *grid, const int16_t *packed,
                                                   int32_t *sums) {
    // (w0, w1) and (w1, w2) of each row.
    int32_t a01 = kl_load_word(packed), a12 = kl_load_word(packed + 1);
    int32_t b01 = kl_load_word(packed + 4), b12 = kl_load_word(packed + 5);
    int32_t c01 = kl_load_word(packed + 8), c12 = kl_load_word(packed + 9);
    int32_t width = grid->width, odd = grid->count & 1;
    const int16_t *first = grid->first;
    for (int32_t y = 0; y < grid->rows; y++, first += width, sums -= odd) {
        const int16_t *row = first;
        int32_t *end = sums + grid->count + odd;
        do {
            int32_t x01 = kl_load_word(row), x23 = kl_load_word(row + 2);
            int32_t left = kl_smlabt(x23, a12, kl_smuad(x01, a01));
            int32_t right = kl_smlatb(x01, a01, kl_smuad(x23, a12));
            const int16_t *next = row + width;
            x01 = kl_load_word(next);
            x23 = kl_load_word(next + 2);
            left = kl_smlabt(x23, b12, kl_smlad(x01, b01, left));
            right = kl_smlatb(x01, b01, kl_smlad(x23, b12, right));
            next += width;
            x01 = kl_load_word(next);
            x23 = kl_load_word(next + 2);
            left = kl_smlabt(x23, c12, kl_smlad(x01, c01, left));
            right = kl_smlatb(x01, c01, kl_smlad(x23, c12, right));
            row += 2;
            sums[0] = left;
            sums[1] = right;
            sums += 2;
        } while (sums != end);
    }
}

/// Two neighbouring windows' share of one row of 1 or 2 taps.
KL_INLINE void add_small_row(const int16_t *row, int32_t pair, int32_t taps, int32_t *left,
                             int32_t *right) {
    int32_t word = kl_load_word(row);
    *left = taps > 1 ? kl_smlad(word, pair, *left) : kl_smlabb(word, pair, *left);
    *right =
        taps > 1 ? kl_smlad(kl_load_word(row + 1), pair, *right) : kl_smlatb(word, pair, *right);
}

/// All sums for 1 or 2 rows of 1 or 2 taps, constants where this is inlined; four windows at a
/// time. Writes up to 3 more.
KL_INLINE void sum_grid_small(const window_grid *grid, const int16_t *packed, int32_t rows,
                              int32_t taps, int32_t *sums) {
    int32_t top = kl_load_word(packed), bottom = rows > 1 ? kl_load_word(packed + 2) : 0;
    int32_t width = grid->width, whole = (grid->count + 3) & ~3, excess = whole - grid->count;
    const int16_t *first = grid->first;
    for (int32_t y = 0; y < grid->rows; y++, first += width, sums -= excess) {
        const int16_t *row = first, *below = first + width;
        const int32_t *end = sums + whole;
        do {
            int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
            add_small_row(row, top, taps, &s0, &s1);
            add_small_row(row + 2, top, taps, &s2, &s3);
            if (rows > 1) {
                add_small_row(below, bottom, taps, &s0, &s1);
                add_small_row(below + 2, bottom, taps, &s2, &s3);
            }
            row += 4;
            below += 4;
            sums[0] = s0;
            sums[1] = s1;
            sums[2] = s2;
            sums[3] = s3;
            sums += 4;
        } while (sums != end);
    }
}

/// The sums of all windows of rows x taps, one row behind the other.
static void sum_grid(const window_grid *grid, const int16_t *packed, int32_t rows, int32_t taps,
                     int32_t *sums) {
    if (rows == 3 && taps == 3)
        sum_grid_3x3(grid, packed, sums);
    else if (rows == 2 && taps == 2)
        sum_grid_small(grid, packed, 2, 2, sums);
    else if (rows == 2 && taps == 1)
        sum_grid_small(grid, packed, 2, 1, sums);
    else if (rows == 1 && taps == 2)
        sum_grid_small(grid, packed, 1, 2, sums);
    else if (rows == 1 && taps == 1)
        sum_grid_small(grid, packed, 1, 1, sums);
    else
        for (int32_t y = 0; y < grid->rows; y++, sums += grid->count)
            sum_windows(grid->first + y * grid->width, grid->width, packed, rows, taps, grid->count,
                        sums);
}

#else

/// The sums of all windows of rows x taps, one row behind the other.
static void sum_grid(const window_grid *grid, const int16_t *packed, int32_t rows, int32_t taps,
                     int32_t *sums) {
    int32_t step = (taps + 1) & ~1;
    for (int32_t top = 0; top < grid->rows; top++)
        for (int32_t left = 0; left < grid->count; left++) {
            const int16_t *source = grid->first + top * grid->width + left;
            int32_t sum = 0;
            for (int32_t y = 0; y < rows; y++, source += grid->width)
                for (int32_t x = 0; x < taps; x++)
                    sum += source[x] * packed[y * step + x];
            *sums++ = sum;
        }
}

#endif

#endif
