// SPDX-License-Identifier: Apache-2.0
/// The inputs of windows, gathered and widened as channel_pair.h multiplies them.
#ifndef KINGLET_CONVOLUTION_WINDOWS_H
#define KINGLET_CONVOLUTION_WINDOWS_H

#include "convolution/widening.h"
#include "internal/geometry.h"
#include "internal/memory.h"

/// Bytes of a window that is gathered before it is widened, with the 3 that its last row writes
/// beyond; 0 where its rows are whole groups.
KL_INLINE int32_t patch_bytes(const kl_conv_layer *layer) {
    if (kl_is_pointwise(layer) || (layer->input.channels & 3) == 0)
        return 0;
    return kl_round_up_4(kl_taps(&layer->window) * layer->input.channels + 3);
}

#if KL_DSP

/// Copies the window of an output pixel, padding included.
static __attribute__((noinline, unused)) void copy_padded_window(const kl_conv_layer *layer,
                                                                 const int8_t *input, int32_t y,
                                                                 int32_t x, int8_t *patch) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels, pitch = layer->input.width * channels;
    int32_t row_bytes = window->kernel_width * channels;
    kl_span span = kl_window_span(x, window->kernel_width, layer->input.width);
    const int8_t *source = input + y * pitch + (x + span.first) * channels;
    kl_fill_bytes(patch, layer->input_zero_point, window->kernel_height * row_bytes);
    patch += span.first * channels;
    for (int32_t ky = 0; ky < window->kernel_height; ky++, source += pitch, patch += row_bytes)
        if (y + ky >= 0 && y + ky < layer->input.height)
            kl_copy_bytes(patch, source, (span.last - span.first) * channels);
}

/// Writes `bytes` / 4 groups of padding into every other pair of words.
KL_INLINE int32_t *pad_groups(int32_t bytes, int32_t *target) {
    for (; bytes > 0; bytes -= 4, target += 4)
        target[0] = target[1] = 0;
    return target;
}

/// Widens a window whose pixels are whole groups.
static __attribute__((noinline, unused)) void widen_window(const kl_conv_layer *layer,
                                                           const int8_t *input, int32_t y,
                                                           int32_t x, int32_t zero,
                                                           int32_t *target) {
    int32_t kernel = layer->window.kernel_width, channels = layer->input.channels;
    int32_t pitch = layer->input.width * channels;
    kl_span span = kl_window_span(x, kernel, layer->input.width);
    const int8_t *source = input + y * pitch + (x + span.first) * channels;
    for (int32_t ky = 0; ky < layer->window.kernel_height; ky++, source += pitch) {
        if (y + ky < 0 || y + ky >= layer->input.height) {
            target = pad_groups(kernel * channels, target);
            continue;
        }
        target = pad_groups(span.first * channels, target);
        target = widen_words(source, (span.last - span.first) * channels >> 2, zero, target);
        target = pad_groups((kernel - span.last) * channels, target);
    }
}

/// Widens the windows of `count` output pixels from number `pixel` on, two side by side; the last
/// of an odd number twice. `row` is taps rounded up to whole groups.
static __attribute__((unused)) void fill_windows(const kl_conv_layer *layer, const int8_t *input,
                                                 int32_t pixel, int32_t count, int32_t row,
                                                 int32_t zero, int8_t *patch, int32_t *target) {
    const kl_window *window = &layer->window;
    int32_t channels = layer->input.channels, pitch = layer->input.width * channels;
    int32_t row_bytes = window->kernel_width * channels, direct = patch_bytes(layer) == 0;
    int32_t last_y = layer->input.height - window->kernel_height;
    int32_t last_x = layer->input.width - window->kernel_width;
    int32_t column = pixel % layer->output.width;
    int32_t x = column * window->stride_width - window->pad_left;
    int32_t y = pixel / layer->output.width * window->stride_height - window->pad_top;
    for (int32_t i = 0; i < count; i++, x += window->stride_width, column++) {
        if (column == layer->output.width) {
            column = 0;
            x = -window->pad_left;
            y += window->stride_height;
        }
        int32_t *next = target + (i >> 1) * row + 2 * (i & 1);
        if (direct) {
            widen_window(layer, input, y, x, zero, next);
            continue;
        }
        // Whole words read up to 3 bytes beyond the window, which have to be in the input.
        int32_t right = y < last_y ? last_x : last_x - (channels < 3 ? 3 : 1);
        if (y >= 0 && y <= last_y && x >= 0 && x <= right) {
            const int8_t *source = input + y * pitch + x * channels;
            int8_t *copy = patch;
            for (int32_t ky = window->kernel_height; ky > 0; ky--) {
                kl_copy_words(copy, source, row_bytes);
                source += pitch;
                copy += row_bytes;
            }
        } else {
            copy_padded_window(layer, input, y, x, patch);
        }
        widen_words(patch, row >> 2, zero, next);
    }
    if ((count & 1) == 0)
        return;
    target += (count >> 1) * row;
    for (int32_t i = 0; i < row; i += 4) {
        target[i + 2] = target[i];
        target[i + 3] = target[i + 1];
    }
}

#endif
#endif
