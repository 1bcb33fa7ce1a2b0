// SPDX-License-Identifier: Apache-2.0
/// Blocks that nothing is trained in, run through a few rows of memory.
///
/// An inverted-residual block's depthwise convolution needs no more expanded rows than its kernel
/// is high. The expansion writes those of one tile of output rows, the depthwise convolution and
/// the projection follow, and rows that the next tile needs again move to the buffer's start.
/// Nothing is computed twice, and the results are those of the layers run whole.
#ifndef KINGLET_STREAMING_H
#define KINGLET_STREAMING_H

#include "kinglet/forward.h"

/// Expansion (or a network's first convolution), depthwise convolution, 1x1 projection and perhaps
/// the addition of the block's input; weights without overlays. `projection` has stride 1 and no
/// padding.
typedef struct {
    const kl_conv_layer *expansion;
    const kl_conv_layer *depthwise;
    const kl_conv_layer *projection;
    kl_weights expansion_weights;
    kl_weights depthwise_weights;
    kl_weights projection_weights;
    const int32_t *expansion_bias;
    const int32_t *depthwise_bias;
    const int32_t *projection_bias;
    /// 0, or the addition: its left operand is the block's input, its right one the projection's
    /// output. For a graph that has them the other way round, exchange the two operands'
    /// parameters: the sum is the same. `count` is not read.
    const kl_add_layer *addition;
    int32_t tile_rows; ///< output rows a tile, 1 or more; beyond the output's height: all of them
} kl_streamed_block;

/// Bytes of scratch for the two functions below. From its start, each part rounded up to 4 bytes:
/// rows that arrive (only with `reads_rows`), expanded rows, one tile of the depthwise
/// convolution, one of the projection (only with an addition), the kernels' own scratch.
int32_t kl_streamed_block_s8_scratch_bytes(const kl_streamed_block *block, bool reads_rows);

/// Runs a block.
///
/// The output may overwrite input rows that are consumed. Before the rows of a tile are written,
/// input row r is consumed when r < e * expansion stride - expansion padding, where e rows of the
/// expansion end at the last row that the tile's depthwise windows reach; before the last tile all
/// rows are. With an addition `output` must also not begin after `input`.
void kl_streamed_block_s8(const kl_streamed_block *block, const int8_t *input, int8_t *output,
                          void *scratch);

/// The same for a sample that arrives row by row and is never in memory as a whole: as many rows
/// are kept as the first convolution's kernel is high. Takes no addition. Each row is asked for
/// once, from the top; rows that no window sees are not asked for.
/// Returns false, at once, when a row could not be read.
bool kl_streamed_block_rows_s8(const kl_streamed_block *block, kl_row_source source, void *context,
                               int8_t *output, void *scratch);

#endif
