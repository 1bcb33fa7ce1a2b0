// SPDX-License-Identifier: Apache-2.0
#include "update/step.h"

void kl_update_biases(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t channels,
                      const int32_t *sums, int32_t exponent, int32_t *biases, void *residuals) {
    for (int32_t c = 0; c < channels; c++) {
        float weight_scale = scales->weight_scales[c];
        float factor =
            kl_step_factor(sgd, weight_scale, weight_scale * scales->input_scale, 1.0F, exponent);
        if (factor == 0.0F)
            continue;
        int32_t residual = kl_load_residual(residuals, sgd->residual, c);
        biases[c] = kl_apply_step(sgd, biases[c], KL_BIAS_LIMIT, factor * (float)sums[c],
                                  (int32_t)sgd->residual, &residual);
        kl_store_residual(residuals, sgd->residual, c, residual);
    }
}
