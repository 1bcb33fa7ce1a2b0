// SPDX-License-Identifier: Apache-2.0
#include "update/step.h"

void kl_update_depthwise_weights(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t taps,
                                 int32_t channels, const int32_t *sums, int32_t exponent,
                                 int8_t *weights, void *residuals) {
    for (int32_t c = 0; c < channels; c++) {
        float factor = kl_weight_step_factor(sgd, scales, c, exponent);
        if (factor == 0.0F)
            continue;
        for (int32_t tap = 0; tap < taps; tap++) {
            int32_t index = tap * channels + c;
            kl_step_weight(sgd, factor, sums[index], weights + index, residuals, index);
        }
    }
}
