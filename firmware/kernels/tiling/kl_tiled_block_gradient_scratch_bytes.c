// SPDX-License-Identifier: Apache-2.0
#include "tiling/group.h"

int32_t kl_tiled_block_gradient_scratch_bytes(const kl_tiled_block *block, bool has_input) {
    kl_group_parts parts = kl_make_group_parts(block, has_input);
    int32_t count = kl_min(block->tile_channels, block->depthwise.layer->input.channels);
    kl_conv_layer depthwise = kl_group_depthwise(block, count);
    kl_conv_layer expansion = kl_group_expansion(block, count);
    int32_t kernels = kl_conv_input_gradient_scratch_bytes(block->projection.layer);
    kernels = kl_max(kernels, kl_depthwise_input_gradient_scratch_bytes(&depthwise));
    if (has_input)
        kernels = kl_max(kernels, kl_conv_input_gradient_scratch_bytes(&expansion));
    if (block->trained_weights != 0)
        kernels = kl_max(kernels, kl_conv_weight_gradient_scratch_bytes(&expansion));
    return parts.gradients + parts.shared + kl_round_up_4(kernels);
}
