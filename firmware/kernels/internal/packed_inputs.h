// SPDX-License-Identifier: Apache-2.0
/// Inputs of a weight gradient: four channels under one tap, packed as pairs of output pixels.
#ifndef KINGLET_INTERNAL_PACKED_INPUTS_H
#define KINGLET_INTERNAL_PACKED_INPUTS_H

#include "internal/geometry.h"

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

#endif
