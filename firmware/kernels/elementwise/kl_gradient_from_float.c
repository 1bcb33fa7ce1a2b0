// SPDX-License-Identifier: Apache-2.0
#include "internal/block_float.h"
#include "kinglet/backward.h"

void kl_gradient_from_float(const float *values, int32_t count, kl_gradient *gradient) {
    float largest = 0.0F;
    for (int32_t i = 0; i < count; i++) {
        float magnitude = values[i] < 0.0F ? -values[i] : values[i];
        if (magnitude > largest)
            largest = magnitude;
    }
    int32_t exponent = kl_float_exponent(largest) - KL_GRADIENT_MAGNITUDE_BITS;
    if (exponent < -110)
        exponent = -110;
    float unit = kl_power_of_two(-exponent);
    for (int32_t i = 0; i < count; i++) {
        float scaled = values[i] * unit;
        int32_t rounded = (int32_t)(scaled < 0.0F ? scaled - 0.5F : scaled + 0.5F);
        if (rounded > KL_GRADIENT_MAX)
            rounded = KL_GRADIENT_MAX;
        if (rounded < -KL_GRADIENT_MAX)
            rounded = -KL_GRADIENT_MAX;
        gradient->data[i] = (kl_grad)rounded;
    }
    gradient->exponent = exponent;
}
