// SPDX-License-Identifier: Apache-2.0
#include "depthwise/window_sums.h"
#include "internal/plane.h"
#include "internal/scaled_weights.h"
#include "kinglet/backward.h"

/// Taps of one phase, rows of pairs: inputs whose place modulo the stride is equal see the same
/// subset of the kernel, mirrored.
static int32_t phase_taps(int32_t kernel, int32_t stride, int32_t phase) {
    return phase < kernel ? (kernel - 1 - phase) / stride + 1 : 0;
}

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

int32_t kl_depthwise_input_gradient_scratch_bytes(const kl_conv_layer *layer) {
    kl_gradient_plane plane = kl_make_gradient_plane(layer);
    int32_t halves =
        packed_halves(&layer->window) + factor_halves(layer) + plane.height * plane.width;
    int32_t sums = (ROWS * layer->input.width + 3) * (int32_t)sizeof(int32_t);
    return sums + halves * (int32_t)sizeof(int16_t) + KL_PLANE_SLACK;
}

typedef struct {
    const kl_conv_layer *layer;
    kl_gradient_plane plane;
    int32_t *sums;
    int16_t *packed;
    uint16_t *factors;
    int16_t *elements;
    kl_weight_scaling scaling;
    kl_grad *result;
    int32_t shift;
} work_state;

/// Scaled weights of one channel and phase, mirrored; nothing when a phase has no taps.
static void pack_phase(const work_state *work, const int8_t *weights, int32_t factor,
                       int32_t phase_y, int32_t phase_x) {
    const kl_window *window = &work->layer->window;
    int32_t channels = work->layer->input.channels, shift = work->scaling.shift;
    int32_t rows = phase_taps(window->kernel_height, window->stride_height, phase_y);
    int32_t taps = phase_taps(window->kernel_width, window->stride_width, phase_x);
    int32_t row_step = window->stride_height * window->kernel_width * channels;
    int32_t step = window->stride_width * channels;
    int16_t *target = work->packed;
    weights += (phase_y * window->kernel_width + phase_x) * channels + rows * row_step;
    for (int32_t row = 0; row < rows; row++) {
        weights -= row_step;
        const int8_t *next = weights + taps * step;
        for (int32_t tap = 0; tap < taps; tap++) {
            next -= step;
            *target++ = (int16_t)kl_scale_weight(*next, factor, shift);
        }
        if ((taps & 1) != 0)
            *target++ = 0;
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

/// Stores the sums of a grid from input element (y, x) of channel `c` on.
static void store_grid(work_state *work, int32_t c, int32_t y, int32_t x, int32_t rows,
                       int32_t count) {
    const kl_conv_layer *layer = work->layer;
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels, step = window->stride_width * channels;
    int32_t row_step = window->stride_height * layer->input.width * channels;
    kl_grad *first = work->result + (y * layer->input.width + x) * channels + c;
    if (row_step == count * step) {
        // Without stride one row goes on where the last one ended.
        count *= rows;
        rows = 1;
    }
    for (;;) {
        uint32_t magnitude = 0;
        const int32_t *sums = work->sums;
        kl_grad *target = first;
        for (int32_t row = 0; row < rows; row++, sums += count, target += row_step)
            magnitude |= store_sums(sums, count, work->shift, target, step);
        int32_t needed = kl_needed_shift(magnitude);
        if (needed <= work->shift)
            return;
        // Once more, after the channels before this one, and this one: what is not written of it
        // is not read.
        kl_drop_bits(work->result, kl_pixels(&layer->input), c + 1, channels, needed - work->shift);
        work->shift = needed;
    }
}

/// The first place, from 0 on, with (place + pad) % stride == phase.
static int32_t first_of_phase(int32_t phase, int32_t pad, int32_t stride) {
    int32_t place = (phase - pad) % stride;
    return place < 0 ? place + stride : place;
}

/// All input rows and columns of one phase.
static void run_phase(work_state *work, int32_t c, int32_t phase_y, int32_t phase_x) {
    const kl_conv_layer *layer = work->layer;
    const kl_window *window = &layer->window;
    int32_t rows = phase_taps(window->kernel_height, window->stride_height, phase_y);
    int32_t taps = phase_taps(window->kernel_width, window->stride_width, phase_x);
    // First input row and column of the phase, and how many columns there are.
    int32_t first = first_of_phase(phase_y, window->pad_top, window->stride_height);
    int32_t x = first_of_phase(phase_x, window->pad_left, window->stride_width);
    if (x >= layer->input.width || first >= layer->input.height)
        return;
    int32_t count = (layer->input.width - 1 - x) / window->stride_width + 1;
    int32_t capacity = ROWS * layer->input.width / count;
    int32_t top = (first + window->pad_top) / window->stride_height - (rows - 1);
    int32_t left = (x + window->pad_left) / window->stride_width - (taps - 1);
    int32_t all = (layer->input.height - 1 - first) / window->stride_height + 1;
    window_grid grid = {work->elements + (top + work->plane.top) * work->plane.width + left +
                            work->plane.left,
                        work->plane.width, 0, count};
    if (rows == 0 || taps == 0)
        kl_fill_bytes(work->sums, 0, capacity * count * (int32_t)sizeof(int32_t));
    for (int32_t row = 0; row < all; row += grid.rows) {
        grid.rows = kl_min(capacity, all - row);
        if (rows > 0 && taps > 0)
            sum_grid(&grid, work->packed, rows, taps, work->sums);
        store_grid(work, c, first + row * window->stride_height, x, grid.rows, count);
        grid.first += grid.rows * grid.width;
    }
}

/// The input gradient of one channel.
static void run_channel(work_state *work, const int8_t *weights, const kl_gradient *gradient,
                        int32_t c) {
    const kl_window *window = &work->layer->window;
    int16_t *inside = work->elements + work->plane.top * work->plane.width + work->plane.left;
    kl_copy_gradient_plane(gradient->data + c, &work->layer->output, work->plane.width, inside);
    for (int32_t y = 0; y < window->stride_height; y++)
        for (int32_t x = 0; x < window->stride_width; x++) {
            pack_phase(work, weights + c, work->factors[c], y, x);
            run_phase(work, c, y, x);
        }
}

void kl_depthwise_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                                 const float *weight_scales, const kl_gradient *output_gradient,
                                 kl_gradient *input_gradient, void *scratch) {
    const kl_window *window = &layer->window;
    work_state work = {layer,  kl_make_gradient_plane(layer), scratch, 0, 0, 0,
                       {0, 0}, input_gradient->data,          0};
    work.packed = (int16_t *)(work.sums + ROWS * layer->input.width + 3);
    work.factors = (uint16_t *)(work.packed + packed_halves(window));
    work.elements = (int16_t *)(work.factors + factor_halves(layer));
    work.scaling = kl_prepare_weight_scaling(weight_scales, layer->output.channels, kl_taps(window),
                                             work.factors);
    int32_t elements = work.plane.height * work.plane.width;
    kl_fill_bytes(work.elements, 0, elements * (int32_t)sizeof(int16_t) + KL_PLANE_SLACK);
    int32_t exponent = output_gradient->exponent;
    for (int32_t c = 0; c < layer->input.channels; c++)
        run_channel(&work, weights->base, output_gradient, c);
    input_gradient->exponent = exponent + work.scaling.exponent + work.shift;
}
