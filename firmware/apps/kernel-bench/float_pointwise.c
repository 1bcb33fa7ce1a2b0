// SPDX-License-Identifier: Apache-2.0
#include "float_pointwise.h"

enum { BLOCK = 4 };

int32_t float_pointwise_scratch_bytes(const kl_conv_layer *layer) {
    int32_t pixels = layer->input.height * layer->input.width, outputs = layer->output.channels;
    return (pixels > outputs ? pixels : outputs) * BLOCK * (int32_t)sizeof(float);
}

/// Eight sums at a time: `count` rows of two left and four right factors.
static inline void multiply(const float *left, int32_t left_step, int32_t apart, const float *right,
                            int32_t count, float *first, float *second) {
    float a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
    for (const float *end = right + count * BLOCK; right != end; right += BLOCK) {
        float a = left[0], b = left[apart];
        a0 = __builtin_fmaf(a, right[0], a0);
        a1 = __builtin_fmaf(a, right[1], a1);
        a2 = __builtin_fmaf(a, right[2], a2);
        a3 = __builtin_fmaf(a, right[3], a3);
        b0 = __builtin_fmaf(b, right[0], b0);
        b1 = __builtin_fmaf(b, right[1], b1);
        b2 = __builtin_fmaf(b, right[2], b2);
        b3 = __builtin_fmaf(b, right[3], b3);
        left += left_step;
    }
    first[0] = a0, first[1] = a1, first[2] = a2, first[3] = a3;
    second[0] = b0, second[1] = b1, second[2] = b2, second[3] = b3;
}

void float_pointwise_input_gradient(const kl_conv_layer *layer, const int8_t *weights,
                                    const float *weight_scales, const float *output_gradient,
                                    float *input_gradient, void *scratch) {
    int32_t pixels = layer->input.height * layer->input.width;
    int32_t inputs = layer->input.channels, outputs = layer->output.channels;
    float *block = scratch;
    for (int32_t channel = 0; channel < inputs; channel += BLOCK) {
        for (int32_t oc = 0; oc < outputs; oc++)
            for (int32_t i = 0; i < BLOCK; i++)
                block[oc * BLOCK + i] =
                    weight_scales[oc] * (float)weights[oc * inputs + channel + i];
        for (int32_t pixel = 0; pixel < pixels; pixel += 2) {
            float *target = input_gradient + pixel * inputs + channel;
            multiply(output_gradient + pixel * outputs, 1, outputs, block, outputs, target,
                     target + inputs);
        }
    }
}

void float_pointwise_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                     const float *output_gradient, float *sums, void *scratch) {
    int32_t pixels = layer->input.height * layer->input.width;
    int32_t inputs = layer->input.channels, outputs = layer->output.channels;
    float *block = scratch;
    for (int32_t channel = 0; channel < inputs; channel += BLOCK) {
        for (int32_t pixel = 0; pixel < pixels; pixel++)
            for (int32_t i = 0; i < BLOCK; i++)
                block[pixel * BLOCK + i] =
                    (float)(input[pixel * inputs + channel + i] - layer->input_zero_point);
        for (int32_t oc = 0; oc < outputs; oc += 2) {
            float *target = sums + oc * inputs + channel;
            multiply(output_gradient + oc, outputs, 1, block, pixels, target, target + inputs);
        }
    }
}
