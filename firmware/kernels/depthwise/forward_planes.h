// SPDX-License-Identifier: Apache-2.0
/// Padded planes of a depthwise layer's input for its forward kernel.
///
/// A few neighbouring channels are copied to planes of 16-bit elements with the zero point
/// subtracted, so that padding is 0. Large planes hold the rows of a band of outputs only.
#ifndef KINGLET_DEPTHWISE_FORWARD_PLANES_H
#define KINGLET_DEPTHWISE_FORWARD_PLANES_H

#include "internal/memory.h"
#include "internal/plane.h"

/// Channels that are copied at a time, since a word holds them.
#define PLANES 4
/// Bytes of planes beyond which they are filled band by band.
#define PLANE_BYTES 4096
/// Bytes behind the planes that outputs past the end of a row may read.
#define PLANE_SLACK 32

typedef struct {
    const kl_conv_layer *layer;
    int32_t planes; ///< channels at a time
    int32_t pitch;  ///< elements from row to row, even
    int32_t rows;   ///< of a plane
    int32_t band;   ///< output rows that these suffice for
} plane_set;

/// Input rows that `outputs` rows of outputs see.
KL_INLINE int32_t window_rows(const kl_conv_layer *layer, int32_t outputs) {
    return (outputs - 1) * layer->window.stride_height + layer->window.kernel_height;
}

KL_INLINE plane_set make_plane_set(const kl_conv_layer *layer) {
    const kl_window *window = &layer->window;
    plane_set set = {layer, kl_min(PLANES, layer->input.channels),
                     (kl_padded_width(layer) + 1) & ~1, 0, layer->output.height};
    int32_t most = PLANE_BYTES / (set.planes * set.pitch * (int32_t)sizeof(int16_t));
    // In place, wide outputs would overwrite inputs that a later band needs.
    if (window_rows(layer, set.band) > most && layer->output.width <= layer->input.width)
        set.band = kl_max((most - window->kernel_height) / window->stride_height + 1, 1);
    set.band = kl_min(set.band, layer->output.height);
    set.rows = window_rows(layer, set.band);
    return set;
}

/// Bytes of all planes.
KL_INLINE int32_t plane_set_bytes(const plane_set *set) {
    return set->planes * set->rows * set->pitch * (int32_t)sizeof(int16_t) + PLANE_SLACK;
}

/// Copies `rows` rows of `columns` pixels of one channel.
static inline __attribute__((unused)) void copy_channel(const plane_set *set, const int8_t *source,
                                                        int32_t rows, int32_t columns,
                                                        int16_t *target) {
    int32_t channels = set->layer->input.channels, zero = set->layer->input_zero_point;
    for (; rows > 0; rows--, source += set->layer->input.width * channels, target += set->pitch)
        for (int32_t x = 0; x < columns; x++)
            target[x] = (int16_t)(source[x * channels] - zero);
}

#if KL_DSP
/// Copies a pixel's four channels to planes that are `plane` elements apart.
KL_INLINE void copy_pixel(int32_t word, int32_t zero, int32_t plane, int16_t *target) {
    int32_t even = kl_sxtab16(zero, word), odd = kl_sxtab16_ror8(zero, word);
    int16_t *third = target + 2 * plane;
    target[0] = (int16_t)even;
    target[plane] = (int16_t)odd;
    third[0] = (int16_t)(even >> 16);
    third[plane] = (int16_t)(odd >> 16);
}

/// Copies four channels of `rows` rows of `columns` pixels: by pairs of pixels that make a word.
static __attribute__((noinline, unused)) void copy_four_channels(const plane_set *set,
                                                                 const int8_t *source, int32_t rows,
                                                                 int32_t columns, int16_t *target) {
    int32_t channels = set->layer->input.channels, zero_point = set->layer->input_zero_point;
    int32_t zero = kl_pkhbt(-zero_point, -zero_point), plane = set->rows * set->pitch;
    int32_t odd = ((uintptr_t)target & 2) != 0, last = (columns - odd) & 1;
    int32_t source_gap = (set->layer->input.width - columns) * channels;
    int32_t target_gap = set->pitch - columns;
    for (; rows > 0; rows--, source += source_gap, target += target_gap) {
        if (odd) {
            copy_pixel(kl_load_word(source), zero, plane, target++);
            source += channels;
        }
        int16_t *third = target + 2 * plane, *end = target + columns - odd - last;
        for (; target != end; target += 2, third += 2) {
            int32_t left = kl_load_word(source), right = kl_load_word(source + channels);
            source += 2 * channels;
            int32_t left_even = kl_sxtab16(zero, left), right_even = kl_sxtab16(zero, right);
            kl_store_word(target, kl_pkhbt(left_even, right_even));
            kl_store_word(third, kl_pkhtb(right_even, left_even));
            left = kl_sxtab16_ror8(zero, left);
            right = kl_sxtab16_ror8(zero, right);
            kl_store_word(target + plane, kl_pkhbt(left, right));
            kl_store_word(third + plane, kl_pkhtb(right, left));
        }
        if (last) {
            copy_pixel(kl_load_word(source), zero, plane, target++);
            source += channels;
        }
    }
}
#endif

/// Fills the planes of `count` channels from `input` on with what output rows from `first` on see,
/// as far as `rows` rows of a plane; `kept` rows are there from the band before.
static inline __attribute__((unused)) void fill_planes(const plane_set *set, const int8_t *input,
                                                       int32_t count, int32_t first, int32_t kept,
                                                       int32_t rows, int16_t *planes) {
    const kl_conv_layer *layer = set->layer;
    const kl_window *window = &layer->window;
    int32_t pitch = set->pitch, plane = set->rows * pitch;
    int32_t columns = kl_min(layer->input.width, kl_padded_width(layer) - window->pad_left);
    // Rows of the input from y to `end`, and padding above and below.
    int32_t y = first * window->stride_height - window->pad_top, end = y + rows;
    int32_t above = kl_min(kl_max(-y, kept), rows);
    y += above;
    int32_t inside = kl_max(kl_min(end, layer->input.height) - y, 0);
    // Padding is still 0 where planes hold the whole input.
    for (int32_t i = 0; i < count && set->band < layer->output.height; i++) {
        int32_t below = above + inside, bytes = pitch * (int32_t)sizeof(int16_t);
        kl_fill_bytes(planes + i * plane + kept * pitch, 0, (above - kept) * bytes);
        kl_fill_bytes(planes + i * plane + below * pitch, 0, (rows - below) * bytes);
    }
    planes += above * pitch + window->pad_left;
    input += y * layer->input.width * layer->input.channels;
#if KL_DSP
    if (count == 4) {
        copy_four_channels(set, input, inside, columns, planes);
        return;
    }
#endif
    for (int32_t i = 0; i < count; i++)
        copy_channel(set, input + i, inside, columns, planes + i * plane);
}

/// Moves the rows that the next band sees again to the planes' start; returns how many.
static inline __attribute__((unused)) int32_t keep_rows(const plane_set *set, int16_t *planes) {
    const kl_window *window = &set->layer->window;
    int32_t kept = kl_max(window->kernel_height - window->stride_height, 0);
    int32_t bytes = kept * set->pitch * (int32_t)sizeof(int16_t);
    int32_t moved = set->band * window->stride_height * set->pitch;
    for (int32_t i = 0; i < set->planes; i++, planes += set->rows * set->pitch)
        for (int32_t at = 0; at < bytes / 4; at++)
            kl_store_word(planes + 2 * at, kl_load_word(planes + moved + 2 * at));
    return kept;
}

#endif
