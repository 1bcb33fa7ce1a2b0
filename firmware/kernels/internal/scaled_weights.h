// SPDX-License-Identifier: Apache-2.0
/// int8 weights times their output channel's scale, as integers with a common exponent.
///
/// The input gradient sums g * s_w * w over output channels, whose scales differ. Each weight is
/// therefore scaled to `bits` bits relative to the layer's largest scale, with as many bits as
/// keep the sum of `taps` products with mantissas below 2^31.
#ifndef KINGLET_INTERNAL_SCALED_WEIGHTS_H
#define KINGLET_INTERNAL_SCALED_WEIGHTS_H

#include "internal/block_float.h"

typedef struct {
    int32_t shift;    ///< right shift of weight * factor
    int32_t exponent; ///< scaled weight * 2^exponent = s_w * w
} kl_weight_scaling;

/// Fills factors[channel] = s_w / 2^E * 2^15, where 2^E exceeds the largest scale.
static inline __attribute__((unused)) kl_weight_scaling
kl_prepare_weight_scaling(const float *scales, int32_t channels, int32_t taps, uint16_t *factors) {
    float largest = 0.0F;
    for (int32_t i = 0; i < channels; i++)
        if (scales[i] > largest)
            largest = scales[i];
    int32_t exponent = kl_float_exponent(largest);
    if (exponent < -100)
        exponent = -100;
    float unit = kl_power_of_two(15 - exponent);
    for (int32_t i = 0; i < channels; i++) {
        int32_t factor = (int32_t)(scales[i] * unit + 0.5F);
        factors[i] = (uint16_t)(factor < 32767 ? factor : 32767);
    }
    int32_t bits = 30 - KL_GRADIENT_MAGNITUDE_BITS - kl_ceil_log2(taps);
    if (bits > 14)
        bits = 14;
    // |weight| < 2^7 and factor < 2^15: the product has 22 bits.
    kl_weight_scaling scaling = {22 - bits, exponent - 15 + 22 - bits};
    return scaling;
}

/// Rounded scaled weight.
KL_INLINE int32_t kl_scale_weight(int32_t weight, int32_t factor, int32_t shift) {
    return (weight * factor + (1 << (shift - 1))) >> shift;
}

#endif
