// SPDX-License-Identifier: Apache-2.0
#include "internal/requantize.h"
#include "kinglet/forward.h"

#if KL_DSP

/// 2^-1, the multiplier that the operand with the larger scale has, with shift 0.
#define HALF (1 << 30)

/// Whether TFLite's usual parameters make quick_add exact.
static int32_t is_quick(const kl_add_layer *layer) {
    int32_t left = layer->left_multiplier == HALF && layer->left_shift == 0;
    int32_t right = layer->right_multiplier == HALF && layer->right_shift == 0;
    return ((left && layer->right_shift <= 0) || (right && layer->left_shift <= 0)) &&
           kl_is_quick(layer->output_shift);
}

/// Sums of `half`, whose multiplier is one half, and `other`. `exact` tells that the other's shift
/// is 0; it is a constant where this is inlined.
KL_INLINE void add_half(const kl_add_layer *layer, const int8_t *half, int32_t half_zero_point,
                        const int8_t *other, int32_t zero_point, int32_t multiplier, int32_t shift,
                        int32_t exact, int8_t *output) {
    // Twice the operands in units of 2^-20, where an operand's zero point stands.
    int32_t half_zero = -half_zero_point * (1 << 20), zero = -zero_point * (1 << 21);
    int32_t offset = exact ? 0 : 1 << (-shift - 1), exponent = exact ? 0 : -shift;
    int32_t scale = layer->output_multiplier, right = -layer->output_shift;
    int32_t rounding = kl_quick_offset(layer->output_zero_point, layer->output_shift);
    for (const int8_t *end = half + layer->count; half != end;) {
        int32_t value = zero + *other++ * (1 << 21);
        if (exact)
            value = kl_smmulr(value, multiplier);
        else
            value = kl_smmlar(value, multiplier, offset + (value >> 31)) >> exponent;
        value += *half++ * (1 << 19);
        *output++ = (int8_t)kl_quick_value(half_zero + value * 2, scale, right, rounding);
    }
}

static void quick_add(const kl_add_layer *layer, const int8_t *left, const int8_t *right,
                      int8_t *output) {
    int32_t swap = layer->left_multiplier != HALF || layer->left_shift != 0;
    const int8_t *half = swap ? right : left, *other = swap ? left : right;
    int32_t half_zero = swap ? layer->right_zero_point : layer->left_zero_point;
    int32_t zero = swap ? layer->left_zero_point : layer->right_zero_point;
    int32_t multiplier = swap ? layer->left_multiplier : layer->right_multiplier;
    int32_t shift = swap ? layer->left_shift : layer->right_shift;
    if (shift == 0)
        add_half(layer, half, half_zero, other, zero, multiplier, 0, 1, output);
    else
        add_half(layer, half, half_zero, other, zero, multiplier, shift, 0, output);
    kl_clamp_outputs(output, layer->count, layer->activation_min, layer->activation_max);
}

#endif

void kl_add_s8(const kl_add_layer *layer, const int8_t *left, const int8_t *right, int8_t *output) {
#if KL_DSP
    if (is_quick(layer)) {
        quick_add(layer, left, right, output);
        return;
    }
#endif
    for (int32_t i = 0; i < layer->count; i++) {
        int32_t a = (left[i] - layer->left_zero_point) * (1 << 20);
        int32_t b = (right[i] - layer->right_zero_point) * (1 << 20);
        int32_t sum = kl_requantize(a, layer->left_multiplier, layer->left_shift) +
                      kl_requantize(b, layer->right_multiplier, layer->right_shift);
        int32_t value = kl_requantize(sum, layer->output_multiplier, layer->output_shift) +
                        layer->output_zero_point;
        output[i] = (int8_t)kl_clamp(value, layer->activation_min, layer->activation_max);
    }
}
