// SPDX-License-Identifier: Apache-2.0
/// Two output channels times pairs of pixels, requantised.
///
/// Taps of both are 16 bits wide, in groups of four: the pairs (0, 2) and (1, 3), so that a word of
/// bytes unpacks with two SXTB16. A group of two channels, or of two pixels, is four words, two of
/// the first and two of the second, which one LDM loads. Pixels have their zero point subtracted
/// and are doubled, which saves doubling every sum for the high half of its product.
#ifndef KINGLET_CONVOLUTION_CHANNEL_PAIR_H
#define KINGLET_CONVOLUTION_CHANNEL_PAIR_H

#include <stddef.h>

#include "internal/requantize.h"

#if KL_DSP

/// Quantisation of one output channel.
typedef struct {
    int32_t offset; ///< kl_quick_offset
    int32_t multiplier;
    int32_t exponent; ///< right shift
} channel_scale;

/// What multiply_pixels works on; its assembly knows the offsets.
typedef struct {
    int32_t starts[4]; ///< doubled biases: twice the first channel's, twice the second's
    const int32_t *weights;
    const void *entry; ///< left to multiply_pixels
    const int32_t *weights_end;
    int32_t step;         ///< between pixels' outputs; 0 when both pixels are the same one
    channel_scale first;  ///< of the first channel
    channel_scale second; ///< of the second
    int8_t *output; ///< of the first channel at the first pixel; the second channel's is the next
    const int32_t *pixels_end;
} channel_pair;

/// Doubled sums of both channels at both pixels: [channel][pixel].
KL_INLINE void sum_pixels(const channel_pair *pair, const int32_t *pixels, int32_t sums[4]) {
    for (int32_t i = 0; i < 4; i++)
        sums[i] = pair->starts[i];
    for (const int32_t *weights = pair->weights; weights != pair->weights_end;
         weights += 4, pixels += 4)
        for (int32_t i = 0; i < 4; i++) {
            const int32_t *channel = weights + (i & 2), *pixel = pixels + 2 * (i & 1);
            sums[i] = kl_smlad(channel[1], pixel[1], kl_smlad(channel[0], pixel[0], sums[i]));
        }
}

/// multiply_pixels for any shifts and also for a layer's only channel: rare enough to be slow.
static __attribute__((noinline, unused)) void multiply_pixels_any_shift(const channel_pair *pair,
                                                                        const kl_conv_layer *layer,
                                                                        int32_t channel,
                                                                        const int32_t *pixels) {
    int8_t *output = pair->output;
    for (; pixels != pair->pixels_end; pixels += pair->weights_end - pair->weights) {
        int32_t sums[4];
        sum_pixels(pair, pixels, sums);
        for (int32_t i = 0; i < (layer->output.channels > 1 ? 4 : 2); i++) {
            int32_t c = channel + i / 2;
            int32_t value = kl_requantize(sums[i] >> 1, layer->multipliers[c], layer->shifts[c]);
            output[(i & 1) * pair->step + i / 2] =
                (int8_t)kl_ssat8(value + layer->output_zero_point);
        }
        output += 2 * pair->step;
    }
}

/// Writes both channels' outputs at all pixels. `groups` (1 or more) are those of one channel.
#if defined(KINGLET_DSP_EMULATION)
static void multiply_pixels(const channel_pair *pair, const int32_t *pixels, int32_t groups) {
    int8_t *output = pair->output;
    for (; pixels != pair->pixels_end; pixels += 4 * groups) {
        int32_t sums[4];
        sum_pixels(pair, pixels, sums);
        for (int32_t i = 0; i < 4; i++) {
            const channel_scale *scale = i < 2 ? &pair->first : &pair->second;
            output[(i & 1) * pair->step + i / 2] =
                (int8_t)kl_quick_value(sums[i], scale->multiplier, scale->exponent, scale->offset);
        }
        output += 2 * pair->step;
    }
}
#else
_Static_assert(offsetof(channel_pair, weights_end) == 24 && offsetof(channel_pair, first) == 32 &&
                   offsetof(channel_pair, output) == 56 && sizeof(channel_pair) == 64,
               "as the assembly has it");

// Assembly, since four sums, two groups and two pointers take all registers. A copy of the pair
// stands on the stack. One LDM begins two pixels and jumps into the unrolled groups: all of up to
// eight are behind label 3; of more, what is left over from eights comes first, behind label 2.
// 10 instructions for 16 products, 28 for all else of 4 outputs.
// clang-format off
#define KL_GROUP                    \
    "ldmia r12!, {r4-r7}\n"         \
    "ldmia lr!, {r8-r11}\n"         \
    "smlad r0, r4, r8, r0\n"        \
    "smlad r1, r4, r10, r1\n"       \
    "smlad r2, r6, r8, r2\n"        \
    "smlad r3, r6, r10, r3\n"       \
    "smlad r0, r5, r9, r0\n"        \
    "smlad r1, r5, r11, r1\n"       \
    "smlad r2, r7, r9, r2\n"        \
    "smlad r3, r7, r11, r3\n"

static __attribute__((naked, noipa, unused)) void
multiply_pixels(const channel_pair *pair __attribute__((unused)),
                const int32_t *pixels __attribute__((unused)),
                int32_t groups __attribute__((unused))) {
    __asm__(
        "push {r4-r11, lr}\n"
        "sub sp, #64\n"
        "mov lr, r1\n"
        "cmp r2, #8\n"
        "ite le\n"
        "adrle r3, 3f\n"
        "adrgt r3, 2f\n"
        "rsb r2, r2, #0\n"
        "and r2, r2, #7\n"
        "movs r1, #40\n"               // bytes of a group
        "mla r3, r2, r1, r3\n"
        "mov r12, sp\n"
        "ldmia r0!, {r4-r11}\n"
        "orr r9, r3, #1\n"             // entry, in Thumb state
        "sub r10, r10, #128\n"         // where the last eight groups begin
        "lsl r3, r11, #8\n"            // step, above the first exponent
        "stmia r12!, {r4-r11}\n"
        "ldmia r0, {r4-r11}\n"
        "orr r6, r6, r3\n"
        "stmia r12, {r4-r11}\n"
        "1:\n"
        "ldmia sp, {r0-r3, r12, pc}\n"
        ".balign 4\n"
        "2:\n"
        KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP
        "ldr r4, [sp, #24]\n"
        "cmp r12, r4\n"
        "bne 2b\n"
        ".balign 4\n"
        "3:\n"
        KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP KL_GROUP
        "add r11, sp, #32\n"
        "ldmia r11, {r4-r11}\n"        // two scales, output, pixels_end
        "add r12, r4, r0, asr #31\n"
        "smmlar r0, r0, r5, r12\n"
        "add r12, r4, r1, asr #31\n"
        "smmlar r1, r1, r5, r12\n"
        "add r12, r7, r2, asr #31\n"
        "smmlar r2, r2, r8, r12\n"
        "add r12, r7, r3, asr #31\n"
        "smmlar r3, r3, r8, r12\n"
        "asr r0, r0, r6\n"             // by the low byte
        "asr r1, r1, r6\n"
        "asr r2, r2, r9\n"
        "asr r3, r3, r9\n"
        "ssat r0, #8, r0\n"
        "ssat r1, #8, r1\n"
        "ssat r2, #8, r2\n"
        "ssat r3, #8, r3\n"
        "strb r0, [r10]\n"
        "strb r2, [r10, #1]\n"
        "add r10, r10, r6, lsr #8\n"
        "strb r1, [r10]\n"
        "strb r3, [r10, #1]\n"
        "add r10, r10, r6, lsr #8\n"
        "str r10, [sp, #56]\n"
        "cmp lr, r11\n"
        "bne 1b\n"
        "add sp, #64\n"
        "pop {r4-r11, pc}\n");
}
// clang-format on
#endif

#endif
#endif
