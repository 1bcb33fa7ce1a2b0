// SPDX-License-Identifier: Apache-2.0
/// Scaled weights of four input channels, packed for a convolution's input gradient.
///
/// [tap][pair of channels][group of 4 output channels][pair of outputs][channel][half]: a word
/// holds one channel's weights of two output channels, those of kl_pair_slot. Channels and output
/// channels that do not exist are 0. Without the DSP extension [tap][channel][output channel].
#ifndef KINGLET_CONVOLUTION_PACKED_BLOCK_H
#define KINGLET_CONVOLUTION_PACKED_BLOCK_H

#include "internal/columns.h"
#include "internal/geometry.h"
#include "internal/memory.h"
#include "internal/scaled_weights.h"

/// Input channels of a block.
#define KL_BLOCK 4

/// Halves of one tap's weights.
KL_INLINE int32_t kl_packed_tap(int32_t outputs) {
    return kl_round_up_4(outputs) * KL_BLOCK;
}

/// Where a block's weights come from and go to.
typedef struct {
    const uint16_t *factors;
    int32_t shift; ///< of kl_scale_weight
    int32_t outputs;
    int16_t *packed; ///< of one tap
} kl_packing;

/// One channel's weights of one tap, `step` apart, from output channel `first` on.
static __attribute__((noinline)) void kl_pack_channel(const kl_packing *work, const int8_t *weights,
                                                      int32_t step, int32_t first, int32_t place) {
#if KL_DSP
    int16_t *packed = work->packed + (place & 1) * 2;
    packed += (place >> 1) * kl_round_up_4(work->outputs) * 2;
#else
    int16_t *packed = work->packed + place * kl_round_up_4(work->outputs);
#endif
    weights += first * step;
    for (int32_t oc = first; oc < work->outputs; oc++, weights += step) {
#if KL_DSP
        int32_t slot = kl_pair_slot(oc & 3);
        int32_t at = (oc & ~3) * 2 + (slot >> 1) * 4 + (slot & 1);
#else
        int32_t at = oc;
#endif
        packed[at] = (int16_t)kl_scale_weight(*weights, work->factors[oc], work->shift);
    }
}

#if KL_DSP

/// Words of two output channels, for two channels of each pair. Factors are shifted so that
/// products have 16 bits too many.
KL_INLINE void kl_pack_rows(uint32_t low, int32_t low_factor, uint32_t high, int32_t high_factor,
                            int32_t *target, int32_t *second) {
    int32_t even = (int32_t)(low << 8 & 0xff00ff00U), odd = (int32_t)(low & 0xff00ff00U);
    int32_t even_high = (int32_t)(high << 8 & 0xff00ff00U);
    int32_t odd_high = (int32_t)(high & 0xff00ff00U), half = 1 << 15;
    target[0] =
        kl_pkhtb(kl_smlawb(high_factor, even_high, half), kl_smlawb(low_factor, even, half));
    target[1] = kl_pkhtb(kl_smlawb(high_factor, odd_high, half), kl_smlawb(low_factor, odd, half));
    second[0] =
        kl_pkhtb(kl_smlawt(high_factor, even_high, half), kl_smlawt(low_factor, even, half));
    second[1] = kl_pkhtb(kl_smlawt(high_factor, odd_high, half), kl_smlawt(low_factor, odd, half));
}

/// Whole groups of four output channels, four channels that lie side by side.
static __attribute__((noinline)) void kl_pack_words(const kl_packing *work, const int8_t *weights,
                                                    int32_t step) {
    int32_t *target = (int32_t *)work->packed, *second = target + kl_round_up_4(work->outputs);
    const uint16_t *factors = work->factors, *end = factors + (work->outputs & ~3);
    int32_t raise = 24 - work->shift;
    // The pairs of kl_pair_slot: rows 0 and 1, 2 and 3; or 0 and 2, 1 and 3.
    enum { APART = KINGLET_GRADIENT_BITS == 16 ? 1 : 2, NEXT = 3 - APART };
    for (; factors != end; target += 4, second += 4) {
#pragma GCC unroll 2
        for (int32_t i = 0; i < 2; i++) {
            const uint16_t *factor = factors + i * NEXT;
            const int8_t *row = weights + i * NEXT * step;
            kl_pack_rows((uint32_t)kl_load_word(row), factor[0] << raise,
                         (uint32_t)kl_load_word(row + APART * step), factor[APART] << raise,
                         target + 2 * i, second + 2 * i);
        }
        factors += 4;
        weights += 4 * step;
    }
}

#endif

/// All taps' weights of the block from input channel `first` on.
static void kl_pack_block_weights(const kl_conv_layer *layer, const kl_weights *weights,
                                  int32_t first, const uint16_t *factors, int32_t shift,
                                  int16_t *packed) {
    int32_t taps = kl_taps(&layer->window), channels = layer->input.channels;
    int32_t overlays = weights->overlay_count, outputs = layer->output.channels;
    int32_t count = kl_min(KL_BLOCK, channels - first), whole = 0;
    kl_packing work = {factors, shift, outputs, packed};
#if KL_DSP
    if (count == KL_BLOCK)
        whole = outputs & ~3;
#endif
    for (int32_t tap = 0; tap < taps; tap++) {
        const int8_t *base = weights->base + tap * channels + first;
        if (whole < kl_round_up_4(outputs))
            kl_fill_bytes(work.packed, 0, kl_packed_tap(outputs) * (int32_t)sizeof(int16_t));
#if KL_DSP
        if (whole > 0)
            kl_pack_words(&work, base, taps * channels);
#endif
        for (int32_t i = 0; i < count && whole < outputs; i++)
            kl_pack_channel(&work, base + i, taps * channels, whole, i);
        // The base is 0 where there are trained weights.
        for (int32_t i = 0; i < overlays; i++) {
            int32_t place = weights->overlay_channels[i] - first;
            if (place >= 0 && place < KL_BLOCK)
                kl_pack_channel(&work, weights->overlay + tap * overlays + i, taps * overlays, 0,
                                place);
        }
        work.packed += kl_packed_tap(outputs);
    }
}

#endif
