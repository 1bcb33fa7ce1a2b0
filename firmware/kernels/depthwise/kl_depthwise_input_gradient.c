// SPDX-License-Identifier: Apache-2.0
#include "depthwise/phases.h"
#include "depthwise/small_map.h"
#include "depthwise/window_sums.h"
#include "kinglet/backward.h"

/// Input rows whose sums are kept at a time; of a phase with a stride they hold more.
#define ROWS 4

/// Halves of packed weights for one phase: rows padded to pairs.
static int32_t packed_halves(const kl_window *window) {
    int32_t rows = phase_taps(window->kernel_height, window->stride_height, 0);
    int32_t taps = phase_taps(window->kernel_width, window->stride_width, 0);
    return rows * ((taps + 1) & ~1);
}

static int32_t factor_halves(const kl_conv_layer *layer) {
    return (layer->output.channels + 1) & ~1;
}

/// Words of sums; neighbouring windows write up to 3 more.
static int32_t sum_words(const kl_conv_layer *layer) {
    return ROWS * layer->input.width + 3;
}

int32_t kl_depthwise_input_gradient_scratch_bytes(const kl_conv_layer *layer) {
    int32_t factors = factor_halves(layer) * (int32_t)sizeof(uint16_t);
    if (kl_is_small_map(layer))
        return factors + kl_small_map_bytes(layer);
    kl_gradient_plane plane = kl_make_gradient_plane(layer);
    int32_t halves = packed_halves(&layer->window) + plane.height * plane.width;
    return factors + sum_words(layer) * (int32_t)sizeof(int32_t) +
           halves * (int32_t)sizeof(int16_t) + KL_PLANE_SLACK;
}

/// One channel at a time, its gradient in a padded plane.
typedef struct {
    phase_work *phase;
    kl_gradient_plane plane;
    int32_t *sums;
    int16_t *packed;
    int16_t *elements;
} plane_work;

/// Scaled weights of the phase for one channel, mirrored, in padded rows.
static __attribute__((noinline)) void pack_weights(const phase_work *work, int32_t c,
                                                   int16_t *packed) {
    int32_t rows = work->vertical.taps, taps = work->horizontal.taps, shift = work->scaling.shift;
    int32_t step = tap_step(work->layer), row_step = tap_row_step(work->layer);
    int32_t factor = work->factors[c];
    const int8_t *weights = work->weights + c;
    int32_t pitch = (taps + 1) & ~1;
    int16_t *end = packed + rows * pitch - (taps & 1);
    for (; rows > 0; rows--, weights += row_step, end -= pitch) {
        const int8_t *next = weights;
        for (int16_t *target = end; target != end - taps; next += step)
            *--target = (int16_t)kl_scale_weight(*next, factor, shift);
    }
}

/// Stores a sum with the low bits of `mask` dropped; returns its magnitude.
KL_INLINE uint32_t store_sum(int32_t sum, int32_t shift, uint32_t mask, kl_grad *target) {
    *target = (kl_grad)((sum | (int32_t)(((uint32_t)sum & mask) + mask)) >> shift);
    return kl_magnitude(sum);
}

/// Stores `count` sums with `shift` bits dropped, every `step` elements; returns their magnitude.
static __attribute__((noinline)) uint32_t store_sums(const int32_t *sums, int32_t count,
                                                     int32_t shift, kl_grad *target, int32_t step) {
    uint32_t magnitude = 0, mask = (1U << shift) - 1U;
    for (; count >= 4; count -= 4, sums += 4, target += 4 * step) {
        kl_grad *third = target + 2 * step;
        magnitude |= store_sum(sums[0], shift, mask, target);
        magnitude |= store_sum(sums[1], shift, mask, target + step);
        magnitude |= store_sum(sums[2], shift, mask, third);
        magnitude |= store_sum(sums[3], shift, mask, third + step);
    }
    for (; count > 0; count--, target += step)
        magnitude |= store_sum(*sums++, shift, mask, target);
    return magnitude;
}

/// Stores `rows` rows of sums from the phase's row `row` of channel `c` on.
static void store_rows(phase_work *work, int32_t c, int32_t row, int32_t rows,
                       const int32_t *sums) {
    int32_t step = result_step(work->layer), row_step = result_row_step(work->layer);
    int32_t count = work->horizontal.count;
    kl_grad *first = phase_result(work, row) + c;
    if (row_step == count * step) {
        // Without stride one row goes on where the last one ended.
        count *= rows;
        rows = 1;
    }
    for (;;) {
        uint32_t magnitude = 0;
        for (int32_t i = 0; i < rows; i++)
            magnitude |=
                store_sums(sums + i * count, count, work->shift, first + i * row_step, step);
        int32_t needed = kl_needed_shift(magnitude);
        if (needed <= work->shift)
            return;
        // Once more, after what is there: what is not written of this channel is not read.
        drop_stored(work, c, 1, needed);
    }
}

/// One channel of a phase.
static void run_channel(const plane_work *work, int32_t c) {
    phase_work *phase = work->phase;
    const phase_axis *vertical = &phase->vertical, *horizontal = &phase->horizontal;
    int32_t width = work->plane.width;
    int32_t capacity = ROWS * phase->layer->input.width / horizontal->count;
    int32_t top = vertical->offset - (vertical->taps - 1) + work->plane.top;
    int32_t left = horizontal->offset - (horizontal->taps - 1) + work->plane.left;
    window_grid grid = {work->elements + top * width + left, width, 0, horizontal->count};
    for (int32_t row = 0; row < vertical->count; row += grid.rows) {
        grid.rows = kl_min(capacity, vertical->count - row);
        sum_grid(&grid, work->packed, vertical->taps, horizontal->taps, work->sums);
        store_rows(phase, c, row, grid.rows, work->sums);
        grid.first += grid.rows * width;
    }
}

/// A channel at a time, all phases of it.
static void run_planes(phase_work *phase, const kl_gradient *gradient, void *scratch) {
    const kl_conv_layer *layer = phase->layer;
    plane_work work = {phase, kl_make_gradient_plane(layer), scratch, 0, 0};
    work.packed = (int16_t *)(work.sums + sum_words(layer));
    work.elements = work.packed + packed_halves(&layer->window);
    int32_t width = work.plane.width, elements = work.plane.height * width;
    int32_t phases = phase_count(layer);
    int32_t weight_bytes = packed_halves(&layer->window) * (int32_t)sizeof(int16_t);
    int16_t *inside = work.elements + work.plane.top * width + work.plane.left;
    kl_fill_bytes(work.packed, 0, weight_bytes);
    kl_fill_bytes(work.elements, 0, elements * (int32_t)sizeof(int16_t) + KL_PLANE_SLACK);
    for (int32_t c = 0; c < layer->output.channels; c++) {
        kl_copy_gradient_plane(gradient->data + c, &layer->output, width, inside);
        for (int32_t i = 0; i < phases; i++) {
            if (!begin_phase(phase, i, c, 1))
                continue;
            // Another phase's rows may be longer.
            if (phases > 1)
                kl_fill_bytes(work.packed, 0, weight_bytes);
            pack_weights(phase, c, work.packed);
            run_channel(&work, c);
        }
    }
}

void kl_depthwise_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                                 const float *weight_scales, const kl_gradient *output_gradient,
                                 kl_gradient *input_gradient, void *scratch) {
    int32_t exponent = output_gradient->exponent, channels = layer->output.channels;
    uint16_t *factors = scratch;
    phase_work work = {.layer = layer,
                       .kernel = weights->base,
                       .factors = factors,
                       .result = input_gradient->data};
    work.scaling =
        kl_prepare_weight_scaling(weight_scales, channels, kl_taps(&layer->window), factors);
    set_phase(&work, 0);
    if (kl_is_small_map(layer))
        run_small_maps(&work, output_gradient, factors + factor_halves(layer));
    else
        run_planes(&work, output_gradient, factors + factor_halves(layer));
    input_gradient->exponent = exponent + work.scaling.exponent + work.shift;
}
