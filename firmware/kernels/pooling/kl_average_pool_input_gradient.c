// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "internal/geometry.h"
#include "kinglet/backward.h"

/// One axis of the pooling.
typedef struct {
    int32_t inputs;
    int32_t outputs;
    int32_t kernel;
    int32_t stride;
    int32_t pad;
} pool_axis;

/// Windows that cover input `place`: first...last-1.
static kl_span covering(const pool_axis *axis, int32_t place) {
    int32_t below = place + axis->pad - axis->kernel; // the last window's start that is too early
    kl_span span = {below < 0 ? 0 : below / axis->stride + 1,
                    kl_min((place + axis->pad) / axis->stride + 1, axis->outputs)};
    span.first = kl_min(span.first, span.last);
    return span;
}

/// Inputs that window `index` averages.
static int32_t covered(const pool_axis *axis, int32_t index) {
    kl_span span = kl_window_span(index * axis->stride - axis->pad, axis->kernel, axis->inputs);
    return span.last - span.first;
}

/// Bound of the sum of 1 / covered over the windows that cover one input, rounded up.
static int32_t largest_share(const pool_axis *axis) {
    int32_t smallest = axis->kernel;
    for (int32_t i = 0; i < axis->outputs; i++)
        if (covered(axis, i) > 0)
            smallest = kl_min(smallest, covered(axis, i));
    int32_t overlap = (axis->kernel - 1) / axis->stride + 1;
    return (overlap + smallest - 1) / smallest;
}

/// 2^bits / the number of inputs that a window averages, rounded.
static int32_t share(const pool_axis *vertical, const pool_axis *horizontal, int32_t oy, int32_t ox,
                     int32_t bits) {
    int32_t count = covered(vertical, oy) * covered(horizontal, ox);
    return ((1 << bits) + count / 2) / count;
}

/// Stores values * factor with `shift` bits dropped; returns their magnitude.
static uint32_t store_scaled(const kl_grad *values, int32_t factor, int32_t count, int32_t shift,
                             kl_grad *target) {
    uint32_t magnitude = 0;
#pragma GCC unroll 4
    for (int32_t i = 0; i < count; i++) {
        int32_t value = values[i] * factor;
        magnitude |= kl_magnitude(value);
        target[i] = (kl_grad)kl_jam(value, shift);
    }
    return magnitude;
}

void kl_average_pool_input_gradient(const kl_pool_layer *layer, const kl_gradient *output_gradient,
                                    kl_gradient *input_gradient) {
    const kl_window *window = &layer->window;
    pool_axis vertical = {layer->input.height, layer->output.height, window->kernel_height,
                          window->stride_height, window->pad_top};
    pool_axis horizontal = {layer->input.width, layer->output.width, window->kernel_width,
                            window->stride_width, window->pad_left};
    int32_t channels = layer->input.channels, width = layer->input.width;
    // Mantissas are multiplied by 2^bits / window size, and the products summed below 2^30.
    int32_t shares = largest_share(&vertical) * largest_share(&horizontal);
    int32_t bits = kl_min(30 - KL_GRADIENT_MAGNITUDE_BITS - kl_ceil_log2(shares), 16), shift = 0;
    for (int32_t pixel = 0; pixel < kl_pixels(&layer->input); pixel++) {
        kl_grad *target = input_gradient->data + pixel * channels;
        kl_span rows = covering(&vertical, pixel / width);
        kl_span columns = covering(&horizontal, pixel % width);
        int32_t place = (rows.first * layer->output.width + columns.first) * channels;
        // Mostly one window covers an input: one factor for all its channels.
        int32_t is_single = rows.last - rows.first == 1 && columns.last - columns.first == 1;
        int32_t factor =
            is_single ? share(&vertical, &horizontal, rows.first, columns.first, bits) : 0;
        for (int32_t c = 0; c < channels;) {
            int32_t count = is_single ? channels : 1, sum = 0;
            uint32_t magnitude;
            if (is_single) {
                magnitude =
                    store_scaled(output_gradient->data + place, factor, count, shift, target);
            } else {
                for (int32_t oy = rows.first; oy < rows.last; oy++)
                    for (int32_t ox = columns.first; ox < columns.last; ox++)
                        sum +=
                            output_gradient->data[(oy * layer->output.width + ox) * channels + c] *
                            share(&vertical, &horizontal, oy, ox, bits);
                magnitude = kl_magnitude(sum);
                target[c] = (kl_grad)kl_jam(sum, shift);
            }
            int32_t needed = kl_needed_shift(magnitude);
            if (needed > shift) {
                // Once more, after everything before.
                kl_drop_bits(input_gradient->data, 1, pixel * channels + c, 0, needed - shift);
                shift = needed;
            } else {
                c += count;
            }
        }
    }
    input_gradient->exponent = output_gradient->exponent + shift - bits;
}
