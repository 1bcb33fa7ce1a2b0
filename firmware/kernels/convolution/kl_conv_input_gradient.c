// SPDX-License-Identifier: Apache-2.0
#include "internal/columns.h"
#include "internal/geometry.h"
#include "internal/memory.h"
#include "internal/scaled_weights.h"
#include "kinglet/backward.h"

/// Input channels that are computed together: their scaled weights stay in scratch for a pass
/// over all pixels.
#define BLOCK 4

int32_t kl_conv_input_gradient_scratch_bytes(const kl_conv_layer *layer) {
    int32_t row = kl_round_up_4(layer->output.channels);
    int32_t weights = kl_taps(&layer->window) * row * BLOCK;
    return (weights + row) * (int32_t)sizeof(int16_t);
}

/// Weights of one input channel: element (oc, tap) is at oc * row + tap * step.
typedef struct {
    const int8_t *data;
    int32_t row;
    int32_t step;
} channel_weights;

static channel_weights find_channel(const kl_conv_layer *layer, const kl_weights *weights,
                                    int32_t channel) {
    int32_t taps = kl_taps(&layer->window), channels = layer->input.channels;
    int32_t count = weights->overlay_count;
    for (int32_t i = 0; i < count; i++)
        if (weights->overlay_channels[i] == channel) {
            channel_weights found = {weights->overlay + i, taps * count, count};
            return found;
        }
    channel_weights found = {weights->base + channel, taps * channels, channels};
    return found;
}

/// What a pass over all pixels for one block of input channels needs.
typedef struct {
    const kl_conv_layer *layer;
    const kl_gradient *gradient;
    const int16_t *packed;
    kl_gradient *result;
    int32_t first;  ///< input channel
    int32_t count;  ///< 1...BLOCK
    int32_t shift;  ///< bits dropped so far
    int32_t groups; ///< output channels rounded up to 4
} block_work;

/// pack_block for four channels that lie side by side.
static void pack_whole_block(const block_work *work, const int8_t *weights, const uint16_t *factors,
                             int32_t shift, int16_t *packed) {
    const kl_conv_layer *layer = work->layer;
    int32_t taps = kl_taps(&layer->window), channels = layer->input.channels;
    int32_t row = taps * channels, outputs = layer->output.channels;
    for (int32_t tap = 0; tap < taps; tap++, weights += channels) {
        const int8_t *weight = weights;
        int16_t *group = packed + tap * work->groups * BLOCK;
        for (int32_t oc = 0; oc < outputs; oc++, weight += row) {
            int32_t slot = kl_pair_slot(oc & 3), factor = factors[oc];
            int16_t *target = group + (oc & ~3) * BLOCK + (slot >> 1) * 2 * BLOCK + (slot & 1);
            target[0] = (int16_t)kl_scale_weight(weight[0], factor, shift);
            target[2] = (int16_t)kl_scale_weight(weight[1], factor, shift);
            target[4] = (int16_t)kl_scale_weight(weight[2], factor, shift);
            target[6] = (int16_t)kl_scale_weight(weight[3], factor, shift);
        }
    }
}

/// Packs the scaled weights of a block: [tap][group of 4 output channels][pair][channel][half].
static void pack_block(const block_work *work, const kl_weights *weights, const uint16_t *factors,
                       int32_t shift, int16_t *packed) {
    const kl_conv_layer *layer = work->layer;
    int32_t taps = kl_taps(&layer->window), outputs = layer->output.channels;
    if (work->count < BLOCK || outputs < work->groups)
        kl_fill_bytes(packed, 0, taps * work->groups * BLOCK * (int32_t)sizeof(int16_t));
    if (work->count == BLOCK && weights->overlay_count == 0) {
        pack_whole_block(work, weights->base + work->first, factors, shift, packed);
        return;
    }
    for (int32_t i = 0; i < work->count; i++) {
        channel_weights source = find_channel(layer, weights, work->first + i);
        for (int32_t tap = 0; tap < taps; tap++, source.data += source.step) {
            int16_t *target = packed + tap * work->groups * BLOCK + 2 * i;
            const int8_t *weight = source.data;
            for (int32_t oc = 0; oc < outputs; oc++, weight += source.row) {
                int32_t slot = kl_pair_slot(oc & 3);
                target[(oc & ~3) * BLOCK + (slot >> 1) * 2 * BLOCK + (slot & 1)] =
                    (int16_t)kl_scale_weight(*weight, factors[oc], shift);
            }
        }
    }
}

#if KL_DSP

/// sums += mantissas of one output pixel times packed weights of one tap.
static __attribute__((noinline)) void dot_block(const kl_grad *gradient, const int32_t *packed,
                                                int32_t outputs, int32_t sums[BLOCK]) {
    int32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    const int32_t *end = packed + (outputs & ~3) * (BLOCK / 2);
    int32_t first, second;
#if defined(KINGLET_DSP_EMULATION)
    for (; packed != end; packed += 8, gradient += 4) {
        kl_load_pairs(gradient, &first, &second);
        s0 = kl_smlad(kl_load_word(packed + 4), second,
                      kl_smlad(kl_load_word(packed + 0), first, s0));
        s1 = kl_smlad(kl_load_word(packed + 5), second,
                      kl_smlad(kl_load_word(packed + 1), first, s1));
        s2 = kl_smlad(kl_load_word(packed + 6), second,
                      kl_smlad(kl_load_word(packed + 2), first, s2));
        s3 = kl_smlad(kl_load_word(packed + 7), second,
                      kl_smlad(kl_load_word(packed + 3), first, s3));
    }
#else
    // Assembly for the double loads: 16 products in 16 instructions (17 with 8-bit mantissas).
    int32_t w0, w1;
    if (packed != end)
        __asm__("1:\n"
#if KINGLET_GRADIENT_BITS == 16
                "ldr %[first], [%[gradient]], #4\n"
                "ldr %[second], [%[gradient]], #4\n"
#else
                "ldr %[second], [%[gradient]], #4\n"
                "sxtb16 %[first], %[second]\n"
                "sxtb16 %[second], %[second], ror #8\n"
#endif
                "ldrd %[w0], %[w1], [%[packed]], #8\n"
                "smlad %[s0], %[w0], %[first], %[s0]\n"
                "smlad %[s1], %[w1], %[first], %[s1]\n"
                "ldrd %[w0], %[w1], [%[packed]], #8\n"
                "smlad %[s2], %[w0], %[first], %[s2]\n"
                "smlad %[s3], %[w1], %[first], %[s3]\n"
                "ldrd %[w0], %[w1], [%[packed]], #8\n"
                "smlad %[s0], %[w0], %[second], %[s0]\n"
                "smlad %[s1], %[w1], %[second], %[s1]\n"
                "ldrd %[w0], %[w1], [%[packed]], #8\n"
                "smlad %[s2], %[w0], %[second], %[s2]\n"
                "smlad %[s3], %[w1], %[second], %[s3]\n"
                "cmp %[packed], %[end]\n"
                "bne 1b\n"
                : [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3),
                  [gradient] "+r"(gradient), [packed] "+r"(packed), [first] "=&r"(first),
                  [second] "=&r"(second), [w0] "=&r"(w0), [w1] "=&r"(w1)
                : [end] "r"(end)
                : "cc", "memory");
#endif
    if ((outputs & 3) != 0) {
        kl_grad rest[4] = {0, 0, 0, 0};
        for (int32_t i = 0; i < (outputs & 3); i++)
            rest[i] = gradient[i];
        kl_load_pairs(rest, &first, &second);
        s0 = kl_smlad(kl_load_word(packed + 4), second,
                      kl_smlad(kl_load_word(packed + 0), first, s0));
        s1 = kl_smlad(kl_load_word(packed + 5), second,
                      kl_smlad(kl_load_word(packed + 1), first, s1));
        s2 = kl_smlad(kl_load_word(packed + 6), second,
                      kl_smlad(kl_load_word(packed + 2), first, s2));
        s3 = kl_smlad(kl_load_word(packed + 7), second,
                      kl_smlad(kl_load_word(packed + 3), first, s3));
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

#else

static inline void dot_block(const kl_grad *gradient, const int32_t *packed, int32_t outputs,
                             int32_t sums[BLOCK]) {
    const int16_t *halves = (const int16_t *)packed;
    for (int32_t oc = 0; oc < outputs; oc++) {
        int32_t slot = kl_pair_slot(oc & 3);
        const int16_t *weights = halves + (oc & ~3) * BLOCK + (slot >> 1) * 2 * BLOCK + (slot & 1);
        for (int32_t i = 0; i < BLOCK; i++)
            sums[i] += gradient[oc] * weights[2 * i];
    }
}

#endif

/// Stores the sums of one input pixel's block of channels, dropping more bits where they need it.
static inline void store_block(block_work *work, int32_t pixel, const int32_t sums[BLOCK]) {
    int32_t channels = work->layer->input.channels;
    uint32_t magnitude = kl_magnitude(sums[0]) | kl_magnitude(sums[1]) | kl_magnitude(sums[2]) |
                         kl_magnitude(sums[3]);
    if (magnitude >> work->shift >> KL_GRADIENT_MAGNITUDE_BITS != 0) {
        int32_t needed = kl_needed_shift(magnitude);
        // Everything before this block is stored, and of this block the pixels before this one.
        kl_drop_bits(work->result->data, kl_pixels(&work->layer->input), work->first, channels,
                     needed - work->shift);
        kl_drop_bits(work->result->data + work->first, pixel, work->count, channels,
                     needed - work->shift);
        work->shift = needed;
    }
    kl_grad *target = work->result->data + pixel * channels + work->first;
    if (work->count == BLOCK) {
        target[0] = (kl_grad)kl_jam(sums[0], work->shift);
        target[1] = (kl_grad)kl_jam(sums[1], work->shift);
        target[2] = (kl_grad)kl_jam(sums[2], work->shift);
        target[3] = (kl_grad)kl_jam(sums[3], work->shift);
    } else {
        for (int32_t i = 0; i < work->count; i++)
            target[i] = (kl_grad)kl_jam(sums[i], work->shift);
    }
}

static void run_block_pointwise(block_work *work) {
    const kl_conv_layer *layer = work->layer;
    int32_t outputs = layer->output.channels, pixels = kl_pixels(&layer->output);
    const kl_grad *gradient = work->gradient->data;
    for (int32_t pixel = 0; pixel < pixels; pixel++, gradient += outputs) {
        int32_t sums[BLOCK] = {0, 0, 0, 0};
        dot_block(gradient, (const int32_t *)work->packed, outputs, sums);
        store_block(work, pixel, sums);
    }
}

/// Any window: each input pixel gathers from the output pixels whose windows cover it.
static void run_block(block_work *work) {
    const kl_conv_layer *layer = work->layer;
    const kl_window *window = &layer->window;
    int32_t outputs = layer->output.channels, pixel = 0;
    for (int32_t y = 0; y < layer->input.height; y++)
        for (int32_t x = 0; x < layer->input.width; x++, pixel++) {
            int32_t sums[BLOCK] = {0, 0, 0, 0};
            for (int32_t ky = 0; ky < window->kernel_height; ky++) {
                int32_t top = y + window->pad_top - ky, oy = top / window->stride_height;
                if (top < 0 || oy >= layer->output.height || oy * window->stride_height != top)
                    continue;
                for (int32_t kx = 0; kx < window->kernel_width; kx++) {
                    int32_t left = x + window->pad_left - kx, ox = left / window->stride_width;
                    if (left < 0 || ox >= layer->output.width || ox * window->stride_width != left)
                        continue;
                    int32_t tap = ky * window->kernel_width + kx;
                    dot_block(work->gradient->data + (oy * layer->output.width + ox) * outputs,
                              (const int32_t *)(work->packed + tap * work->groups * BLOCK), outputs,
                              sums);
                }
            }
            store_block(work, pixel, sums);
        }
}

void kl_conv_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                            const float *weight_scales, const kl_gradient *output_gradient,
                            kl_gradient *input_gradient, void *scratch) {
    int32_t taps = kl_taps(&layer->window), groups = kl_round_up_4(layer->output.channels);
    int16_t *packed = scratch;
    uint16_t *factors = (uint16_t *)(packed + taps * groups * BLOCK);
    kl_weight_scaling scaling = kl_prepare_weight_scaling(weight_scales, layer->output.channels,
                                                          taps * layer->output.channels, factors);
    block_work work = {layer, output_gradient, packed, input_gradient, 0, 0, 0, groups};
    for (; work.first < layer->input.channels; work.first += BLOCK) {
        work.count = kl_min(BLOCK, layer->input.channels - work.first);
        pack_block(&work, weights, factors, scaling.shift, packed);
        if (kl_is_pointwise(layer))
            run_block_pointwise(&work);
        else
            run_block(&work);
    }
    input_gradient->exponent = output_gradient->exponent + scaling.exponent + work.shift;
}
