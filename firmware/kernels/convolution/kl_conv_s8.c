// SPDX-License-Identifier: Apache-2.0
#include "internal/columns.h"
#include "internal/geometry.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

int32_t kl_conv_s8_scratch_bytes(const kl_conv_layer *layer, int32_t overlay_count) {
    int32_t taps = kl_taps(&layer->window);
    int32_t column =
        kl_round_up_4(taps * layer->input.channels) + kl_round_up_4(taps * overlay_count);
    int32_t patch = kl_is_pointwise(layer) && overlay_count == 0
                        ? 0
                        : kl_round_up_4(taps * kl_max(layer->input.channels, overlay_count));
    return 2 * column * (int32_t)sizeof(int16_t) + patch;
}

#if KL_DSP

/// Copies the patch of an output pixel: all channels, or those listed.
static void copy_patch(const kl_conv_layer *layer, const int8_t *input, int32_t pixel,
                       const uint16_t *selected, int32_t count, int8_t *patch) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels;
    int32_t y = pixel / layer->output.width * window->stride_height - window->pad_top;
    int32_t x = pixel % layer->output.width * window->stride_width - window->pad_left;
    kl_span columns = kl_window_span(x, window->kernel_width, layer->input.width);
    int32_t row_bytes = window->kernel_width * count;
    for (int32_t ky = 0; ky < window->kernel_height; ky++, patch += row_bytes) {
        int32_t inside = y + ky >= 0 && y + ky < layer->input.height;
        if (!inside || columns.first > 0 || columns.last < window->kernel_width)
            memset(patch, (uint8_t)layer->input_zero_point, (size_t)row_bytes);
        if (!inside)
            continue;
        const int8_t *source =
            input + ((y + ky) * layer->input.width + x + columns.first) * channels;
        int8_t *target = patch + columns.first * count;
        int32_t pixels = columns.last - columns.first;
        if (selected == 0) {
            memcpy(target, source, (size_t)(pixels * channels));
            continue;
        }
        for (; pixels > 0; pixels--, source += channels)
            for (int32_t i = 0; i < count; i++)
                *target++ = source[selected[i]];
    }
}

/// Fills one of the two interleaved columns with the patch of an output pixel.
static void fill_pixel(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                       int32_t pixel, int32_t *column, int8_t *patch) {
    int32_t zero = kl_zero_pair(layer->input_zero_point);
    int32_t taps = kl_taps(&layer->window), channels = layer->input.channels;
    const int8_t *bytes = patch;
    if (kl_is_pointwise(layer))
        bytes = input + pixel * channels;
    else
        copy_patch(layer, input, pixel, 0, channels, patch);
    column = kl_fill_column(bytes, taps * channels, zero, column, 4);
    int32_t count = weights->overlay_count;
    if (count > 0) {
        copy_patch(layer, input, pixel, weights->overlay_channels, count, patch);
        kl_fill_column(patch, taps * count, zero, column, 4);
    }
}

void kl_conv_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                const int32_t *bias, int8_t *output, void *scratch) {
    int32_t taps = kl_taps(&layer->window), outputs = layer->output.channels;
    int32_t base_row = taps * layer->input.channels;
    int32_t overlay_row = taps * weights->overlay_count;
    int32_t *columns = scratch;
    int8_t *patch = (int8_t *)(columns + kl_round_up_4(base_row) + kl_round_up_4(overlay_row));
    int32_t pixels = kl_pixels(&layer->output);
    for (int32_t pixel = 0; pixel < pixels; pixel += 2, output += 2 * outputs) {
        int32_t both = pixel + 1 < pixels;
        fill_pixel(layer, input, weights, pixel, columns, patch);
        // A missing second pixel repeats the first; its results are dropped.
        fill_pixel(layer, input, weights, pixel + both, columns + 2, patch);
        const int8_t *base = weights->base, *overlay = weights->overlay;
        for (int32_t i = 0; i < outputs; i += 2) {
            int32_t next = i + 1 < outputs;
            int32_t sums[4] = {bias[i], bias[i], bias[i + next], bias[i + next]};
            const int32_t *rest = kl_dot_2x2(base, base + next * base_row, columns, base_row, sums);
            base += 2 * base_row;
            if (overlay_row > 0) {
                kl_dot_2x2(overlay, overlay + next * overlay_row, rest, overlay_row, sums);
                overlay += 2 * overlay_row;
            }
            for (int32_t k = 0; k <= next; k++) {
                int32_t multiplier = layer->multipliers[i + k], shift = layer->shifts[i + k];
                output[i + k] = kl_output_value(layer, sums[2 * k], multiplier, shift);
                if (both)
                    output[outputs + i + k] =
                        kl_output_value(layer, sums[2 * k + 1], multiplier, shift);
            }
        }
    }
}

#else

/// Sum over the part of a window inside the input; padding adds nothing.
static int32_t window_sum(const kl_conv_layer *layer, const int8_t *input, int32_t y, int32_t x,
                          const int8_t *weights, const uint16_t *selected, int32_t count) {
    const kl_window *window = &layer->window;
    int32_t zero = layer->input_zero_point, channels = layer->input.channels, sum = 0;
    kl_span rows = kl_window_span(y, window->kernel_height, layer->input.height);
    kl_span columns = kl_window_span(x, window->kernel_width, layer->input.width);
    for (int32_t ky = rows.first; ky < rows.last; ky++)
        for (int32_t kx = columns.first; kx < columns.last; kx++) {
            const int8_t *source = input + ((y + ky) * layer->input.width + x + kx) * channels;
            const int8_t *row = weights + (ky * window->kernel_width + kx) * count;
            if (selected == 0)
                for (int32_t i = 0; i < count; i++)
                    sum += row[i] * (source[i] - zero);
            else
                for (int32_t i = 0; i < count; i++)
                    sum += row[i] * (source[selected[i]] - zero);
        }
    return sum;
}

void kl_conv_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                const int32_t *bias, int8_t *output, void *scratch) {
    (void)scratch;
    int32_t taps = kl_taps(&layer->window);
    int32_t base_row = taps * layer->input.channels;
    int32_t overlay_row = taps * weights->overlay_count;
    int32_t pixels = kl_pixels(&layer->output);
    for (int32_t pixel = 0; pixel < pixels; pixel++) {
        int32_t y = pixel / layer->output.width * layer->window.stride_height;
        int32_t x = pixel % layer->output.width * layer->window.stride_width;
        y -= layer->window.pad_top;
        x -= layer->window.pad_left;
        for (int32_t i = 0; i < layer->output.channels; i++) {
            int32_t sum = bias[i];
            sum += window_sum(layer, input, y, x, weights->base + i * base_row, 0,
                              layer->input.channels);
            if (overlay_row > 0)
                sum += window_sum(layer, input, y, x, weights->overlay + i * overlay_row,
                                  weights->overlay_channels, weights->overlay_count);
            *output++ = kl_output_value(layer, sum, layer->multipliers[i], layer->shifts[i]);
        }
    }
}

#endif
