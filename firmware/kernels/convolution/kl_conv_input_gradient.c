// SPDX-License-Identifier: Apache-2.0
#include "convolution/gradient_products.h"
#include "convolution/input_gradient.h"

/// Pixels of a 1x1 convolution whose sums are kept at a time; of others, one row.
#define PIXELS 16

static int32_t kept_pixels(const kl_conv_layer *layer) {
    return kl_is_pointwise(layer) ? kl_min(PIXELS, kl_pixels(&layer->input)) : layer->input.width;
}

int32_t kl_conv_input_gradient_scratch_bytes(const kl_conv_layer *layer) {
    int32_t outputs = layer->output.channels;
    int32_t weights = kl_taps(&layer->window) * kl_packed_tap(outputs);
    return kept_pixels(layer) * KL_BLOCK * (int32_t)sizeof(int32_t) +
           (weights + kl_round_up_4(outputs)) * (int32_t)sizeof(int16_t);
}

/// What a pass over all pixels for one block of input channels needs.
typedef struct {
    const kl_conv_layer *layer;
    const kl_gradient *gradient;
    int32_t *sums; ///< [pixel][channel of the block]
    const int16_t *packed;
    kl_gradient *result;
    int32_t stride; ///< channels of the result
    int32_t place;  ///< of the block among them
    int32_t count;  ///< 1...KL_BLOCK
    int32_t shift;  ///< bits dropped so far
} block_work;

static void clear_sums(int32_t *sums, int32_t pixels) {
#pragma GCC unroll 4
    for (const int32_t *end = sums + pixels * KL_BLOCK; sums != end; sums += KL_BLOCK)
        sums[0] = sums[1] = sums[2] = sums[3] = 0;
}

/// Stores a block's sums of `pixels` input pixels that are `step` apart; returns their magnitude.
static __attribute__((noinline)) uint32_t store_sums(const block_work *work, const int32_t *sums,
                                                     int32_t pixels, kl_grad *target,
                                                     int32_t step) {
    uint32_t magnitude = 0;
    int32_t shift = work->shift;
    if (work->count == KL_BLOCK) {
        for (const int32_t *end = sums + pixels * KL_BLOCK; sums != end;
             sums += KL_BLOCK, target += step) {
            magnitude |= kl_magnitude(sums[0]) | kl_magnitude(sums[1]) | kl_magnitude(sums[2]) |
                         kl_magnitude(sums[3]);
            target[0] = (kl_grad)kl_jam(sums[0], shift);
            target[1] = (kl_grad)kl_jam(sums[1], shift);
            target[2] = (kl_grad)kl_jam(sums[2], shift);
            target[3] = (kl_grad)kl_jam(sums[3], shift);
        }
        return magnitude;
    }
    for (; pixels > 0; pixels--, sums += KL_BLOCK, target += step)
        for (int32_t i = 0; i < work->count; i++) {
            magnitude |= kl_magnitude(sums[i]);
            target[i] = (kl_grad)kl_jam(sums[i], shift);
        }
    return magnitude;
}

/// Stores the sums of neighbouring input pixels from `pixel` on, dropping more bits where they need
/// it. Sums are kept by phase of `stride`.
static void store_run(block_work *work, int32_t pixel, int32_t pixels, int32_t stride) {
    int32_t channels = work->stride;
    kl_grad *target = work->result->data + pixel * channels + work->place;
    for (;;) {
        uint32_t magnitude = 0;
        const int32_t *sums = work->sums;
        for (int32_t phase = 0; phase < kl_min(stride, pixels); phase++) {
            int32_t count = (pixels - 1 - phase) / stride + 1;
            magnitude |=
                store_sums(work, sums, count, target + phase * channels, stride * channels);
            sums += count * KL_BLOCK;
        }
        int32_t needed = kl_needed_shift(magnitude);
        if (needed <= work->shift)
            return;
        // Once more, after everything before: the blocks of all pixels, and of this block the
        // pixels before these.
        kl_drop_bits(work->result->data, kl_pixels(&work->layer->input), work->place, channels,
                     needed - work->shift);
        kl_drop_bits(work->result->data + work->place, pixel, work->count, channels,
                     needed - work->shift);
        work->shift = needed;
    }
}

static void run_block_pointwise(block_work *work) {
    int32_t outputs = work->layer->output.channels, pixels = kl_pixels(&work->layer->input);
    for (int32_t pixel = 0; pixel < pixels; pixel += PIXELS) {
        int32_t count = kl_min(PIXELS, pixels - pixel);
        clear_sums(work->sums, count);
        kl_add_products(work->gradient->data + pixel * outputs, count, outputs, work->packed,
                        work->sums);
        store_run(work, pixel, count, 1);
    }
}

/// Adds the products of a tap in column `kx` of the kernel with a row of output pixels.
static void add_row(const block_work *work, const kl_grad *row, const int16_t *packed, int32_t kx) {
    const kl_conv_layer *layer = work->layer;
    int32_t stride = layer->window.stride_width, width = layer->input.width;
    // Output pixel ox meets input pixel ox * stride + offset.
    int32_t offset = kx - layer->window.pad_left, outputs = layer->output.channels;
    int32_t first = offset < 0 ? (stride - 1 - offset) / stride : 0;
    int32_t place = first * stride + offset;
    if (place >= width)
        return;
    int32_t last = kl_min(layer->output.width - 1, (width - 1 - offset) / stride);
    if (last < first)
        return;
    int32_t phase = place % stride, before = place / stride;
    for (int32_t i = 0; i < phase; i++)
        before += (width - 1 - i) / stride + 1;
    kl_add_products(row + first * outputs, last + 1 - first, outputs, packed,
                    work->sums + before * KL_BLOCK);
}

/// Any window, input row by input row: each gathers from the output rows whose windows cover it.
static void run_block(block_work *work) {
    const kl_conv_layer *layer = work->layer;
    const kl_window *window = &layer->window;
    int32_t width = layer->input.width, outputs = layer->output.channels;
    for (int32_t y = 0; y < layer->input.height; y++) {
        clear_sums(work->sums, width);
        for (int32_t ky = 0; ky < window->kernel_height; ky++) {
            int32_t top = y + window->pad_top - ky, oy = top / window->stride_height;
            if (top < 0 || oy >= layer->output.height || oy * window->stride_height != top)
                continue;
            const kl_grad *row = work->gradient->data + oy * layer->output.width * outputs;
            for (int32_t kx = 0; kx < window->kernel_width; kx++) {
                int32_t tap = ky * window->kernel_width + kx;
                add_row(work, row, work->packed + tap * kl_packed_tap(outputs), kx);
            }
        }
        store_run(work, y * width, width, window->stride_width);
    }
}

void kl_conv_input_gradient_of(const kl_conv_layer *layer, const kl_weights *weights,
                               const float *weight_scales, const kl_gradient *output_gradient,
                               kl_input_channels channels, kl_gradient *input_gradient,
                               void *scratch) {
    int32_t taps = kl_taps(&layer->window), outputs = layer->output.channels;
    int32_t *sums = scratch;
    int16_t *packed = (int16_t *)(sums + kept_pixels(layer) * KL_BLOCK);
    uint16_t *factors = (uint16_t *)(packed + taps * kl_packed_tap(outputs));
    kl_weight_scaling scaling =
        kl_prepare_weight_scaling(weight_scales, outputs, taps * outputs, factors);
    block_work work = {layer, output_gradient, sums, packed, input_gradient, channels.count, 0, 0,
                       0};
    for (; work.place < channels.count; work.place += KL_BLOCK) {
        work.count = kl_min(KL_BLOCK, channels.count - work.place);
        kl_pack_block_weights(layer, weights, channels.first + work.place, factors, scaling.shift,
                              packed);
        if (kl_is_pointwise(layer))
            run_block_pointwise(&work);
        else
            run_block(&work);
    }
    input_gradient->exponent = output_gradient->exponent + scaling.exponent + work.shift;
}

void kl_conv_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                            const float *weight_scales, const kl_gradient *output_gradient,
                            kl_gradient *input_gradient, void *scratch) {
    kl_input_channels all = {0, layer->input.channels};
    kl_conv_input_gradient_of(layer, weights, weight_scales, output_gradient, all, input_gradient,
                              scratch);
}
