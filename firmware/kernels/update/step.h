// SPDX-License-Identifier: Apache-2.0
/// One parameter's SGD step: rounding, residual, saturation.
#ifndef KINGLET_UPDATE_STEP_H
#define KINGLET_UPDATE_STEP_H

#include "internal/block_float.h"
#include "kinglet/update.h"

/// Factor from a sum of mantissas to a step of the stored integer of unit `scale` (s_w for
/// weights, s_w * s_x for biases); `input` is s_x for weights and 1 for biases. 0 when dead.
///
/// The gradient of the stored integer is scale * input * 2^exponent * sum; QAS divides it by
/// scale^2.
KL_INLINE float kl_step_factor(const kl_sgd *sgd, float weight_scale, float scale, float input,
                               int32_t exponent) {
    if (weight_scale < KL_MINIMUM_WEIGHT_SCALE)
        return 0.0F;
    float factor = sgd->learning_rate * input * kl_power_of_two(exponent);
    return sgd->quantization_aware_scaling ? factor / scale : factor * scale;
}

/// Marsaglia's xorshift32 (13, 17, 5).
KL_INLINE uint32_t kl_random(kl_sgd *sgd) {
    uint32_t state = sgd->random_state;
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    sgd->random_state = state;
    return state;
}

/// Largest integer not above a value of small magnitude.
KL_INLINE int32_t kl_floor(float value) {
    int32_t whole = (int32_t)value;
    return (float)whole > value ? whole - 1 : whole;
}

/// What is added before rounding down: a half, or a random fraction.
KL_INLINE float kl_rounding_offset(kl_sgd *sgd) {
    if (sgd->rounding == KL_ROUND_STOCHASTIC)
        return (float)(kl_random(sgd) >> 8) * (1.0F / 16777216.0F);
    return 0.5F;
}

/// value - step within -limit...limit; *residual (in units of 2^-bits) takes part and keeps what
/// is below the unit.
KL_INLINE int32_t kl_apply_step(kl_sgd *sgd, int32_t value, int32_t limit, float step, int32_t bits,
                                int32_t *residual) {
    if (!(step < 1073741824.0F))
        step = step > 0.0F ? 1073741824.0F : 0.0F; // a NaN moves nothing
    if (step < -1073741824.0F)
        step = -1073741824.0F;
    int32_t whole = (int32_t)step;
    float fraction = (step - (float)whole) * (float)(1 << bits);
    int32_t below = *residual - kl_floor(fraction + kl_rounding_offset(sgd));
    int32_t carry = bits > 0 ? (below + (1 << bits >> 1)) >> bits : below;
    int32_t rest = below - carry * (1 << bits);
    // |value| < 2^29 and |whole| <= 2^30: no overflow.
    int32_t result = value - whole + carry;
    if (result > limit || (result == limit && rest > 0)) {
        result = limit;
        rest = 0;
    }
    if (result < -limit || (result == -limit && rest < 0)) {
        result = -limit;
        rest = 0;
    }
    *residual = rest;
    return result;
}

/// Bits below a weight's unit.
KL_INLINE int32_t kl_residual_bits(kl_residual width) {
    return width == KL_ACCUMULATE ? 8 : (int32_t)width;
}

/// Residuals beside weights: none, int8_t or int16_t.
KL_INLINE int32_t kl_load_residual(const void *residuals, kl_residual width, int32_t index) {
    if (width == KL_RESIDUAL_8)
        return ((const int8_t *)residuals)[index];
    if (width != KL_RESIDUAL_NONE)
        return ((const int16_t *)residuals)[index];
    return 0;
}
KL_INLINE void kl_store_residual(void *residuals, kl_residual width, int32_t index, int32_t value) {
    if (width == KL_RESIDUAL_8)
        ((int8_t *)residuals)[index] = (int8_t)value;
    else if (width != KL_RESIDUAL_NONE)
        ((int16_t *)residuals)[index] = (int16_t)value;
}

/// The rounded step where that is 2^22 units or more, up to where any weight saturates.
static __attribute__((noinline, unused)) int32_t kl_large_step(float step) {
    if (!(step < 0.0F) && !(step > 0.0F))
        return 0; // a NaN moves nothing
    if (step > 33554432.0F || step < -33554432.0F)
        return step > 0.0F ? 1 << 25 : -(1 << 25);
    return (int32_t)(step > 0.0F ? step + 0.5F : step - 0.5F);
}

/// *weight -= unit_factor * sum / 2^bits, with the bits of residual `index`, or the accumulator
/// alone where the step is held. Ties of the rounding go to even.
KL_INLINE void kl_step_weight(kl_sgd *sgd, float unit_factor, int32_t sum, int8_t *weight,
                              void *residuals, int32_t index) {
    kl_residual width = sgd->residual;
    int32_t bits = kl_residual_bits(width);
    float step = unit_factor * (float)sum, shifted = step;
    if (sgd->rounding == KL_ROUND_STOCHASTIC)
        shifted = step + ((float)(kl_random(sgd) >> 8) * (1.0F / 16777216.0F) - 0.5F);
    // In 1.5 * 2^23 + x the lowest mantissa bits are x rounded to an integer, for |x| < 2^22.
    shifted = shifted + 12582912.0F;
    int32_t rounded;
    memcpy(&rounded, &shifted, sizeof rounded);
    rounded = (rounded >> 23) == 0x96 ? rounded - 0x4b400000 : kl_large_step(step);
    int32_t value = kl_load_residual(residuals, width, index) - rounded;
    if (width == KL_ACCUMULATE && sgd->hold != 0) {
        value = value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value;
        kl_store_residual(residuals, width, index, value);
        return;
    }
    value += *weight * (1 << bits);
    int32_t limit = 127 << bits;
#if KL_DSP
    value = bits == 0 ? kl_ssat8(value) : value > limit ? limit : value;
#else
    value = value > limit ? limit : value;
#endif
    value = value < -limit ? -limit : value;
    int32_t top = (value + (1 << bits >> 1)) >> bits;
    *weight = (int8_t)top;
    kl_store_residual(residuals, width, index, value - top * (1 << bits));
}

/// kl_step_row without random numbers; `width` and `hold` are constants where this is inlined.
KL_INLINE void kl_step_nearest(float unit_factor, const int32_t *sums, int32_t count,
                               kl_residual width, int32_t hold, int8_t *weights, void *residuals,
                               int32_t index) {
    kl_sgd options = {0.0F, KL_ROUND_NEAREST, width, 0, 0, hold};
    for (int32_t i = 0; i < count; i++)
        kl_step_weight(&options, unit_factor, sums[i], weights + index + i, residuals, index + i);
}

/// Steps `count` neighbouring weights from `index` on.
static __attribute__((noinline, unused)) void kl_step_row(kl_sgd *sgd, float unit_factor,
                                                          const int32_t *sums, int32_t count,
                                                          int8_t *weights, void *residuals,
                                                          int32_t index) {
    kl_residual width = sgd->residual;
    if (sgd->rounding == KL_ROUND_STOCHASTIC)
        for (int32_t i = 0; i < count; i++)
            kl_step_weight(sgd, unit_factor, sums[i], weights + index + i, residuals, index + i);
    else if (width == KL_RESIDUAL_16)
        kl_step_nearest(unit_factor, sums, count, KL_RESIDUAL_16, 0, weights, residuals, index);
    else if (width == KL_RESIDUAL_8)
        kl_step_nearest(unit_factor, sums, count, KL_RESIDUAL_8, 0, weights, residuals, index);
    else if (width == KL_ACCUMULATE && sgd->hold != 0)
        kl_step_nearest(unit_factor, sums, count, KL_ACCUMULATE, 1, weights, residuals, index);
    else if (width == KL_ACCUMULATE)
        kl_step_nearest(unit_factor, sums, count, KL_ACCUMULATE, 0, weights, residuals, index);
    else
        kl_step_nearest(unit_factor, sums, count, KL_RESIDUAL_NONE, 0, weights, residuals, index);
}

/// kl_step_factor of a weight, in units of its residual.
KL_INLINE float kl_weight_step_factor(const kl_sgd *sgd, const kl_parameter_scales *scales,
                                      int32_t channel, int32_t exponent) {
    float scale = scales->weight_scales[channel];
    return kl_step_factor(sgd, scale, scale, scales->input_scale,
                          exponent + kl_residual_bits(sgd->residual));
}

#endif
