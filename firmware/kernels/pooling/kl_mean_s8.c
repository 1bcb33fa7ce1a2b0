// SPDX-License-Identifier: Apache-2.0
#include "internal/geometry.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

void kl_mean_s8(const kl_shape *shape, const int8_t *input, int32_t input_zero_point,
                int32_t output_zero_point, int32_t multiplier, int32_t shift, int8_t *output) {
    int32_t pixels = kl_pixels(shape);
    for (int32_t c = 0; c < shape->channels; c++) {
        int32_t sum = 0;
        for (int32_t i = 0; i < pixels; i++)
            sum += input[i * shape->channels + c];
        sum -= input_zero_point * pixels;
        int32_t value = kl_requantize(sum, multiplier, shift) + output_zero_point;
        output[c] = (int8_t)kl_clamp(value, INT8_MIN, INT8_MAX);
    }
}
