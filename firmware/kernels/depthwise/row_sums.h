// SPDX-License-Identifier: Apache-2.0
/// Packed int8 weights of one channel, and their sums over the rows of a plane.
#ifndef KINGLET_DEPTHWISE_ROW_SUMS_H
#define KINGLET_DEPTHWISE_ROW_SUMS_H

#include "internal/geometry.h"

/// Output rows of one channel.
typedef struct {
    const kl_window *window;
    const int32_t *weights; ///< of the channel, from pack_weights
    int32_t width;          ///< of the padded plane
    int32_t columns;        ///< outputs
} row_work;

#if KL_DSP

/// Taps 4 by 4: pairs (0, 2) and (1, 3) of every row, missing taps 0. Returns their sum.
static __attribute__((noinline)) int32_t
pack_weights(const kl_window *window, const int8_t *weights, int32_t channels, int32_t *packed) {
    int32_t total = 0, columns = window->kernel_width;
    for (int32_t rows = window->kernel_height; rows > 0; rows--)
        for (int32_t left = columns; left > 0; left -= 4, packed += 2) {
            int32_t first = weights[0], second = 0, third = 0, fourth = 0;
            weights += channels;
            if (left > 1) {
                second = weights[0];
                weights += channels;
            }
            if (left > 2) {
                third = weights[0];
                weights += channels;
            }
            if (left > 3) {
                fourth = weights[0];
                weights += channels;
            }
            total += first + second + third + fourth;
            packed[0] = kl_pkhbt(first, third);
            packed[1] = kl_pkhbt(second, fourth);
        }
    return total;
}

/// Any kernel: `groups` of four taps in each of `rows` rows; constants where it is inlined.
KL_INLINE void sum_row(const row_work *work, const int8_t *row, int32_t rows, int32_t groups,
                       int32_t *sums) {
    int32_t width = work->width, step = work->window->stride_width;
    for (int32_t x = 0; x < work->columns; x++, row += step) {
        const int8_t *source = row;
        const int32_t *weights = work->weights;
        int32_t sum = 0;
#pragma GCC unroll 8
        for (int32_t ky = 0; ky < rows; ky++, source += width) {
#pragma GCC unroll 2
            for (int32_t group = 0; group < groups; group++, weights += 2) {
                int32_t word = kl_load_word(source + 4 * group);
                sum = kl_smlad(kl_sxtb16(word), weights[0], sum);
                sum = kl_smlad(kl_sxtb16_ror8(word), weights[1], sum);
            }
        }
        sums[x] = sum;
    }
}

/// Rows for 3x3, stride 1: two outputs share each word of four inputs. Writes one more for odd
/// widths.
static __attribute__((noinline)) void sum_rows_3x3(const row_work *work, const int8_t *first,
                                                   int32_t count, int32_t step, int32_t *sums) {
    const int32_t *weights = work->weights;
    int32_t a02 = weights[0], b02 = weights[2], c02 = weights[4], c1 = weights[5];
    int32_t ab1 = kl_pkhbt(weights[1], weights[3]), width = work->width,
            odd_width = work->columns & 1;
    for (; count > 0; count--, first += step, sums -= odd_width) {
        const int8_t *row = first;
        const int32_t *end = sums + work->columns + odd_width;
        do {
            int32_t odd = kl_load_word(row);
            int32_t even = kl_sxtb16(odd);
            odd = kl_sxtb16_ror8(odd);
            int32_t left = kl_smlabb(odd, ab1, kl_smuad(even, a02));
            int32_t right = kl_smlatb(even, ab1, kl_smuad(odd, a02));
            odd = kl_load_word(row + width);
            even = kl_sxtb16(odd);
            odd = kl_sxtb16_ror8(odd);
            left = kl_smlabt(odd, ab1, kl_smlad(even, b02, left));
            right = kl_smlatt(even, ab1, kl_smlad(odd, b02, right));
            odd = kl_load_word(row + 2 * width);
            row += 2;
            even = kl_sxtb16(odd);
            odd = kl_sxtb16_ror8(odd);
            left = kl_smlabb(odd, c1, kl_smlad(even, c02, left));
            right = kl_smlatb(even, c1, kl_smlad(odd, c02, right));
            sums[0] = left;
            sums[1] = right;
            sums += 2;
        } while (sums != end);
    }
}

/// Rows for 3x3, any stride.
static __attribute__((noinline)) void sum_rows_3x3_strided(const row_work *work,
                                                           const int8_t *first, int32_t count,
                                                           int32_t step, int32_t *sums) {
    const int32_t *weights = work->weights;
    int32_t a02 = weights[0], b02 = weights[2], c02 = weights[4], c1 = weights[5];
    int32_t ab1 = kl_pkhbt(weights[1], weights[3]), width = work->width;
    int32_t stride = work->window->stride_width, columns = work->columns;
    for (; count > 0; count--, first += step) {
        const int8_t *row = first;
        const int32_t *end = sums + columns;
        do {
            int32_t word = kl_load_word(row), sum;
            sum = kl_smuad(kl_sxtb16(word), a02);
            sum = kl_smlabb(kl_sxtb16_ror8(word), ab1, sum);
            word = kl_load_word(row + width);
            sum = kl_smlad(kl_sxtb16(word), b02, sum);
            sum = kl_smlabt(kl_sxtb16_ror8(word), ab1, sum);
            word = kl_load_word(row + 2 * width);
            row += stride;
            sum = kl_smlad(kl_sxtb16(word), c02, sum);
            *sums++ = kl_smlabb(kl_sxtb16_ror8(word), c1, sum);
        } while (sums != end);
    }
}

/// Taps 5 or 7 wide, stride 1: two outputs share the unpacked inputs. Writes one more for odd
/// widths.
KL_INLINE void sum_row_pairs(const row_work *work, const int8_t *row, int32_t rows, int32_t taps,
                             int32_t *sums) {
    int32_t width = work->width;
    int32_t *end = sums + ((work->columns + 1) & ~1);
    for (; sums != end; sums += 2, row += 2) {
        int32_t left = 0, right = 0;
        const int8_t *source = row;
        const int32_t *weights = work->weights;
        const int32_t *last = weights + 4 * rows;
        do {
            // Weights: (w0, w2), (w1, w3), (w4, w6), (w5, 0).
            int32_t a = weights[0], b = weights[1];
            int32_t odd = kl_load_word(source);
            left = kl_smlad(kl_sxtb16(odd), a, left);
            odd = kl_sxtb16_ror8(odd);
            left = kl_smlad(odd, b, left);
            right = kl_smlad(odd, a, right);
            odd = kl_load_word(source + 2);
            int32_t even = kl_sxtb16(odd); // inputs 2 and 4
            right = kl_smlad(even, b, right);
            a = weights[2];
            if (taps == 5) {
                left = kl_smlatb(even, a, left);
                right = kl_smlatb(kl_sxtb16_ror8(odd), a, right);
            } else {
                b = weights[3];
                odd = kl_load_word(source + 4);
                even = kl_sxtb16(odd);
                odd = kl_sxtb16_ror8(odd);
                left = kl_smlabb(odd, b, kl_smlad(even, a, left));
                right = kl_smlatb(even, b, kl_smlad(odd, a, right));
            }
            weights += 4;
            source += width;
        } while (weights != last);
        sums[0] = left;
        sums[1] = right;
    }
}

/// The sums of `count` output rows, one behind the other.
static void sum_rows(const row_work *work, const int8_t *row, int32_t count, int32_t *sums) {
    int32_t rows = work->window->kernel_height, taps = work->window->kernel_width;
    int32_t close = work->window->stride_width == 1;
    int32_t step = work->window->stride_height * work->width;
    if (rows == 3 && taps == 3) {
        if (close)
            sum_rows_3x3(work, row, count, step, sums);
        else
            sum_rows_3x3_strided(work, row, count, step, sums);
        return;
    }
    for (; count > 0; count--, row += step, sums += work->columns)
        if (taps == 5 && close)
            sum_row_pairs(work, row, rows, 5, sums);
        else if (taps == 7 && close)
            sum_row_pairs(work, row, rows, 7, sums);
        else if (rows == 3 && taps <= 4)
            sum_row(work, row, 3, 1, sums);
        else if (taps > 4 && taps <= 8)
            sum_row(work, row, rows, 2, sums);
        else
            sum_row(work, row, rows, (taps + 3) / 4, sums);
}

#else

static int32_t pack_weights(const kl_window *window, const int8_t *weights, int32_t channels,
                            int32_t *packed) {
    int8_t *bytes = (int8_t *)packed;
    int32_t total = 0;
    for (int32_t i = 0; i < kl_taps(window); i++, weights += channels) {
        bytes[i] = *weights;
        total += *weights;
    }
    return total;
}

/// The sums of `count` output rows, one behind the other.
static void sum_rows(const row_work *work, const int8_t *row, int32_t count, int32_t *sums) {
    int32_t step = work->window->stride_height * work->width;
    for (; count > 0; count--, row += step)
        for (int32_t x = 0; x < work->columns; x++) {
            const int8_t *weights = (const int8_t *)work->weights;
            const int8_t *source = row + x * work->window->stride_width;
            int32_t sum = 0;
            for (int32_t ky = 0; ky < work->window->kernel_height; ky++, source += work->width)
                for (int32_t kx = 0; kx < work->window->kernel_width; kx++)
                    sum += *weights++ * source[kx];
            *sums++ = sum;
        }
}

#endif

#endif
