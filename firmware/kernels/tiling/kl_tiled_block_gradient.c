// SPDX-License-Identifier: Apache-2.0
#include "convolution/input_gradient.h"
#include "internal/memory.h"
#include "tiling/group.h"

/// A group that is on its way.
typedef struct {
    const kl_tiled_block *block;
    kl_sgd *sgd;
    int32_t first; ///< expanded channel
    int32_t count;
    void *shared;
    void *kernels;
} group_work;

/// Bytes from one residual of a bias to the next.
static int32_t residual_bytes(kl_residual width) {
    return width == KL_RESIDUAL_8 ? 1 : width == KL_RESIDUAL_16 ? 2 : 4;
}

/// The bits of the group's channels, one behind the other as in a mask of their own.
static void select_bits(const uint8_t *mask, int32_t pixels, int32_t channels, int32_t first,
                        int32_t count, uint8_t *bits) {
    if (((channels | first | count) & 7) == 0) {
        for (; pixels > 0; pixels--, mask += channels / 8, bits += count / 8)
            for (int32_t i = 0; i < count / 8; i++)
                bits[i] = mask[first / 8 + i];
        return;
    }
    int32_t target = 0;
    kl_fill_bytes(bits, 0, (pixels * count + 7) / 8);
    for (int32_t pixel = 0; pixel < pixels; pixel++)
        for (int32_t i = 0; i < count; i++, target++) {
            int32_t source = pixel * channels + first + i;
            uint32_t bit = (uint32_t)mask[source / 8] >> (source % 8) & 1U;
            bits[target / 8] = (uint8_t)(bits[target / 8] | bit << (target % 8));
        }
}

/// The scales of the group's output channels.
static kl_parameter_scales group_scales(const group_work *work, const kl_tiled_layer *layer) {
    kl_parameter_scales scales = {layer->scales->weight_scales + work->first,
                                  layer->scales->input_scale};
    return scales;
}

/// Masks the group's gradient at a layer's output and trains the group's biases.
static void mask_and_train(const group_work *work, const kl_tiled_layer *layer,
                           kl_gradient *gradient) {
    int32_t pixels = kl_pixels(&layer->layer->output), count = work->count;
    select_bits(layer->mask, pixels, layer->layer->output.channels, work->first, count,
                work->shared);
    kl_gradient_apply_mask(gradient, pixels * count, work->shared);
    if (layer->biases == 0)
        return;
    int32_t *sums = work->shared;
    uint8_t *residuals = layer->residuals;
    if (residuals != 0)
        residuals += work->first * residual_bytes(work->sgd->residual);
    kl_parameter_scales scales = group_scales(work, layer);
    kl_bias_gradient(gradient, pixels, count, sums);
    kl_update_biases(work->sgd, &scales, count, sums, gradient->exponent,
                     layer->biases + work->first, residuals);
}

/// From the depthwise convolution's output to its input.
static void pass_depthwise(const group_work *work, const kl_gradient *output, kl_gradient *input) {
    const kl_tiled_layer *layer = &work->block->depthwise;
    kl_conv_layer group = kl_group_depthwise(work->block, work->count);
    const int8_t *source = layer->weights->base + work->first;
    int8_t *gathered = work->shared;
    for (int32_t tap = 0; tap < kl_taps(&group.window); tap++)
        kl_copy_bytes(gathered + tap * work->count, source + tap * layer->layer->input.channels,
                      work->count);
    kl_weights weights = {gathered, 0, 0, 0};
    kl_depthwise_input_gradient(&group, &weights, layer->scales->weight_scales + work->first,
                                output, input, work->kernels);
}

/// The group's part of the gradient at the block's input.
static void pass_expansion(const group_work *work, const kl_gradient *output, kl_gradient *input) {
    const kl_tiled_layer *layer = &work->block->expansion;
    kl_conv_layer group = kl_group_expansion(work->block, work->count);
    int32_t taps = kl_taps(&group.window);
    kl_weights weights = *layer->weights;
    weights.base += work->first * taps * group.input.channels;
    if (weights.overlay_count > 0)
        weights.overlay += work->first * taps * weights.overlay_count;
    const float *scales = layer->scales->weight_scales + work->first;
    if (work->first == 0 && work->block->adds == 0) {
        kl_conv_input_gradient(&group, &weights, scales, output, input, work->kernels);
        return;
    }
    kl_gradient part = {work->shared, 0};
    kl_conv_input_gradient(&group, &weights, scales, output, &part, work->kernels);
    kl_gradient_add(input, &part, kl_pixels(&group.input) * group.input.channels);
}

/// Updates the weights of the expansion's group.
static void train_expansion(const group_work *work, const kl_gradient *output) {
    const kl_tiled_block *block = work->block;
    kl_conv_layer group = kl_group_expansion(block, work->count);
    kl_parameter_scales scales = group_scales(work, &block->expansion);
    int32_t start = work->first * kl_taps(&group.window) * block->trained_channels;
    uint8_t *residuals = block->trained_residuals;
    if (residuals != 0)
        residuals += start * (work->sgd->residual == KL_RESIDUAL_8 ? 1 : 2);
    kl_conv_update_weights(&group, block->trained_input, block->trained_channels, output, work->sgd,
                           &scales, block->trained_weights + start, residuals, work->kernels);
}

void kl_tiled_block_gradient(const kl_tiled_block *block, const kl_gradient *output_gradient,
                             kl_gradient *input_gradient, kl_sgd *sgd, void *scratch) {
    bool has_input = input_gradient->data != 0;
    kl_group_parts parts = kl_make_group_parts(block, has_input);
    kl_gradient output = {scratch, 0}, input = {scratch, 0};
    uint8_t *next = (uint8_t *)scratch + parts.gradients;
    group_work work = {block, sgd, 0, 0, next, next + parts.shared};
    int32_t channels = block->depthwise.layer->input.channels;
    const kl_tiled_layer *projection = &block->projection;
    for (; work.first < channels; work.first += work.count) {
        work.count = kl_min(block->tile_channels, channels - work.first);
        kl_input_channels group = {work.first, work.count};
        kl_conv_input_gradient_of(projection->layer, projection->weights,
                                  projection->scales->weight_scales, output_gradient, group,
                                  &output, work.kernels);
        mask_and_train(&work, &block->depthwise, &output);
        pass_depthwise(&work, &output, &input);
        mask_and_train(&work, &block->expansion, &input);
        if (has_input)
            pass_expansion(&work, &input, input_gradient);
        if (block->trained_weights != 0)
            train_expansion(&work, &input);
    }
}
