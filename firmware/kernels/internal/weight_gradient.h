// SPDX-License-Identifier: Apache-2.0
/// Weight gradient of a convolution, four input channels of one tap at a time.
///
/// The inputs of a group of such blocks are packed once as pairs of pixels, then the gradients of
/// every two output channels are packed and multiplied with all of them. What becomes of the sums
/// is up to the caller: `sink` is a constant where this is inlined.
#ifndef KINGLET_INTERNAL_WEIGHT_GRADIENT_H
#define KINGLET_INTERNAL_WEIGHT_GRADIENT_H

#include "internal/block_float.h"
#include "internal/memory.h"
#include "internal/packed_inputs.h"
#include "internal/weight_products.h"

/// Pixels that are packed at a time; sums of so many products are exact in 32 bits.
#define KL_PIXEL_CHUNK 256

/// Bytes of packed inputs at a time, as far as one block takes no more.
#define KL_PACKED_BYTES 1536

/// Sums of a layer of one pixel that are handed over at a time.
#define KL_OUTER_CHUNK 32

/// Takes the sums of `count` neighbouring weights from `index` of [out][tap][channel].
typedef void kl_weight_sink(void *context, int32_t output, int32_t index, int32_t count,
                            const int32_t *sums);

/// Bits dropped from each chunk's sums so that all chunks add up below 2^31:
/// |g| <= 2^M and |x - z| <= 255.
KL_INLINE int32_t kl_chunk_drop(int32_t pixels) {
    return kl_max(0, kl_ceil_log2(pixels) - (31 - KL_GRADIENT_MAGNITUDE_BITS - 8));
}

/// How the work is cut.
typedef struct {
    int32_t pairs;  ///< of pixels in a chunk
    int32_t blocks; ///< of four input channels in a group; 1 where there are several chunks
    int32_t tile;   ///< words of sums beside those of two output channels: of all, over chunks
} kl_weight_cut;

KL_INLINE kl_weight_cut kl_cut_weights(const kl_conv_layer *layer) {
    int32_t pixels = kl_pixels(&layer->output);
    kl_weight_cut cut = {(kl_min(pixels, KL_PIXEL_CHUNK) + 1) / 2, 1, 0};
    int32_t block_bytes = cut.pairs * 4 * (int32_t)sizeof(int32_t);
    if (pixels > KL_PIXEL_CHUNK)
        cut.tile = layer->output.channels * 4;
    else
        cut.blocks =
            kl_max(1, kl_min(KL_PACKED_BYTES / block_bytes, (layer->input.channels + 3) / 4));
    return cut;
}

/// Packed inputs of a group, packed gradients and sums of two output channels, tile.
KL_INLINE int32_t kl_weight_gradient_scratch(const kl_conv_layer *layer) {
    kl_weight_cut cut = kl_cut_weights(layer);
    int32_t words = cut.blocks * cut.pairs * 4 + cut.pairs * 2 + cut.blocks * 8 + cut.tile;
    return words * (int32_t)sizeof(int32_t);
}

/// Parts of scratch, and what is multiplied.
typedef struct {
    kl_weight_cut cut;
    int16_t *inputs;
    int16_t *gradients;
    int32_t *sums;
    int32_t *tile;
} kl_weight_work;

KL_INLINE kl_weight_work kl_make_weight_work(const kl_conv_layer *layer, void *scratch) {
    kl_weight_work work = {kl_cut_weights(layer), scratch, 0, 0, 0};
    work.gradients = work.inputs + work.cut.blocks * work.cut.pairs * 8;
    work.sums = (int32_t *)(work.gradients + work.cut.pairs * 4);
    work.tile = work.sums + work.cut.blocks * 8;
    return work;
}

/// Packs `channels` input channels from block->channel on.
static __attribute__((noinline, unused)) void kl_pack_group(const kl_weight_work *work,
                                                            kl_input_block block, int32_t channels,
                                                            int32_t first, int32_t pixels) {
    int16_t *packed = work->inputs;
    for (; channels > 0; channels -= 4, block.channel += 4, packed += (pixels + 1) / 2 * 8) {
        block.count = kl_min(4, channels);
        kl_pack_block(&block, first, pixels, packed);
    }
}

/// Sums over packed pixels for output channels `output` and, where there is one, the next.
static __attribute__((noinline, unused)) void
kl_multiply_group(const kl_weight_work *work, const kl_conv_layer *layer, const kl_grad *gradient,
                  int32_t pixels, int32_t output, int32_t blocks) {
    int32_t outputs = layer->output.channels, pairs = (pixels + 1) / 2;
    kl_pack_gradients(gradient + output, kl_min(2, outputs - output), outputs, pixels,
                      work->gradients);
    kl_weight_products products = {work->gradients,
                                   (uint32_t)(-pairs & 3) * 44U,
                                   work->gradients + pairs * 4,
                                   work->inputs,
                                   work->sums,
                                   work->sums + blocks * 4,
                                   blocks * 4 * (int32_t)sizeof(int32_t)};
    kl_multiply_blocks(&products);
}

/// All weights of one tap and one group of input channels: packs, multiplies, hands over.
KL_INLINE void kl_group_gradient(const kl_weight_work *work, const kl_input_block *block,
                                 int32_t channels, const kl_grad *gradient, int32_t index,
                                 int32_t row, kl_weight_sink *sink, void *context) {
    const kl_conv_layer *layer = block->layer;
    int32_t pixels = kl_pixels(&layer->output), outputs = layer->output.channels;
    int32_t blocks = (channels + 3) / 4, drop = kl_chunk_drop(pixels);
    if (work->cut.tile == 0) {
        kl_pack_group(work, *block, channels, 0, pixels);
        for (int32_t oc = 0; oc < outputs; oc += 2) {
            kl_multiply_group(work, layer, gradient, pixels, oc, blocks);
            for (int32_t i = 0; i < kl_min(2, outputs - oc); i++, index += row)
                sink(context, oc + i, index, channels, work->sums + i * blocks * 4);
        }
        return;
    }
    kl_fill_bytes(work->tile, 0, outputs * 4 * (int32_t)sizeof(int32_t));
    for (int32_t first = 0; first < pixels; first += KL_PIXEL_CHUNK) {
        int32_t count = kl_min(KL_PIXEL_CHUNK, pixels - first);
        kl_pack_group(work, *block, channels, first, count);
        for (int32_t oc = 0; oc < outputs; oc += 2) {
            kl_multiply_group(work, layer, gradient + first * outputs, count, oc, 1);
            for (int32_t i = 0; i < kl_min(2, outputs - oc) * 4; i++)
                work->tile[oc * 4 + i] += kl_jam(work->sums[i], drop);
        }
    }
    for (int32_t oc = 0; oc < outputs; oc++, index += row)
        sink(context, oc, index, channels, work->tile + oc * 4);
}

/// One output pixel and one tap, as in fully connected layers: each sum is one product.
KL_INLINE void kl_outer_product(const kl_conv_layer *layer, const int8_t *input, int32_t features,
                                const kl_grad *gradient, kl_weight_sink *sink, void *context) {
    int32_t zero = layer->input_zero_point, index = 0;
    for (int32_t oc = 0; oc < layer->output.channels; oc++) {
        int32_t g = gradient[oc], sums[KL_OUTER_CHUNK], start = g * -zero;
        for (int32_t i = 0; i < features; i += KL_OUTER_CHUNK) {
            int32_t count = kl_min(KL_OUTER_CHUNK, features - i);
#pragma GCC unroll 4
            for (int32_t k = 0; k < count; k++)
                sums[k] = g * input[i + k] + start;
            sink(context, oc, index + i, count, sums);
        }
        index += features;
    }
}

/// Hands the sums of every weight to `sink`: for one pixel output channel by output channel, else
/// tap by tap, group by group of input channels,
/// output channel by output channel. Their exponent is kl_weight_gradient_exponent.
KL_INLINE void kl_each_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                       int32_t input_channels, const kl_grad *gradient,
                                       void *scratch, kl_weight_sink *sink, void *context) {
    const kl_window *window = &layer->window;
    if (kl_is_pointwise(layer) && kl_pixels(&layer->output) == 1) {
        kl_outer_product(layer, input, input_channels, gradient, sink, context);
        return;
    }
    kl_weight_work work = kl_make_weight_work(layer, scratch);
    kl_input_block block = {layer, input, input_channels, 0, 0, 0, 0};
    int32_t taps = kl_taps(window), group = work.cut.blocks * 4;
    for (int32_t tap = 0; tap < taps; tap++) {
        block.ky = tap / window->kernel_width;
        block.kx = tap % window->kernel_width;
        for (block.channel = 0; block.channel < input_channels; block.channel += group)
            kl_group_gradient(&work, &block, kl_min(group, input_channels - block.channel),
                              gradient, tap * input_channels + block.channel, taps * input_channels,
                              sink, context);
    }
}

KL_INLINE int32_t kl_weight_gradient_exponent(const kl_conv_layer *layer,
                                              const kl_gradient *gradient) {
    return gradient->exponent + kl_chunk_drop(kl_pixels(&layer->output));
}

#endif
