// SPDX-License-Identifier: Apache-2.0
#include "update/step.h"

/// Bits below a bias's unit in its accumulator.
#define ACCUMULATOR_BITS 8

/// Moves bias and accumulator by a step in units of the accumulator, or the accumulator alone where
/// the step is held.
static void accumulate(kl_sgd *sgd, float step, int32_t *bias, int32_t *accumulator) {
    const float largest = 2147483520.0F; // of type float below 2^31
    if (!(step < largest))
        step = step > 0.0F ? largest : 0.0F; // a NaN moves nothing
    if (step < -largest)
        step = -largest;
    float offset = kl_rounding_offset(sgd);
    int64_t pending = (int64_t)*accumulator - kl_floor(step + offset);
    if (sgd->hold != 0) {
        pending = pending > INT32_MAX ? INT32_MAX : pending < INT32_MIN ? INT32_MIN : pending;
        *accumulator = (int32_t)pending;
        return;
    }
    int64_t whole = (pending + (1 << ACCUMULATOR_BITS >> 1)) >> ACCUMULATOR_BITS;
    int64_t moved = *bias + whole;
    *accumulator = (int32_t)(pending - whole * (1 << ACCUMULATOR_BITS));
    if (moved > KL_BIAS_LIMIT || moved < -KL_BIAS_LIMIT) {
        moved = moved > 0 ? KL_BIAS_LIMIT : -KL_BIAS_LIMIT;
        *accumulator = 0;
    }
    *bias = (int32_t)moved;
}

void kl_update_biases(kl_sgd *sgd, const kl_parameter_scales *scales, int32_t channels,
                      const int32_t *sums, int32_t exponent, int32_t *biases, void *residuals) {
    kl_residual width = residuals == 0 ? KL_RESIDUAL_NONE : sgd->residual;
    int32_t *accumulators = residuals;
    kl_sgd options = *sgd; // a copy that no bias can be part of
    for (int32_t c = 0; c < channels; c++) {
        float weight_scale = scales->weight_scales[c];
        float factor = kl_step_factor(&options, weight_scale, weight_scale * scales->input_scale,
                                      1.0F, exponent);
        if (factor == 0.0F)
            continue;
        float step = factor * (float)sums[c];
        if (width == KL_ACCUMULATE) {
            accumulate(&options, step * (float)(1 << ACCUMULATOR_BITS), &biases[c],
                       &accumulators[c]);
            continue;
        }
        int32_t residual = kl_load_residual(residuals, width, c);
        biases[c] =
            kl_apply_step(&options, biases[c], KL_BIAS_LIMIT, step, (int32_t)width, &residual);
        kl_store_residual(residuals, width, c, residual);
    }
    sgd->random_state = options.random_state;
}
