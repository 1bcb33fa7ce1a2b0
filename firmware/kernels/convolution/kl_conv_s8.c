// SPDX-License-Identifier: Apache-2.0
#include "convolution/channel_pair.h"
#include "convolution/windows.h"
#include "internal/columns.h"
#include "internal/geometry.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

/// Bytes for widened pixels. Fewer than LEAST_PIXELS at a time are hardly worth unpacking weights;
/// of long rows, whose pixels would take much memory, half of that.
#define PIXEL_BYTES 2048
#define LEAST_PIXELS 8
#define LONG_ROW 512

/// Taps of an output channel, rounded up to whole groups.
static int32_t row_taps(const kl_conv_layer *layer) {
    return kl_round_up_4(kl_taps(&layer->window) * layer->input.channels);
}

/// Pixels that are widened at a time, an even number.
static int32_t block_pixels(const kl_conv_layer *layer) {
    int32_t row = row_taps(layer), pixels = PIXEL_BYTES / (4 * row) * 2;
    pixels = kl_max(pixels, row < LONG_ROW ? LEAST_PIXELS : LEAST_PIXELS / 2);
    return kl_min(pixels, (kl_pixels(&layer->output) + 1) & ~1);
}

int32_t kl_conv_s8_scratch_bytes(const kl_conv_layer *layer, int32_t overlay_count) {
    // Pixels, the weights of two channels, the places of trained taps among these.
    int32_t rows = (block_pixels(layer) + 2) * row_taps(layer) * (int32_t)sizeof(int16_t);
    int32_t places = kl_taps(&layer->window) * overlay_count * (int32_t)sizeof(uint16_t);
    return rows + kl_round_up_4(places) + patch_bytes(layer);
}

#if KL_DSP

/// What one call works on.
typedef struct {
    const kl_conv_layer *layer;
    const kl_weights *weights;
    const int32_t *bias;
    int32_t *pixels; ///< widened
    int32_t *unpacked;
    uint16_t *places;
    int8_t *patch;
    int32_t taps;
    int32_t row;
    int32_t trained; ///< taps of a channel in the overlay
} conv_work;

/// Lists where in the unpacked weights each trained tap of a channel is.
static void list_places(const conv_work *work) {
    const kl_weights *weights = work->weights;
    uint16_t *places = work->places;
    for (int32_t tap = 0; tap < work->taps; tap += work->layer->input.channels)
        for (int32_t i = 0; i < weights->overlay_count; i++) {
            int32_t at = tap + weights->overlay_channels[i];
            *places++ = (uint16_t)((at & ~3) * 2 + (at & 1) * 2 + (at >> 1 & 1));
        }
}

/// Unpacks the weights of two channels; trained ones replace those of the base.
static void unpack_pair(const conv_work *work, int32_t channel, int32_t next) {
    const int8_t *base = work->weights->base;
    unpack_weights(base + channel * work->taps, base + next * work->taps, work->taps,
                   work->unpacked);
    int16_t *target = (int16_t *)work->unpacked;
    const int8_t *first = work->weights->overlay + channel * work->trained;
    const int8_t *second = work->weights->overlay + next * work->trained;
    for (int32_t i = 0; i < work->trained; i++) {
        target[work->places[i]] = first[i];
        target[work->places[i] + 4] = second[i];
    }
}

/// Sets `scale` where the quick requantisation can have it.
KL_INLINE int32_t set_scale(const kl_conv_layer *layer, int32_t channel, channel_scale *scale) {
    int32_t shift = layer->shifts[channel];
    if (!kl_is_quick(shift))
        return 0;
    scale->offset = kl_quick_offset(layer->output_zero_point, shift);
    scale->multiplier = layer->multipliers[channel];
    scale->exponent = -shift;
    return 1;
}

/// Outputs of two channels at `count` pixels, which are widened.
static void run_pair(const conv_work *work, int32_t channel, int32_t count, int8_t *output) {
    const kl_conv_layer *layer = work->layer;
    const int32_t *bias = work->bias, *pixels = work->pixels;
    int32_t row = work->row, next = channel + (layer->output.channels > 1);
    unpack_pair(work, channel, next);
    channel_pair pair;
    pair.starts[0] = pair.starts[1] = 2 * bias[channel];
    pair.starts[2] = pair.starts[3] = 2 * bias[next];
    pair.weights = work->unpacked;
    pair.weights_end = pair.weights + row;
    pair.pixels_end = pixels + (count >> 1) * row;
    pair.output = output + channel;
    pair.step = layer->output.channels;
    int32_t quick = set_scale(layer, channel, &pair.first) &&
                    set_scale(layer, next, &pair.second) && next != channel;
    for (;;) {
        if (pixels != pair.pixels_end && quick)
            multiply_pixels(&pair, pixels, row >> 2);
        else if (pixels != pair.pixels_end)
            multiply_pixels_any_shift(&pair, layer, channel, pixels);
        if ((count & 1) == 0 || pair.step == 0)
            return;
        // The last pixel of an odd number stands there twice.
        pixels = pair.pixels_end;
        pair.pixels_end += row;
        pair.output = output + channel + (count - 1) * layer->output.channels;
        pair.step = 0;
    }
}

/// Widens `count` pixels from number `pixel` on; the last of an odd number twice.
static void fill_pixels(const conv_work *work, const int8_t *input, int32_t pixel, int32_t count) {
    const kl_conv_layer *layer = work->layer;
    int32_t zero = kl_zero_pair(-2 * layer->input_zero_point);
    int32_t channels = layer->input.channels, *target = work->pixels;
    if (kl_is_pointwise(layer)) {
        const int8_t *first = input + pixel * channels;
        for (; count > 0; count -= 2, first += 2 * channels)
            target =
                widen_pixels(first, count > 1 ? first + channels : first, channels, zero, target);
        return;
    }
    fill_windows(layer, input, pixel, count, work->row, zero, work->patch, target);
}

void kl_conv_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                const int32_t *bias, int8_t *output, void *scratch) {
    int32_t block = block_pixels(layer), pixels = kl_pixels(&layer->output);
    int32_t outputs = layer->output.channels, kernel = kl_taps(&layer->window);
    conv_work work = {.layer = layer, .weights = weights, .bias = bias, .pixels = scratch};
    work.taps = kernel * layer->input.channels;
    work.row = row_taps(layer);
    work.trained = kernel * weights->overlay_count;
    work.unpacked = work.pixels + block / 2 * work.row;
    work.places = (uint16_t *)(work.unpacked + work.row);
    work.patch = (int8_t *)(work.places + (work.trained + 1) / 2 * 2);
    list_places(&work);
    for (int32_t pixel = 0; pixel < pixels; pixel += block) {
        int32_t count = kl_min(block, pixels - pixel);
        fill_pixels(&work, input, pixel, count);
        // The last of an odd number of channels goes with the one before it, once more.
        for (int32_t i = 0; i < outputs; i += 2)
            run_pair(&work, kl_max(kl_min(i, outputs - 2), 0), count, output + pixel * outputs);
    }
    kl_clamp_outputs(output, pixels * outputs, layer->activation_min, layer->activation_max);
}

#else

/// Widens the window of an output pixel less the zero point; padding is 0.
static void widen_taps(const kl_conv_layer *layer, const int8_t *input, int32_t pixel,
                       int16_t *target) {
    const kl_window *window = &layer->window;
    int32_t zero = layer->input_zero_point, channels = layer->input.channels;
    int32_t reach = window->kernel_width * channels, width = layer->output.width;
    int32_t y = pixel / width * window->stride_height - window->pad_top;
    int32_t x = pixel % width * window->stride_width - window->pad_left;
    kl_span columns = kl_window_span(x, window->kernel_width, layer->input.width);
    int32_t first = columns.first * channels, last = columns.last * channels;
    for (int32_t ky = 0; ky < window->kernel_height; ky++, y++, target += reach) {
        int32_t is_inside = y >= 0 && y < layer->input.height;
        const int8_t *source = input + (y * layer->input.width + x) * channels;
        for (int32_t i = 0; i < reach; i++)
            target[i] = is_inside && i >= first && i < last ? (int16_t)(source[i] - zero) : 0;
    }
}

/// Widens a channel's weights, the trained ones added.
static void widen_weights(const kl_weights *weights, int32_t channel, int32_t kernel,
                          int32_t channels, int16_t *target) {
    int32_t trained = weights->overlay_count;
    const int8_t *base = weights->base + channel * kernel * channels;
    const int8_t *overlay = weights->overlay + channel * kernel * trained;
    for (int32_t i = 0; i < kernel * channels; i++)
        target[i] = base[i];
    for (int32_t tap = 0; tap < kernel; tap++, target += channels, overlay += trained)
        for (int32_t i = 0; i < trained; i++) {
            int16_t *weight = target + weights->overlay_channels[i];
            *weight = (int16_t)(*weight + overlay[i]);
        }
}

void kl_conv_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                const int32_t *bias, int8_t *output, void *scratch) {
    kl_output_clamp clamp = kl_make_output_clamp(layer);
    int32_t kernel = kl_taps(&layer->window), channels = layer->input.channels;
    int32_t taps = kernel * channels, row = row_taps(layer), block = block_pixels(layer);
    int32_t outputs = layer->output.channels, pixels = kl_pixels(&layer->output);
    int16_t *windows = scratch, *widened = windows + block * row;
    for (int32_t pixel = 0; pixel < pixels; pixel += block, output += block * outputs) {
        int32_t count = kl_min(block, pixels - pixel);
        for (int32_t i = 0; i < count; i++)
            widen_taps(layer, input, pixel + i, windows + i * row);
        for (int32_t channel = 0; channel < outputs; channel++) {
            widen_weights(weights, channel, kernel, channels, widened);
            for (int32_t i = 0; i < count; i++) {
                const int16_t *taken = windows + i * row;
                int32_t sum = bias[channel];
                for (int32_t tap = 0; tap < taps; tap++)
                    sum += taken[tap] * widened[tap];
                output[i * outputs + channel] = kl_output_value(
                    &clamp, sum, layer->multipliers[channel], layer->shifts[channel]);
            }
        }
    }
}

#endif
