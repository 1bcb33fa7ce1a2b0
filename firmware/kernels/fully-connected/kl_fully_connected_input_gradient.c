// SPDX-License-Identifier: Apache-2.0
#include "internal/columns.h"
#include "internal/geometry.h"
#include "internal/scaled_weights.h"
#include "kinglet/backward.h"

int32_t kl_fully_connected_input_gradient_scratch_bytes(const kl_conv_layer *layer) {
    return kl_round_up_4(layer->output.channels * (int32_t)sizeof(int32_t)) +
           kl_round_up_4(layer->output.channels * (int32_t)sizeof(uint16_t));
}

/// sums[i] = scaled mantissas times up to 4 weights of each row.
static void sum_inputs(const int8_t *weights, int32_t row, const int32_t *scaled, int32_t outputs,
                       int32_t count, int32_t sums[4]) {
#if KL_DSP
    if (count == 4) {
        int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (int32_t oc = 0; oc < outputs; oc++, weights += row) {
            int32_t word = kl_load_word(weights), g = scaled[oc];
            int32_t even = kl_sxtb16(word), odd = kl_sxtb16_ror8(word);
            s0 = kl_smlabb(even, g, s0);
            s1 = kl_smlabb(odd, g, s1);
            s2 = kl_smlatb(even, g, s2);
            s3 = kl_smlatb(odd, g, s3);
        }
        sums[0] = s0;
        sums[1] = s1;
        sums[2] = s2;
        sums[3] = s3;
        return;
    }
#endif
    for (int32_t i = 0; i < count; i++) {
        int32_t sum = 0;
        for (int32_t oc = 0; oc < outputs; oc++)
            sum += weights[oc * row + i] * scaled[oc];
        sums[i] = sum;
    }
}

void kl_fully_connected_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                                       const float *weight_scales,
                                       const kl_gradient *output_gradient,
                                       kl_gradient *input_gradient, void *scratch) {
    int32_t outputs = layer->output.channels, features = layer->input.channels;
    int32_t overlays = weights->overlay_count;
    // The scale goes into the mantissas here: each is used for a whole row of weights.
    int32_t *scaled = scratch;
    uint16_t *factors = (uint16_t *)(scaled + outputs);
    kl_weight_scaling scaling = kl_prepare_weight_scaling(weight_scales, outputs, outputs, factors);
    // Rounded to 16 bits, or fewer: with a weight below 2^7 a sum has to stay below 2^30.
    int32_t bits = kl_min(30 - 7 - kl_ceil_log2(outputs), 15);
    uint32_t magnitude = 0;
    for (int32_t oc = 0; oc < outputs; oc++) {
        scaled[oc] = output_gradient->data[oc] * (int32_t)factors[oc];
        magnitude |= kl_magnitude(scaled[oc]);
    }
    int32_t drop = kl_max(0, kl_bits(magnitude) + 1 - bits);
    for (int32_t oc = 0; oc < outputs; oc++)
        scaled[oc] = drop > 0 ? (scaled[oc] + (1 << (drop - 1))) >> drop : scaled[oc];
    // factors are s_w / 2^E * 2^15, with E from the shared preparation.
    int32_t exponent = scaling.exponent - scaling.shift + drop;

    kl_grad *result = input_gradient->data;
    int32_t shift = 0, next = 0;
    for (int32_t i = 0; i < features; i += 4) {
        int32_t sums[4] = {0, 0, 0, 0}, count = kl_min(4, features - i);
        sum_inputs(weights->base + i, features, scaled, outputs, count, sums);
        for (; next < overlays && weights->overlay_channels[next] < i + count; next++)
            sum_inputs(weights->overlay + next, overlays, scaled, outputs, 1,
                       &sums[weights->overlay_channels[next] - i]);
        magnitude = kl_magnitude(sums[0]) | kl_magnitude(sums[1]) | kl_magnitude(sums[2]) |
                    kl_magnitude(sums[3]);
        int32_t needed = kl_needed_shift(magnitude);
        if (needed > shift) {
            kl_drop_bits(result, 1, i, i, needed - shift);
            shift = needed;
        }
        for (int32_t k = 0; k < count; k++)
            result[i + k] = (kl_grad)kl_jam(sums[k], shift);
    }
    input_gradient->exponent = output_gradient->exponent + exponent + shift;
}
