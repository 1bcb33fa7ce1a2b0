// SPDX-License-Identifier: Apache-2.0
#include "streaming/stream.h"

int32_t kl_streamed_block_s8_scratch_bytes(const kl_streamed_block *block, bool reads_rows) {
    kl_stream_parts parts = kl_make_stream_parts(block, reads_rows);
    kl_conv_layer tile = *block->depthwise;
    tile.input.height = kl_expanded_rows(block);
    tile.output.height = kl_tile_rows(block);
    int32_t kernels = kl_conv_s8_scratch_bytes(block->expansion, 0);
    kernels = kl_max(kernels, kl_depthwise_s8_scratch_bytes(&tile));
    kernels = kl_max(kernels, kl_conv_s8_scratch_bytes(block->projection, 0));
    return parts.arriving + parts.expanded + parts.tile + parts.projected + kl_round_up_4(kernels);
}
