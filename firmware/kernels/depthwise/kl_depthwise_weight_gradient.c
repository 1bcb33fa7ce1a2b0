// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "internal/plane.h"
#include "kinglet/backward.h"

/// The padded input as one plane for each phase of the stride along a row, so that neighbouring
/// outputs read neighbouring elements: row y, phase p, column i is input column i * stride + p.
static int32_t phase_columns(const kl_conv_layer *layer) {
    int32_t stride = layer->window.stride_width;
    return (kl_padded_width(layer) + stride - 1) / stride;
}

/// Elements of a gradient row: outputs padded to pairs with 0.
static int32_t gradient_columns(const kl_conv_layer *layer) {
    return (layer->output.width + 1) & ~1;
}

int32_t kl_depthwise_weight_gradient_scratch_bytes(const kl_conv_layer *layer) {
    int32_t inputs = kl_padded_height(layer) * phase_columns(layer) * layer->window.stride_width;
    int32_t gradients = layer->output.height * gradient_columns(layer);
    return (gradients + inputs) * (int32_t)sizeof(int16_t) + KL_PLANE_SLACK;
}

/// Rows of outputs whose products certainly fit 32 bits: at most 1024 products.
static int32_t chunk_rows(const kl_conv_layer *layer) {
    return kl_max(1, 1024 / layer->output.width);
}

/// Bits dropped from each chunk's sum so that all chunks add up below 2^31.
static int32_t chunk_drop(const kl_conv_layer *layer) {
    int32_t bits = kl_ceil_log2(kl_pixels(&layer->output));
    return kl_max(0, bits - (31 - KL_GRADIENT_MAGNITUDE_BITS - 8));
}

static void copy_input(const kl_conv_layer *layer, const int8_t *input, int16_t *plane) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels, columns = phase_columns(layer);
    int32_t stride = window->stride_width;
    int32_t height = kl_min(layer->input.height, kl_padded_height(layer) - window->pad_top);
    int32_t width = kl_min(layer->input.width, kl_padded_width(layer) - window->pad_left);
    for (int32_t y = 0; y < height; y++) {
        const int8_t *source = input + y * layer->input.width * channels;
        int16_t *row = plane + (y + window->pad_top) * columns * stride;
        if (stride == 1) {
            row += window->pad_left;
            for (int32_t x = 0; x < width; x++, source += channels)
                row[x] = (int16_t)(*source - layer->input_zero_point);
            continue;
        }
        for (int32_t x = 0; x < width; x++, source += channels) {
            int32_t place = x + window->pad_left;
            row[place % stride * columns + place / stride] =
                (int16_t)(*source - layer->input_zero_point);
        }
    }
}

/// Sum of the products of `count` (even) neighbouring elements.
static inline int32_t dot_row(const int16_t *gradient, const int16_t *input, int32_t count,
                              int32_t sum) {
#if KL_DSP
    for (int32_t i = 0; i < count; i += 2)
        sum = kl_smlad(kl_load_word(gradient + i), kl_load_word(input + i), sum);
#else
    for (int32_t i = 0; i < count; i++)
        sum += gradient[i] * input[i];
#endif
    return sum;
}

/// Sums of a row's `taps` neighbouring taps.
static void dot_taps(const int16_t *gradient, const int16_t *input, int32_t count, int32_t taps,
                     int32_t *sums) {
#if KL_DSP
    for (; taps >= 3; taps -= 3, input += 3, sums += 3) {
        int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2];
        for (int32_t i = 0; i < count; i += 2) {
            int32_t pair = kl_load_word(gradient + i);
            s0 = kl_smlad(pair, kl_load_word(input + i), s0);
            s1 = kl_smlad(pair, kl_load_word(input + i + 1), s1);
            s2 = kl_smlad(pair, kl_load_word(input + i + 2), s2);
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
    }
#endif
    for (; taps > 0; taps--, input++, sums++)
        *sums = dot_row(gradient, input, count, *sums);
}

/// Taps ky, phase, phase + stride, ... of one channel.
static void sum_phase(const kl_conv_layer *layer, const int16_t *gradient, const int16_t *input,
                      int32_t ky, int32_t phase, int32_t *sums) {
    const kl_window *window = &layer->window;
    int32_t stride = window->stride_width, columns = phase_columns(layer);
    int32_t taps = (window->kernel_width - 1 - phase) / stride + 1;
    int32_t rows = chunk_rows(layer), drop = chunk_drop(layer), count = gradient_columns(layer);
    int32_t channels = layer->input.channels;
    // At most 4 taps at a time keeps the partial sums on the stack small.
    for (int32_t first = 0; first < taps; first += 3) {
        int32_t here = kl_min(3, taps - first), total[3] = {0, 0, 0};
        for (int32_t y = 0; y < layer->output.height; y += rows) {
            int32_t partial[3] = {0, 0, 0}, last = kl_min(layer->output.height, y + rows);
            for (int32_t oy = y; oy < last; oy++) {
                int32_t row = oy * window->stride_height + ky;
                dot_taps(gradient + oy * count, input + (row * stride + phase) * columns + first,
                         count, here, partial);
            }
            for (int32_t i = 0; i < here; i++)
                total[i] += kl_jam(partial[i], drop);
        }
        for (int32_t i = 0; i < here; i++) {
            int32_t kx = phase + (first + i) * stride;
            sums[(ky * window->kernel_width + kx) * channels] = total[i];
        }
    }
}

int32_t kl_depthwise_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                     const kl_gradient *output_gradient, int32_t *sums,
                                     void *scratch) {
    const kl_window *window = &layer->window;
    int16_t *gradient = scratch;
    int16_t *plane = gradient + layer->output.height * gradient_columns(layer);
    memset(scratch, 0, (size_t)kl_depthwise_weight_gradient_scratch_bytes(layer));
    for (int32_t c = 0; c < layer->input.channels; c++) {
        kl_copy_gradient_plane(output_gradient->data + c, &layer->output, gradient_columns(layer),
                               gradient);
        copy_input(layer, input + c, plane);
        for (int32_t ky = 0; ky < window->kernel_height; ky++)
            for (int32_t phase = 0; phase < kl_min(window->stride_width, window->kernel_width);
                 phase++)
                sum_phase(layer, gradient, plane, ky, phase, sums + c);
    }
    return output_gradient->exponent + chunk_drop(layer);
}
