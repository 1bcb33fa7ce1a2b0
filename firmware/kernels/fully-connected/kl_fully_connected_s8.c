// SPDX-License-Identifier: Apache-2.0
#include "internal/columns.h"
#include "internal/requantize.h"
#include "kinglet/forward.h"

int32_t kl_fully_connected_s8_scratch_bytes(const kl_conv_layer *layer, int32_t overlay_count) {
    int32_t column = kl_round_up_4(layer->input.channels) + kl_round_up_4(overlay_count);
    return column * (int32_t)sizeof(int16_t) + kl_round_up_4(overlay_count);
}

/// The sum of output `index` as its value.
static int8_t dense_value(const kl_conv_layer *layer, const kl_output_clamp *clamp, int32_t sum,
                          int32_t index) {
    return kl_finish(clamp,
                     kl_requantize_once(sum, layer->multipliers[index], layer->shifts[index]));
}

#if KL_DSP

void kl_fully_connected_s8(const kl_conv_layer *layer, const int8_t *input,
                           const kl_weights *weights, const int32_t *bias, int8_t *output,
                           void *scratch) {
    kl_output_clamp clamp = kl_make_output_clamp(layer);
    int32_t features = layer->input.channels, outputs = layer->output.channels;
    int32_t count = weights->overlay_count;
    int32_t *column = scratch;
    int32_t zero = kl_zero_pair(layer->input_zero_point);
    int32_t *end = kl_fill_column(input, features, zero, column, 2);
    if (count > 0) {
        int8_t *selected = (int8_t *)(end + kl_round_up_4(count) / 2);
        for (int32_t i = 0; i < count; i++)
            selected[i] = input[weights->overlay_channels[i]];
        kl_fill_column(selected, count, zero, end, 2);
    }
    const int8_t *base = weights->base, *overlay = weights->overlay;
    for (int32_t i = 0; i < outputs; i += 2) {
        int32_t next = i + 1 < outputs;
        int32_t sums[2] = {bias[i], bias[i + next]};
        const int32_t *rest = kl_dot_2x1(base, base + next * features, column, features, sums);
        base += 2 * features;
        if (count > 0) {
            kl_dot_2x1(overlay, overlay + next * count, rest, count, sums);
            overlay += 2 * count;
        }
        for (int32_t k = 0; k <= next; k++)
            output[i + k] = dense_value(layer, &clamp, sums[k], i + k);
    }
}

#else

void kl_fully_connected_s8(const kl_conv_layer *layer, const int8_t *input,
                           const kl_weights *weights, const int32_t *bias, int8_t *output,
                           void *scratch) {
    (void)scratch;
    kl_output_clamp clamp = kl_make_output_clamp(layer);
    int32_t features = layer->input.channels, zero = layer->input_zero_point;
    int32_t count = weights->overlay_count;
    for (int32_t i = 0; i < layer->output.channels; i++) {
        int32_t sum = bias[i];
        for (int32_t k = 0; k < features; k++)
            sum += weights->base[i * features + k] * (input[k] - zero);
        for (int32_t k = 0; k < count; k++)
            sum += weights->overlay[i * count + k] * (input[weights->overlay_channels[k]] - zero);
        output[i] = dense_value(layer, &clamp, sum, i);
    }
}

#endif
