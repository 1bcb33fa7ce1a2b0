// SPDX-License-Identifier: Apache-2.0
#include "internal/requantize.h"
#include "kinglet/forward.h"

void kl_requantize_s8(const kl_requantize_layer *layer, const int8_t *input, int32_t count,
                      int8_t *output) {
    for (int32_t i = 0; i < count; i++) {
        int32_t value = input[i] - layer->input_zero_point;
        value = kl_requantize(value, layer->multiplier, layer->shift) + layer->output_zero_point;
        output[i] = (int8_t)kl_clamp(value, layer->activation_min, layer->activation_max);
    }
}
