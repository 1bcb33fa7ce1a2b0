// SPDX-License-Identifier: Apache-2.0
/// Fixed-point requantisation with TFLite's roundings: twice, or once in fully connected layers.
#ifndef KINGLET_INTERNAL_REQUANTIZE_H
#define KINGLET_INTERNAL_REQUANTIZE_H

#include "internal/dsp.h"
#include "kinglet/types.h"

KL_INLINE int32_t kl_clamp(int32_t value, int32_t minimum, int32_t maximum) {
    if (value < minimum)
        value = minimum;
    if (value > maximum)
        value = maximum;
    return value;
}

/// Division by 2^exponent, rounding half away from zero (gemmlowp RoundingDivideByPOT);
/// |value| < 2^30, exponent 1...31.
KL_INLINE int32_t kl_round_shift(int32_t value, int32_t exponent) {
    return (value + (value >> 31) + (int32_t)(1U << (exponent - 1))) >> exponent;
}

/// kl_requantize for shift >= 0, rare enough to stay out of line.
static __attribute__((noinline, unused)) int32_t
kl_requantize_raised(int32_t value, int32_t multiplier, int32_t shift) {
    int64_t raised = (int64_t)value * (1 << shift);
    if (raised > INT32_MAX)
        raised = INT32_MAX;
    if (raised < INT32_MIN)
        raised = INT32_MIN;
    return (int32_t)((raised * multiplier + (1 << 30)) >> 31);
}

/// value * multiplier * 2^(shift - 31) as TFLite's MultiplyByQuantizedMultiplier computes it:
/// first the high half of the doubled product rounded half up, then a rounding shift.
/// |value| < 2^30, multiplier 0...2^31-1, shift -31...7.
KL_INLINE int32_t kl_requantize(int32_t value, int32_t multiplier, int32_t shift) {
    if (shift >= 0)
        return kl_requantize_raised(value, multiplier, shift);
#if KL_DSP
    int32_t high = kl_smmulr(value * 2, multiplier);
#else
    int32_t high = (int32_t)(((int64_t)value * multiplier + (1 << 30)) >> 31);
#endif
    return kl_round_shift(high, -shift);
}

/// value * multiplier * 2^(shift - 31) rounded once, half up, and saturated, as LiteRT computes
/// fully connected layers. |value| < 2^30, multiplier 0...2^31-1, shift -31...7.
KL_INLINE int32_t kl_requantize_once(int32_t value, int32_t multiplier, int32_t shift) {
    int32_t bits = 31 - shift;
    int64_t result = ((int64_t)value * multiplier + ((int64_t)1 << (bits - 1))) >> bits;
    // Room for the zero point remains.
    if (result > INT32_MAX / 2)
        result = INT32_MAX / 2;
    if (result < INT32_MIN / 2)
        result = INT32_MIN / 2;
    return (int32_t)result;
}

#if KL_DSP
/// Shifts for which kl_quick_value holds: the zero point fits above the bits that are dropped.
KL_INLINE int32_t kl_is_quick(int32_t shift) {
    return shift < 0 && shift >= -22;
}

/// What kl_quick_value adds: half a unit, and the zero point above the bits that are dropped.
KL_INLINE int32_t kl_quick_offset(int32_t zero_point, int32_t shift) {
    return (1 << (-shift - 1)) + zero_point * (1 << -shift);
}

/// kl_requantize with the zero point added, saturated to int8, of a value that is given doubled.
/// Before the shift a negative value is lowered by 1, as kl_round_shift does; that the sign is
/// taken before the multiplication matters only where the product is 0, which stays 0 either way.
KL_INLINE int32_t kl_quick_value(int32_t doubled, int32_t multiplier, int32_t exponent,
                                 int32_t offset) {
    return kl_ssat8(kl_smmlar(doubled, multiplier, offset + (doubled >> 31)) >> exponent);
}
#endif

/// Output quantisation of a layer, held in registers by a loop.
typedef struct {
    int32_t zero_point;
    int32_t minimum;
    int32_t maximum;
    int32_t narrow; ///< the clamp is narrower than int8
} kl_output_clamp;

KL_INLINE kl_output_clamp kl_make_output_clamp(const kl_conv_layer *layer) {
    kl_output_clamp clamp = {layer->output_zero_point, layer->activation_min, layer->activation_max,
                             layer->activation_min > -128 || layer->activation_max < 127};
    return clamp;
}

#if KL_DSP
/// Clamps outputs, once all of them are saturated to int8.
static __attribute__((noinline, unused)) void kl_clamp_outputs(int8_t *output, int32_t count,
                                                               int32_t minimum, int32_t maximum) {
    if (minimum <= INT8_MIN && maximum >= INT8_MAX)
        return;
    int32_t low = (int32_t)((uint32_t)(minimum & 0xff) * 0x01010101U);
    int32_t high = (int32_t)((uint32_t)(maximum & 0xff) * 0x01010101U);
    for (; count >= 4; count -= 4, output += 4)
        kl_store_word(output, kl_min_bytes(kl_max_bytes(kl_load_word(output), low), high));
    for (; count > 0; count--, output++)
        *output = (int8_t)kl_clamp(*output, minimum, maximum);
}
#endif

/// A requantised sum to an output value.
KL_INLINE int8_t kl_finish(const kl_output_clamp *clamp, int32_t value) {
    value += clamp->zero_point;
#if KL_DSP
    value = kl_ssat8(value);
    if (clamp->narrow)
        value = kl_clamp(value, clamp->minimum, clamp->maximum);
#else
    value = kl_clamp(value, clamp->minimum, clamp->maximum);
#endif
    return (int8_t)value;
}

/// A sum to an output value of a layer.
KL_INLINE int8_t kl_output_value(const kl_output_clamp *clamp, int32_t sum, int32_t multiplier,
                                 int32_t shift) {
    return kl_finish(clamp, kl_requantize(sum, multiplier, shift));
}

#endif
