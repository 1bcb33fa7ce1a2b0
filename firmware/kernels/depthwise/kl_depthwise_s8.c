// SPDX-License-Identifier: Apache-2.0
#include "depthwise/row_sums.h"
#include "internal/plane.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

/// Output rows whose sums are kept at a time.
#define ROWS 8

/// Words for the weights of one channel: up to 4 taps of a row in two words.
static int32_t packed_words(const kl_window *window) {
    return window->kernel_height * ((window->kernel_width + 3) / 4) * 2;
}

/// Channels that are copied at a time, and bytes for each.
typedef struct {
    int32_t count;
    int32_t bytes;
} plane_set;

/// Four planes are quicker to fill than one; large ones are not worth the memory.
#define PLANE_LIMIT 4096

static plane_set make_planes(const kl_conv_layer *layer) {
    plane_set planes = {1, kl_padded_height(layer) * kl_padded_width(layer) + KL_PLANE_SLACK};
    if (4 * planes.bytes <= PLANE_LIMIT && layer->input.channels >= 4)
        planes.count = 4;
    return planes;
}

int32_t kl_depthwise_s8_scratch_bytes(const kl_conv_layer *layer) {
    int32_t words = packed_words(&layer->window) + ROWS * layer->output.width + 1;
    plane_set planes = make_planes(layer);
    return words * 4 + planes.count * planes.bytes;
}

#if KL_DSP
/// One output of write_shifted.
KL_INLINE void write_output(const kl_conv_layer *layer, int32_t sum, int32_t start,
                            int32_t multiplier, int32_t exponent, int32_t half, int32_t narrow,
                            int8_t *output) {
    int32_t value = kl_smmulr(start + sum * 2, multiplier);
    value = kl_ssat8((value + (value >> 31) + half) >> exponent);
    if (narrow)
        value = kl_clamp(value, layer->activation_min, layer->activation_max);
    *output = (int8_t)value;
}

/// write_outputs for right shifts that leave room for the zero point above its bits; `narrow` is
/// a constant where this is inlined.
KL_INLINE void write_shifted(const kl_conv_layer *layer, const int32_t *sums, int32_t count,
                             int32_t start, int32_t c, int32_t narrow, int8_t *output) {
    int32_t multiplier = layer->multipliers[c], exponent = -layer->shifts[c];
    int32_t half = (1 << (exponent - 1)) + layer->output_zero_point * (1 << exponent);
    int32_t stride = layer->output.channels;
    start *= 2;
    // Keeps the doubled start: adding it to a doubled sum takes one instruction.
    __asm__("" : "+r"(start));
    for (; count >= 4; count -= 4, sums += 4, output += 4 * stride) {
        int8_t *third = output + 2 * stride;
        write_output(layer, sums[0], start, multiplier, exponent, half, narrow, output);
        write_output(layer, sums[1], start, multiplier, exponent, half, narrow, output + stride);
        write_output(layer, sums[2], start, multiplier, exponent, half, narrow, third);
        write_output(layer, sums[3], start, multiplier, exponent, half, narrow, third + stride);
    }
    for (; count > 0; count--, output += stride)
        write_output(layer, *sums++, start, multiplier, exponent, half, narrow, output);
}
#endif

/// Outputs of `count` neighbouring pixels from their sums, to which `start` is added.
static __attribute__((noinline)) void write_outputs(const kl_conv_layer *layer, const int32_t *sums,
                                                    int32_t count, int32_t start, int32_t c,
                                                    int8_t *output) {
    int32_t multiplier = layer->multipliers[c], shift = layer->shifts[c];
    kl_output_clamp clamp = kl_make_output_clamp(layer);
#if KL_DSP
    // |value| < 2^30 and |zero point| <= 2^7: no overflow.
    if (shift < 0 && shift >= -22) {
        if (clamp.narrow)
            write_shifted(layer, sums, count, start, c, 1, output);
        else
            write_shifted(layer, sums, count, start, c, 0, output);
        return;
    }
#endif
    for (int32_t i = 0; i < count; i++, output += layer->output.channels)
        *output = kl_output_value(&clamp, sums[i] + start, multiplier, shift);
}

/// All outputs of one channel, whose plane is filled.
static void run_channel(const kl_conv_layer *layer, const int8_t *plane, const int8_t *weights,
                        int32_t bias, int32_t c, int32_t *packed, int8_t *output) {
    const kl_window *window = &layer->window;
    int32_t *sums = packed + packed_words(window), width = kl_padded_width(layer);
    row_work work = {window, packed, width, layer->output.width};
    // Padding is the zero point, whose part in the sums is taken back here.
    int32_t total = pack_weights(window, weights + c, layer->input.channels, packed);
    int32_t start = bias - layer->input_zero_point * total;
    int32_t row_bytes = layer->output.width * layer->output.channels;
    for (int32_t y = 0; y < layer->output.height; y += ROWS) {
        int32_t rows = kl_min(ROWS, layer->output.height - y);
        sum_rows(&work, plane + y * window->stride_height * width, rows, sums);
        write_outputs(layer, sums, rows * layer->output.width, start, c,
                      output + y * row_bytes + c);
    }
}

void kl_depthwise_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                     const int32_t *bias, int8_t *output, void *scratch) {
    int32_t channels = layer->input.channels;
    plane_set planes = make_planes(layer);
    int32_t *packed = scratch;
    int8_t *plane =
        (int8_t *)(packed + packed_words(&layer->window) + ROWS * layer->output.width + 1);
    kl_fill_bytes(plane, layer->input_zero_point, planes.count * planes.bytes);
    for (int32_t c = 0; c < channels;) {
        int32_t count = kl_min(planes.count, channels - c);
        kl_copy_planes_s8(layer, input + c, count, kl_padded_width(layer), planes.bytes, plane);
        for (int32_t i = 0; i < count; i++, c++)
            run_channel(layer, plane + i * planes.bytes, weights->base, bias[c], c, packed, output);
    }
}
