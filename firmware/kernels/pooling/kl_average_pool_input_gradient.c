// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "internal/geometry.h"
#include "internal/memory.h"
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

void kl_average_pool_input_gradient(const kl_pool_layer *layer, const kl_gradient *output_gradient,
                                    kl_gradient *input_gradient) {
    const kl_window *window = &layer->window;
    pool_axis vertical = {layer->input.height, layer->output.height, window->kernel_height,
                          window->stride_height, window->pad_top};
    pool_axis horizontal = {layer->input.width, layer->output.width, window->kernel_width,
                            window->stride_width, window->pad_left};
    int32_t channels = layer->input.channels, elements = kl_pixels(&layer->input) * channels;
    // Mantissas are multiplied by 2^bits / window size, and the products summed below 2^30.
    int32_t share = largest_share(&vertical) * largest_share(&horizontal);
    int32_t bits = kl_min(30 - KL_GRADIENT_MAGNITUDE_BITS - kl_ceil_log2(share), 16);
    int32_t shift = 0;
    kl_grad *target = input_gradient->data;
    kl_fill_bytes(target, 0, elements * (int32_t)sizeof(kl_grad));
    for (int32_t y = 0; y < layer->input.height; y++) {
        kl_span rows = covering(&vertical, y);
        for (int32_t x = 0; x < layer->input.width; x++) {
            kl_span columns = covering(&horizontal, x);
            // Mostly one window covers an input: one factor for all its channels.
            int32_t factor = 0, windows = 0;
            for (int32_t c = 0; c < channels; c++, target++) {
                int32_t sum = 0;
                for (int32_t oy = rows.first; oy < rows.last; oy++)
                    for (int32_t ox = columns.first; ox < columns.last; ox++) {
                        if (windows != 1) {
                            int32_t count = covered(&vertical, oy) * covered(&horizontal, ox);
                            factor = ((1 << bits) + count / 2) / count;
                        }
                        int32_t place = (oy * layer->output.width + ox) * channels + c;
                        sum += output_gradient->data[place] * factor;
                    }
                windows = (rows.last - rows.first) * (columns.last - columns.first);
                int32_t needed = kl_needed_shift(kl_magnitude(sum));
                if (needed > shift) {
                    kl_drop_bits(input_gradient->data, 1, elements, elements, needed - shift);
                    shift = needed;
                }
                *target = (kl_grad)kl_jam(sum, shift);
            }
        }
    }
    input_gradient->exponent = output_gradient->exponent + shift - bits;
}
