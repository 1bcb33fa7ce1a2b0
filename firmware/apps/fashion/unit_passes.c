// SPDX-License-Identifier: Apache-2.0

// What is done with one layer: start, forward, backward and update, hash.

#include "units.h"

#include "runtime/marker.h"

#include <string.h>

static int32_t pixels(kl_shape shape) {
    return shape.height * shape.width;
}

static int32_t trained_weight_count(const struct Unit *unit) {
    return unit->layer->output.channels * unit->trained_inputs;
}

void unit_start(const struct Unit *unit) {
    if (unit->trained_biases)
        memcpy(unit->trained_biases, unit->initial_biases,
               (size_t)unit->layer->output.channels * sizeof(int32_t));
    if (unit->trained_inputs > 0) {
        const size_t count = (size_t)trained_weight_count(unit);
        memcpy(unit->trained_weights, unit->initial_weights, count);
        memset(unit->residuals, 0, count);
    }
}

static int32_t larger(int32_t a, int32_t b) {
    return a > b ? a : b;
}

int32_t unit_scratch_bytes(const struct Unit *unit) {
    const kl_conv_layer *layer = unit->layer;
    int32_t bytes = 0;
    switch (unit->kind) {
    case CONVOLUTION:
        bytes = kl_conv_s8_scratch_bytes(layer, unit->weights.overlay_count);
        break;
    case DEPTHWISE:
        bytes = kl_depthwise_s8_scratch_bytes(layer);
        break;
    case FULLY_CONNECTED:
        bytes = kl_fully_connected_s8_scratch_bytes(layer, unit->weights.overlay_count);
        break;
    }
    if (unit->trained_inputs > 0)
        bytes = larger(bytes, kl_conv_weight_gradient_scratch_bytes(layer));
#if FASHION_SPARSE
    switch (unit->kind) {
    case CONVOLUTION:
        return larger(bytes, kl_conv_input_gradient_scratch_bytes(layer));
    case DEPTHWISE:
        return larger(bytes, kl_depthwise_input_gradient_scratch_bytes(layer));
    case FULLY_CONNECTED:
        return larger(bytes, kl_fully_connected_input_gradient_scratch_bytes(layer));
    }
#endif
    return bytes;
}

// Keeps the input channels that trained weights see.
static void keep_input(const struct Unit *unit, const int8_t *input) {
    const kl_shape shape = unit->layer->input;
    if (unit->weights.overlay)
        kl_select_channels_s8(input, pixels(shape), shape.channels, unit->weights.overlay_channels,
                              unit->trained_inputs, unit->kept_input);
    else
        memcpy(unit->kept_input, input, (size_t)(pixels(shape) * shape.channels));
}

void unit_forward(const struct Unit *unit, bool training, const int8_t *input, int8_t *output,
                  void *scratch) {
    const kl_conv_layer *layer = unit->layer;
    // First, because a depthwise layer may write over its input.
    if (training && unit->trained_inputs > 0)
        keep_input(unit, input);
    switch (unit->kind) {
    case CONVOLUTION:
        kl_conv_s8(layer, input, &unit->weights, unit->biases, output, scratch);
        break;
    case DEPTHWISE:
        kl_depthwise_s8(layer, input, &unit->weights, unit->biases, output, scratch);
        break;
    case FULLY_CONNECTED:
        kl_fully_connected_s8(layer, input, &unit->weights, unit->biases, output, scratch);
        break;
    }
    if (training && unit->mask)
        kl_clamp_mask_s8(output, pixels(layer->output) * layer->output.channels,
                         layer->activation_min, layer->activation_max, unit->mask);
}

static void update_biases(const struct Unit *unit, kl_sgd *sgd, const kl_gradient *gradient) {
    int32_t sums[96]; // the widest layer's channels
    const kl_shape output = unit->layer->output;
    // A bias's unit, s_x * s_w, is so small that nothing needs to be kept below it.
    const kl_residual residual = sgd->residual;
    sgd->residual = KL_RESIDUAL_NONE;
    kl_bias_gradient(gradient, pixels(output), output.channels, sums);
    kl_update_biases(sgd, &unit->scales, output.channels, sums, gradient->exponent,
                     unit->trained_biases, NULL);
    sgd->residual = residual;
}

#if FASHION_SPARSE
static void find_input_gradient(const struct Unit *unit, const kl_gradient *output_gradient,
                                kl_gradient *input_gradient, void *scratch) {
    const float *scales = unit->scales.weight_scales;
    switch (unit->kind) {
    case CONVOLUTION:
        kl_conv_input_gradient(unit->layer, &unit->weights, scales, output_gradient, input_gradient,
                               scratch);
        break;
    case DEPTHWISE:
        kl_depthwise_input_gradient(unit->layer, &unit->weights, scales, output_gradient,
                                    input_gradient, scratch);
        break;
    case FULLY_CONNECTED:
        kl_fully_connected_input_gradient(unit->layer, &unit->weights, scales, output_gradient,
                                          input_gradient, scratch);
        break;
    }
}
#endif

void unit_backward(const struct Unit *unit, kl_sgd *sgd, kl_gradient *output_gradient,
                   kl_gradient *input_gradient, void *scratch) {
    const kl_shape output = unit->layer->output;
    if (unit->mask)
        kl_gradient_apply_mask(output_gradient, pixels(output) * output.channels, unit->mask);
#if FASHION_SPARSE
    // Before the update: the gradient belongs to the weights that the forward pass used.
    if (input_gradient)
        find_input_gradient(unit, output_gradient, input_gradient, scratch);
#else
    (void)input_gradient;
#endif
    kl_phase_begin(KL_PHASE_UPDATE);
    if (unit->trained_biases)
        update_biases(unit, sgd, output_gradient);
    if (unit->trained_inputs > 0)
        kl_conv_update_weights(unit->layer, unit->kept_input, unit->trained_inputs, output_gradient,
                               sgd, &unit->scales, unit->trained_weights, unit->residuals, scratch);
    kl_phase_end(KL_PHASE_UPDATE);
}

// FNV-1a (Fowler, Noll, Vo), the bytes of `value` from the lowest: independent of byte order.
static uint32_t hash_value(uint32_t hash, uint32_t value, uint32_t bytes) {
    for (uint32_t i = 0; i < bytes; i++)
        hash = (hash ^ ((value >> (8 * i)) & 0xffu)) * 0x01000193u;
    return hash;
}

uint32_t unit_hash(const struct Unit *unit, uint32_t hash) {
    if (unit->trained_biases)
        for (int32_t i = 0; i < unit->layer->output.channels; i++)
            hash = hash_value(hash, (uint32_t)unit->trained_biases[i], 4);
    const int32_t count = unit->trained_inputs > 0 ? trained_weight_count(unit) : 0;
    for (int32_t i = 0; i < count; i++) {
        hash = hash_value(hash, (uint32_t)unit->trained_weights[i], 1);
        hash = hash_value(hash, (uint32_t)unit->residuals[i], 1);
    }
    return hash;
}
