// SPDX-License-Identifier: Apache-2.0
#include "internal/requantize.h"
#include "kinglet/forward.h"

void kl_add_s8(const kl_add_layer *layer, const int8_t *left, const int8_t *right, int8_t *output) {
    for (int32_t i = 0; i < layer->count; i++) {
        int32_t a = (left[i] - layer->left_zero_point) * (1 << 20);
        int32_t b = (right[i] - layer->right_zero_point) * (1 << 20);
        int32_t sum = kl_requantize(a, layer->left_multiplier, layer->left_shift) +
                      kl_requantize(b, layer->right_multiplier, layer->right_shift);
        int32_t value = kl_requantize(sum, layer->output_multiplier, layer->output_shift) +
                        layer->output_zero_point;
        output[i] = (int8_t)kl_clamp(value, layer->activation_min, layer->activation_max);
    }
}
