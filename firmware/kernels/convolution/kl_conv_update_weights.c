// SPDX-License-Identifier: Apache-2.0
#include "internal/weight_gradient.h"
#include "update/step.h"

typedef struct {
    kl_sgd *sgd;
    const kl_parameter_scales *scales;
    int32_t exponent;
    int8_t *weights;
    void *residuals;
} update_work;

static void step_weights(void *context, int32_t output, int32_t index, int32_t count,
                         const int32_t *sums) {
    const update_work *work = context;
    float factor = kl_weight_step_factor(work->sgd, work->scales, output, work->exponent);
    if (factor == 0.0F)
        return;
    kl_step_row(work->sgd, factor, sums, count, work->weights, work->residuals, index);
}

void kl_conv_update_weights(const kl_conv_layer *layer, const int8_t *input, int32_t input_channels,
                            const kl_gradient *output_gradient, kl_sgd *sgd,
                            const kl_parameter_scales *scales, int8_t *weights, void *residuals,
                            void *scratch) {
    update_work work = {sgd, scales, kl_weight_gradient_exponent(layer, output_gradient), weights,
                        residuals};
    kl_each_weight_gradient(layer, input, input_channels, output_gradient->data, scratch,
                            step_weights, &work);
}
