// SPDX-License-Identifier: Apache-2.0
#include "update/step.h"

void kl_update_depthwise_channels(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t taps,
                                  int32_t channels, const uint16_t *selected, int32_t count,
                                  const int32_t *sums, int32_t exponent, int8_t *weights,
                                  void *residuals) {
    for (int32_t i = 0; i < count; i++) {
        int32_t c = selected[i];
        float factor = kl_weight_step_factor(sgd, scales, c, exponent);
        if (factor == 0.0F)
            continue;
        for (int32_t tap = 0; tap < taps; tap++) {
            int32_t index = tap * count + i;
            kl_step_weight(sgd, factor, sums[index], weights + tap * channels + c, residuals,
                           index);
        }
    }
}
