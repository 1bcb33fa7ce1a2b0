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
        for (int32_t first = 0; first < stride && first < width; first++) {
            int32_t at = first + window->pad_left, step = stride * channels;
            int16_t *target = row + at % stride * columns + at / stride;
            const int8_t *next = source + first * channels;
            for (int32_t x = first; x < width; x += stride, next += step)
                *target++ = (int16_t)(*next - layer->input_zero_point);
        }
    }
}

/// Rows of outputs and the inputs that one tap multiplies them with.
typedef struct {
    const int16_t *gradient;
    const int16_t *input;
    int32_t gradient_step; ///< elements from row to row, even
    int32_t input_step;
    int32_t rows;
} row_span;

/// Adds the products of the rows with 3 (or fewer) neighbouring taps.
static __attribute__((noinline)) void dot_taps(row_span span, int32_t taps, int32_t *sums) {
#if KL_DSP
    if (taps == 3) {
        int32_t s0 = 0, s1 = 0, s2 = 0;
        for (; span.rows > 0; span.rows--) {
            const int16_t *input = span.input, *gradient = span.gradient;
            const int16_t *end = gradient + span.gradient_step;
            do {
                int32_t pair = kl_load_word(gradient);
                gradient += 2;
                s0 = kl_smlad(pair, kl_load_word(input), s0);
                s1 = kl_smlad(pair, kl_load_word(input + 1), s1);
                s2 = kl_smlad(pair, kl_load_word(input + 2), s2);
                input += 2;
            } while (gradient != end);
            span.gradient = end;
            span.input += span.input_step;
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        return;
    }
#endif
    for (int32_t tap = 0; tap < taps; tap++) {
        int32_t sum = 0;
        for (int32_t y = 0; y < span.rows; y++) {
            const int16_t *gradient = span.gradient + y * span.gradient_step;
            const int16_t *input = span.input + y * span.input_step + tap;
#if KL_DSP
            for (int32_t i = 0; i < span.gradient_step; i += 2)
                sum = kl_smlad(kl_load_word(gradient + i), kl_load_word(input + i), sum);
#else
            for (int32_t i = 0; i < span.gradient_step; i++)
                sum += gradient[i] * input[i];
#endif
        }
        sums[tap] = sum;
    }
}

/// Taps ky, phase, phase + stride, ... of one channel.
static void sum_phase(const kl_conv_layer *layer, const int16_t *gradient, const int16_t *input,
                      int32_t ky, int32_t phase, int32_t *sums) {
    const kl_window *window = &layer->window;
    int32_t stride = window->stride_width, columns = phase_columns(layer);
    int32_t taps = (window->kernel_width - 1 - phase) / stride + 1;
    int32_t rows = chunk_rows(layer), drop = chunk_drop(layer), count = gradient_columns(layer);
    int32_t channels = layer->input.channels;
    int32_t step = stride * columns;
    for (int32_t first = 0; first < taps; first += 3) {
        int32_t here = kl_min(3, taps - first), total[3] = {0, 0, 0};
        for (int32_t y = 0; y < layer->output.height; y += rows) {
            int32_t partial[3];
            row_span span = {
                gradient + y * count,
                input + (y * window->stride_height + ky) * step + phase * columns + first, count,
                window->stride_height * step, kl_min(rows, layer->output.height - y)};
            dot_taps(span, here, partial);
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
    kl_fill_bytes(scratch, 0, kl_depthwise_weight_gradient_scratch_bytes(layer));
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
