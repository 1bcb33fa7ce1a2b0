// SPDX-License-Identifier: Apache-2.0
#include "internal/weight_gradient.h"
#include "kinglet/backward.h"

static void store_sums(void *context, int32_t output, int32_t index, int32_t count,
                       const int32_t *sums) {
    int32_t *target = (int32_t *)context + index;
    (void)output;
    for (int32_t i = 0; i < count; i++)
        target[i] = sums[i];
}

int32_t kl_conv_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                int32_t input_channels, const kl_gradient *output_gradient,
                                int32_t *sums, void *scratch) {
    kl_each_weight_gradient(layer, input, input_channels, output_gradient->data, scratch,
                            store_sums, sums);
    return kl_weight_gradient_exponent(layer, output_gradient);
}
