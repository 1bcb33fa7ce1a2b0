// SPDX-License-Identifier: Apache-2.0
/// Sums of the windows over rows of a 16-bit plane.
///
/// Weights of a channel are packed by rows, doubled, `taps` (odd) a row, missing ones 0. First come
/// the pairs (0, 1), (2, 3) and so on, then, for two outputs that share their inputs, the pairs
/// (1, 2), (3, 4) and so on; without these the last pair alone. The last tap is always the last
/// element.
#ifndef KINGLET_DEPTHWISE_ROW_SUMS_H
#define KINGLET_DEPTHWISE_ROW_SUMS_H

#include <stddef.h>

#include "internal/geometry.h"

/// How the rows of a layer's window are packed.
typedef struct {
    int32_t taps;
    int32_t halves; ///< elements of a row
} row_packing;

KL_INLINE row_packing make_row_packing(const kl_window *window) {
    int32_t taps = kl_max(window->kernel_width | 1, 3);
    if (window->kernel_height != 3 || window->stride_width > 2)
        taps = kl_max(taps, 5);
    if (window->stride_width == 2 && taps == 5)
        taps = 7;
    row_packing packing = {taps, taps + 1};
    if (window->stride_width == 1 && taps <= 7)
        packing.halves = 2 * taps - 2;
    return packing;
}

/// Packs rows of `width` weights that are `channels` bytes apart; the counts are constants where
/// this is inlined for the usual windows.
KL_INLINE void pack_rows(const int8_t *weights, int32_t channels, int32_t rows, int32_t width,
                         row_packing packing, int16_t *packed) {
    int32_t even = packing.taps - 1, odd = packing.halves - even;
    for (; rows > 0; rows--, packed += packing.halves) {
        for (int32_t kx = 0; kx < packing.taps; kx++) {
            int16_t weight = 0;
            if (kx < width) {
                weight = (int16_t)(2 * *weights);
                weights += channels;
            }
            if (kx < even)
                packed[kx] = weight;
            if (kx >= packing.taps - odd)
                packed[kx + packing.halves - packing.taps] = weight;
        }
    }
}

/// Packs the weights of a channel, which are `channels` bytes apart.
static __attribute__((noinline, unused)) void
pack_weights(const kl_window *window, const int8_t *weights, int32_t channels, int16_t *packed) {
    row_packing packing = make_row_packing(window), three = {3, 4}, five = {5, 8}, seven = {7, 12};
    row_packing seven_strided = {7, 8};
    int32_t width = window->kernel_width, rows = window->kernel_height;
    if (width != packing.taps)
        pack_rows(weights, channels, rows, width, packing, packed);
    else if (packing.taps == 3)
        pack_rows(weights, channels, 3, 3, three, packed);
    else if (packing.halves == 12)
        pack_rows(weights, channels, rows, 7, seven, packed);
    else if (packing.taps == 7 && packing.halves == 8)
        pack_rows(weights, channels, rows, 7, seven_strided, packed);
    else if (packing.taps == 5 && packing.halves == 8)
        pack_rows(weights, channels, rows, 5, five, packed);
    else
        pack_rows(weights, channels, rows, width, packing, packed);
}

/// Rows of outputs of one channel; the assembly knows the offsets.
typedef struct {
    int32_t start; ///< of each sum
    int32_t again; ///< the same
    const int16_t *weights;
    const void *entry; ///< left to the assembly
    const int16_t *plane;
    int32_t pitch;   ///< bytes from row to row of the plane
    int32_t columns; ///< bytes of an output row's sums
    int32_t gap;   ///< bytes of the plane from behind an output row's last window to the next row's
    int32_t *sums; ///< 3 more may be written
    const int32_t *end; ///< of the sums
    int32_t height;     ///< of the window
    int32_t back;       ///< left to the assembly
} row_work;

/// Outputs whose windows the assembly sums at a time.
KL_INLINE int32_t outputs_at_a_time(row_packing packing) {
    return packing.taps == 3 ? 4 : 2;
}

/// Sums of rows of outputs, one behind the other.
typedef void (*row_sums)(const row_work *, const kl_window *);

/// Any window.
static __attribute__((unused)) void sum_any_rows(const row_work *work, const kl_window *window) {
    row_packing packing = make_row_packing(window);
    const int16_t *plane = work->plane;
    int32_t stride = window->stride_width, columns = work->columns / 4;
    int32_t times = outputs_at_a_time(packing);
    int32_t advance = (columns + times - 1) / times * times * stride;
    for (int32_t *sums = work->sums; sums != work->end; sums += columns) {
        const int16_t *weights = work->weights, *source = plane;
        for (int32_t x = 0; x < columns; x++)
            sums[x] = work->start;
        for (int32_t ky = 0; ky < window->kernel_height; ky++) {
            for (int32_t kx = 0; kx < window->kernel_width; kx++) {
                int32_t weight = weights[kx < packing.taps - 1 ? kx : packing.halves - 1];
                for (int32_t x = 0; x < columns; x++)
                    sums[x] += source[x * stride + kx] * weight;
            }
            weights += packing.halves;
            source += work->pitch / 2;
        }
        plane += advance + work->gap / 2;
    }
}
#endif
