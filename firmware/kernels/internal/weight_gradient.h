// SPDX-License-Identifier: Apache-2.0
/// Weight gradient of a convolution, four input channels of one tap at a time.
///
/// The inputs of a block of channels are packed once as pairs of pixels, then every output
/// channel's gradient is multiplied with them. What becomes of the sums is up to the caller:
/// `sink` is a constant where this is inlined.
#ifndef KINGLET_INTERNAL_WEIGHT_GRADIENT_H
#define KINGLET_INTERNAL_WEIGHT_GRADIENT_H

#include "internal/block_float.h"
#include "internal/geometry.h"
#include "internal/memory.h"

/// Pixels that are packed at a time; sums of so many products are exact in 32 bits.
#define KL_PIXEL_CHUNK 256

/// Sums of a layer of one pixel that are handed over at a time.
#define KL_OUTER_CHUNK 32

/// Takes the sums of `count` (1...KL_OUTER_CHUNK) neighbouring weights from `index` of
/// [out][tap][channel].
typedef void kl_weight_sink(void *context, int32_t output, int32_t index, int32_t count,
                            const int32_t *sums);

/// Bits dropped from each chunk's sums so that all chunks add up below 2^31:
/// |g| <= 2^M and |x - z| <= 255.
KL_INLINE int32_t kl_chunk_drop(int32_t pixels) {
    return kl_max(0, kl_ceil_log2(pixels) - (31 - KL_GRADIENT_MAGNITUDE_BITS - 8));
}

KL_INLINE int32_t kl_weight_gradient_scratch(const kl_conv_layer *layer) {
    int32_t pixels = kl_pixels(&layer->output);
    int32_t packed = (kl_min(pixels, KL_PIXEL_CHUNK) + 1) / 2 * 4 * (int32_t)sizeof(int32_t);
    int32_t tile = pixels > KL_PIXEL_CHUNK ? layer->output.channels * 4 : 0;
    return packed + tile * (int32_t)sizeof(int32_t);
}

typedef struct {
    const kl_conv_layer *layer;
    const int8_t *input;
    int32_t input_channels;
    int32_t channel; ///< first of the block
    int32_t count;   ///< 1...4
    int32_t ky;
    int32_t kx;
} kl_input_block;

/// The block's inputs at one output pixel, with the zero point subtracted; 0 in the padding.
static inline void kl_block_inputs(const kl_input_block *block, int32_t pixel, int32_t values[4]) {
    const kl_conv_layer *layer = block->layer;
    const kl_window *window = &layer->window;
    int32_t y = pixel, x = 0;
    if (!kl_is_pointwise(layer)) {
        y = pixel / layer->output.width * window->stride_height - window->pad_top + block->ky;
        x = pixel % layer->output.width * window->stride_width - window->pad_left + block->kx;
        if (y < 0 || y >= layer->input.height || x < 0 || x >= layer->input.width) {
            values[0] = values[1] = values[2] = values[3] = 0;
            return;
        }
        y *= layer->input.width;
    }
    const int8_t *source = block->input + (y + x) * block->input_channels + block->channel;
    for (int32_t i = 0; i < 4; i++)
        values[i] = i < block->count ? source[i] - layer->input_zero_point : 0;
}

/// Pairs of pixels as [pair][channel] words of two halves.
static __attribute__((noinline, unused)) void
kl_pack_block(const kl_input_block *block, int32_t first, int32_t pixels, int16_t *packed) {
    int32_t i = 0;
#if KL_DSP
    if (block->count == 4 && kl_is_pointwise(block->layer)) {
        // Whole words: unpack two pixels and pair their halves.
        int32_t zero = block->layer->input_zero_point, channels = block->input_channels;
        const int8_t *source = block->input + first * channels + block->channel;
        zero = kl_pkhbt(zero, zero);
        for (; i + 1 < pixels; i += 2, packed += 8, source += 2 * channels) {
            int32_t low = kl_load_word(source), high = kl_load_word(source + channels);
            int32_t even = kl_ssub16(kl_sxtb16(low), zero), odd = kl_sxtb16_ror8(low);
            int32_t even_high = kl_ssub16(kl_sxtb16(high), zero);
            int32_t odd_high = kl_ssub16(kl_sxtb16_ror8(high), zero);
            odd = kl_ssub16(odd, zero);
            int32_t words[4] = {kl_pkhbt(even, even_high), kl_pkhbt(odd, odd_high),
                                kl_pkhtb(even_high, even), kl_pkhtb(odd_high, odd)};
            memcpy(packed, words, sizeof words);
        }
    }
#endif
    for (; i < pixels; i += 2, packed += 8) {
        int32_t low[4], high[4] = {0, 0, 0, 0};
        kl_block_inputs(block, first + i, low);
        if (i + 1 < pixels)
            kl_block_inputs(block, first + i + 1, high);
        for (int32_t k = 0; k < 4; k++) {
            packed[2 * k] = (int16_t)low[k];
            packed[2 * k + 1] = (int16_t)high[k];
        }
    }
}

#if KL_DSP

#if KINGLET_GRADIENT_BITS == 16
#define KL_LOAD_MANTISSA "ldrsh"
#else
#define KL_LOAD_MANTISSA "ldrsb"
#endif

/// Four channels' sums over pixels, for the output channel whose gradient is `stride` apart.
static __attribute__((noinline)) void kl_dot_pixels(const kl_grad *gradient, int32_t stride,
                                                    const int16_t *packed, int32_t pixels,
                                                    int32_t sums[4]) {
    const int32_t *words = (const int32_t *)packed;
    const int32_t *end = words + pixels / 2 * 4;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
#if defined(KINGLET_DSP_EMULATION)
    for (; words != end; words += 4, gradient += 2 * stride) {
        int32_t pair = kl_pkhbt(gradient[0], gradient[stride]);
        s0 = kl_smlad(kl_load_word(words + 0), pair, s0);
        s1 = kl_smlad(kl_load_word(words + 1), pair, s1);
        s2 = kl_smlad(kl_load_word(words + 2), pair, s2);
        s3 = kl_smlad(kl_load_word(words + 3), pair, s3);
    }
#else
    // Assembly for the double loads: 8 products in 12 instructions.
    int32_t bytes = stride * (int32_t)sizeof(kl_grad), pair, next, w0, w1;
    if (words != end)
        __asm__("1:\n" KL_LOAD_MANTISSA " %[pair], [%[gradient]]\n" KL_LOAD_MANTISSA
                " %[next], [%[gradient], %[bytes]]\n"
                "ldrd %[w0], %[w1], [%[words]], #8\n"
                "add %[gradient], %[gradient], %[bytes], lsl #1\n"
                "pkhbt %[pair], %[pair], %[next], lsl #16\n"
                "smlad %[s0], %[w0], %[pair], %[s0]\n"
                "smlad %[s1], %[w1], %[pair], %[s1]\n"
                "ldrd %[w0], %[w1], [%[words]], #8\n"
                "smlad %[s2], %[w0], %[pair], %[s2]\n"
                "smlad %[s3], %[w1], %[pair], %[s3]\n"
                "cmp %[words], %[end]\n"
                "bne 1b\n"
                : [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3),
                  [gradient] "+r"(gradient), [words] "+r"(words), [pair] "=&r"(pair),
                  [next] "=&r"(next), [w0] "=&r"(w0), [w1] "=&r"(w1)
                : [end] "r"(end), [bytes] "r"(bytes)
                : "cc", "memory");
#endif
    if ((pixels & 1) != 0) {
        int32_t last = gradient[0];
        s0 = kl_smlabb(kl_load_word(words + 0), last, s0);
        s1 = kl_smlabb(kl_load_word(words + 1), last, s1);
        s2 = kl_smlabb(kl_load_word(words + 2), last, s2);
        s3 = kl_smlabb(kl_load_word(words + 3), last, s3);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

#else

static inline void kl_dot_pixels(const kl_grad *gradient, int32_t stride, const int16_t *packed,
                                 int32_t pixels, int32_t sums[4]) {
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t i = 0; i < pixels; i++, gradient += stride) {
        const int16_t *values = packed + i / 2 * 8 + i % 2;
        s0 += *gradient * values[0];
        s1 += *gradient * values[2];
        s2 += *gradient * values[4];
        s3 += *gradient * values[6];
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

#endif

/// All weights of one tap and block: packs, multiplies, hands over.
KL_INLINE void kl_block_gradient(const kl_input_block *block, const kl_grad *gradient,
                                 int32_t index, int32_t row, void *scratch, kl_weight_sink *sink,
                                 void *context) {
    const kl_conv_layer *layer = block->layer;
    int32_t pixels = kl_pixels(&layer->output), outputs = layer->output.channels;
    int16_t *packed = scratch;
    int32_t sums[4];
    if (pixels <= KL_PIXEL_CHUNK) {
        kl_pack_block(block, 0, pixels, packed);
        for (int32_t oc = 0; oc < outputs; oc++, index += row) {
            kl_dot_pixels(gradient + oc, outputs, packed, pixels, sums);
            sink(context, oc, index, block->count, sums);
        }
        return;
    }
    int32_t *tile = (int32_t *)scratch + KL_PIXEL_CHUNK / 2 * 4;
    int32_t drop = kl_chunk_drop(pixels);
    kl_fill_bytes(tile, 0, outputs * 4 * (int32_t)sizeof(int32_t));
    for (int32_t first = 0; first < pixels; first += KL_PIXEL_CHUNK) {
        int32_t count = kl_min(KL_PIXEL_CHUNK, pixels - first);
        kl_pack_block(block, first, count, packed);
        for (int32_t oc = 0; oc < outputs; oc++) {
            kl_dot_pixels(gradient + first * outputs + oc, outputs, packed, count, sums);
            for (int32_t i = 0; i < 4; i++)
                tile[oc * 4 + i] += kl_jam(sums[i], drop);
        }
    }
    for (int32_t oc = 0; oc < outputs; oc++, index += row)
        sink(context, oc, index, block->count, tile + oc * 4);
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
/// tap by tap, block by block of four input channels,
/// output channel by output channel. Their exponent is kl_weight_gradient_exponent.
KL_INLINE void kl_each_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                       int32_t input_channels, const kl_grad *gradient,
                                       void *scratch, kl_weight_sink *sink, void *context) {
    const kl_window *window = &layer->window;
    if (kl_is_pointwise(layer) && kl_pixels(&layer->output) == 1) {
        kl_outer_product(layer, input, input_channels, gradient, sink, context);
        return;
    }
    kl_input_block block = {layer, input, input_channels, 0, 0, 0, 0};
    int32_t taps = kl_taps(window);
    for (int32_t tap = 0; tap < taps; tap++) {
        block.ky = tap / window->kernel_width;
        block.kx = tap % window->kernel_width;
        for (block.channel = 0; block.channel < input_channels; block.channel += 4) {
            block.count = kl_min(4, input_channels - block.channel);
            kl_block_gradient(&block, gradient, tap * input_channels + block.channel,
                              taps * input_channels, scratch, sink, context);
        }
    }
}

KL_INLINE int32_t kl_weight_gradient_exponent(const kl_conv_layer *layer,
                                              const kl_gradient *gradient) {
    return gradient->exponent + kl_chunk_drop(kl_pixels(&layer->output));
}

#endif
