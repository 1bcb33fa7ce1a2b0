// SPDX-License-Identifier: Apache-2.0
/// A group of expanded channels: layers that have only these, and the scratch memory's parts.
#ifndef KINGLET_TILING_GROUP_H
#define KINGLET_TILING_GROUP_H

#include "internal/columns.h"
#include "internal/geometry.h"
#include "kinglet/backward.h"
#include "kinglet/tiling.h"

/// The depthwise convolution of `count` channels.
KL_INLINE kl_conv_layer kl_group_depthwise(const kl_tiled_block *block, int32_t count) {
    kl_conv_layer layer = *block->depthwise.layer;
    layer.input.channels = layer.output.channels = count;
    return layer;
}

/// The expansion to `count` channels.
KL_INLINE kl_conv_layer kl_group_expansion(const kl_tiled_block *block, int32_t count) {
    kl_conv_layer layer = *block->expansion.layer;
    layer.output.channels = count;
    return layer;
}

/// Bytes of the scratch memory's parts, each a multiple of 4.
typedef struct {
    int32_t gradients; ///< at the depthwise convolution's output, then at its input
    int32_t shared;    ///< what is used for a moment
} kl_group_parts;

KL_INLINE kl_group_parts kl_make_group_parts(const kl_tiled_block *block, bool has_input) {
    const kl_conv_layer *layer = block->depthwise.layer;
    const kl_shape *input = &block->expansion.layer->input;
    int32_t channels = layer->input.channels, count = kl_min(block->tile_channels, channels);
    int32_t element = (int32_t)sizeof(kl_grad), largest = kl_pixels(&layer->input);
    largest = kl_max(largest, kl_pixels(&layer->output));
    kl_group_parts parts = {kl_round_up_4(largest * count * element), 0};
    parts.shared = kl_max(4, kl_taps(&layer->window)) * count;
    parts.shared = kl_max(parts.shared, (largest * count + 7) / 8);
    if (has_input && (block->adds != 0 || count < channels))
        parts.shared = kl_max(parts.shared, kl_pixels(input) * input->channels * element);
    parts.shared = kl_round_up_4(parts.shared);
    return parts;
}

#endif
