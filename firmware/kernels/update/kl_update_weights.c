// SPDX-License-Identifier: Apache-2.0
#include "update/step.h"

void kl_update_weights(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t rows,
                       int32_t row_length, const int32_t *sums, int32_t exponent, int8_t *weights,
                       void *residuals) {
    for (int32_t row = 0; row < rows; row++) {
        float factor = kl_weight_step_factor(sgd, scales, row, exponent);
        if (factor != 0.0F)
            kl_step_row(sgd, factor, sums + row * row_length, row_length, weights, residuals,
                        row * row_length);
    }
}
