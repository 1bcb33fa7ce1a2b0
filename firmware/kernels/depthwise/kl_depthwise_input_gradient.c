// SPDX-License-Identifier: Apache-2.0
#include "internal/plane.h"
#include "internal/scaled_weights.h"
#include "kinglet/backward.h"

/// Taps of one phase, rows of pairs: inputs whose place modulo the stride is equal see the same
/// subset of the kernel, mirrored.
static int32_t phase_taps(int32_t kernel, int32_t stride, int32_t phase) {
    return phase < kernel ? (kernel - 1 - phase) / stride + 1 : 0;
}

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
    int32_t sums = (layer->input.width + 3) * (int32_t)sizeof(int32_t);
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

/// Scaled weights of one channel and phase, mirrored; returns nothing when a phase has no taps.
static void pack_phase(const work_state *work, const int8_t *weights, int32_t factor,
                       int32_t phase_y, int32_t phase_x) {
    const kl_window *window = &work->layer->window;
    int32_t channels = work->layer->input.channels;
    int32_t rows = phase_taps(window->kernel_height, window->stride_height, phase_y);
    int32_t taps = phase_taps(window->kernel_width, window->stride_width, phase_x);
    int16_t *target = work->packed;
    for (int32_t row = rows - 1; row >= 0; row--) {
        int32_t ky = phase_y + row * window->stride_height;
        for (int32_t tap = taps - 1; tap >= 0; tap--) {
            int32_t kx = phase_x + tap * window->stride_width;
            int32_t weight = weights[(ky * window->kernel_width + kx) * channels];
            *target++ = (int16_t)kl_scale_weight(weight, factor, work->scaling.shift);
        }
        if ((taps & 1) != 0)
            *target++ = 0;
    }
}

#if KL_DSP

/// sums[i] for `count` neighbouring windows of rows x taps, four at a time: each pair of weights
/// serves four. Writes up to 3 more.
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

/// As sum_windows for 3x3, two windows at a time, the weights in registers: each word of two
/// elements serves both.
static __attribute__((noinline)) void sum_windows_3x3(const int16_t *row, int32_t width,
                                                      const int16_t *packed, int32_t count,
                                                      int32_t *sums) {
    // (w0, w1) and (w1, w2) of each row.
    int32_t a01 = kl_load_word(packed), a12 = kl_load_word(packed + 1);
    int32_t b01 = kl_load_word(packed + 4), b12 = kl_load_word(packed + 5);
    int32_t c01 = kl_load_word(packed + 8), c12 = kl_load_word(packed + 9);
    int32_t *end = sums + ((count + 1) & ~1);
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

#else

static void sum_windows(const int16_t *row, int32_t width, const int16_t *packed, int32_t rows,
                        int32_t taps, int32_t count, int32_t *sums) {
    int32_t step = (taps + 1) & ~1;
    for (int32_t i = 0; i < count; i++) {
        int32_t sum = 0;
        for (int32_t y = 0; y < rows; y++)
            for (int32_t x = 0; x < taps; x++)
                sum += row[y * width + i + x] * packed[y * step + x];
        sums[i] = sum;
    }
}

#endif

/// Stores a row's sums from input element (y, x) on, every `stride` columns of channel `c`.
static __attribute__((noinline)) void store_row(work_state *work, int32_t c, int32_t y, int32_t x,
                                                int32_t count) {
    const kl_conv_layer *layer = work->layer;
    int32_t channels = layer->input.channels;
    const int32_t *sums = work->sums, *end = sums + count;
    uint32_t magnitude = 0;
    for (const int32_t *sum = sums; sum != end; sum++)
        magnitude |= kl_magnitude(*sum);
    int32_t needed = kl_needed_shift(magnitude);
    if (needed > work->shift) {
        // The channels before this one, and this one: what is not written of it is not read.
        kl_drop_bits(work->result, kl_pixels(&layer->input), c + 1, channels, needed - work->shift);
        work->shift = needed;
    }
    int32_t shift = work->shift, step = layer->window.stride_width * channels;
    kl_grad *target = work->result + (y * layer->input.width + x) * channels + c;
    for (; sums != end; sums++, target += step)
        *target = (kl_grad)kl_jam(*sums, shift);
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
    if (x >= layer->input.width)
        return;
    int32_t count = (layer->input.width - 1 - x) / window->stride_width + 1;
    for (int32_t y = first; y < layer->input.height; y += window->stride_height) {
        if (rows > 0 && taps > 0) {
            int32_t top = (y + window->pad_top) / window->stride_height - (rows - 1);
            int32_t left = (x + window->pad_left) / window->stride_width - (taps - 1);
            const int16_t *row = work->elements + (top + work->plane.top) * work->plane.width +
                                 left + work->plane.left;
#if KL_DSP
            if (rows == 3 && taps == 3)
                sum_windows_3x3(row, work->plane.width, work->packed, count, work->sums);
            else
#endif
                sum_windows(row, work->plane.width, work->packed, rows, taps, count, work->sums);
        } else {
            kl_fill_bytes(work->sums, 0, count * (int32_t)sizeof(int32_t));
        }
        store_row(work, c, y, x, count);
    }
}

void kl_depthwise_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                                 const float *weight_scales, const kl_gradient *output_gradient,
                                 kl_gradient *input_gradient, void *scratch) {
    const kl_window *window = &layer->window;
    work_state work = {layer,  kl_make_gradient_plane(layer), scratch, 0, 0, 0,
                       {0, 0}, input_gradient->data,          0};
    work.packed = (int16_t *)(work.sums + layer->input.width + 3);
    work.factors = (uint16_t *)(work.packed + packed_halves(window));
    work.elements = (int16_t *)(work.factors + factor_halves(layer));
    work.scaling = kl_prepare_weight_scaling(weight_scales, layer->output.channels, kl_taps(window),
                                             work.factors);
    int32_t elements = work.plane.height * work.plane.width;
    kl_fill_bytes(work.elements, 0, elements * (int32_t)sizeof(int16_t) + KL_PLANE_SLACK);
    int32_t exponent = output_gradient->exponent;
    int16_t *inside = work.elements + work.plane.top * work.plane.width + work.plane.left;
    for (int32_t c = 0; c < layer->input.channels; c++) {
        kl_copy_gradient_plane(output_gradient->data + c, &layer->output, work.plane.width, inside);
        for (int32_t y = 0; y < window->stride_height; y++)
            for (int32_t x = 0; x < window->stride_width; x++) {
                pack_phase(&work, weights->base + c, work.factors[c], y, x);
                run_phase(&work, c, y, x);
            }
    }
    input_gradient->exponent = exponent + work.scaling.exponent + work.shift;
}
