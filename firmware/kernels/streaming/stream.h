// SPDX-License-Identifier: Apache-2.0
/// What the functions for streamed blocks share: rows of layers, and the scratch memory's parts.
#ifndef KINGLET_STREAMING_STREAM_H
#define KINGLET_STREAMING_STREAM_H

#include "internal/columns.h"
#include "internal/geometry.h"
#include "kinglet/streaming.h"

/// Neighbouring rows of a tensor: first...end-1.
typedef struct {
    int32_t first;
    int32_t end;
} kl_rows;

/// Input rows, among those that exist, that a layer's output rows read.
KL_INLINE kl_rows kl_rows_read(const kl_conv_layer *layer, kl_rows output) {
    const kl_window *window = &layer->window;
    int32_t first = output.first * window->stride_height - window->pad_top;
    int32_t end = (output.end - 1) * window->stride_height - window->pad_top;
    end += window->kernel_height;
    kl_rows rows = {kl_max(0, kl_min(first, layer->input.height)),
                    kl_max(0, kl_min(end, layer->input.height))};
    return rows;
}

/// The layer that makes only some output rows from input rows that begin at `input.first`.
KL_INLINE kl_conv_layer kl_layer_of_rows(const kl_conv_layer *layer, kl_rows output,
                                         kl_rows input) {
    kl_conv_layer part = *layer;
    int32_t top = output.first * layer->window.stride_height - layer->window.pad_top;
    part.output.height = output.end - output.first;
    part.input.height = input.end - input.first;
    part.window.pad_top = kl_max(0, input.first - top);
    return part;
}

KL_INLINE int32_t kl_row_bytes(const kl_shape *shape) {
    return shape->width * shape->channels;
}

KL_INLINE int32_t kl_tile_rows(const kl_streamed_block *block) {
    return kl_min(block->tile_rows, block->depthwise->output.height);
}

/// Rows that the buffer of expanded rows holds.
KL_INLINE int32_t kl_expanded_rows(const kl_streamed_block *block) {
    const kl_conv_layer *layer = block->depthwise;
    int32_t rows = (kl_tile_rows(block) - 1) * layer->window.stride_height;
    return kl_min(rows + layer->window.kernel_height, layer->input.height);
}

/// Bytes of the scratch memory's parts, each a multiple of 4.
typedef struct {
    int32_t arriving;
    int32_t expanded;
    int32_t tile;
    int32_t projected;
} kl_stream_parts;

KL_INLINE kl_stream_parts kl_make_stream_parts(const kl_streamed_block *block, bool reads_rows) {
    const kl_conv_layer *expansion = block->expansion, *depthwise = block->depthwise;
    const kl_shape *projected = &block->projection->output;
    int32_t tile = kl_tile_rows(block);
    int32_t arriving = kl_min(expansion->window.kernel_height, expansion->input.height);
    kl_stream_parts parts = {0, kl_expanded_rows(block) * kl_row_bytes(&depthwise->input),
                             tile * kl_row_bytes(&depthwise->output), 0};
    if (reads_rows)
        parts.arriving = kl_round_up_4(arriving * kl_row_bytes(&expansion->input));
    parts.expanded = kl_round_up_4(parts.expanded);
    parts.tile = kl_round_up_4(parts.tile);
    if (block->addition != 0)
        parts.projected = kl_round_up_4(tile * kl_row_bytes(projected));
    return parts;
}

/// Where a block's input comes from: memory, or rows that arrive.
typedef struct {
    const int8_t *whole; ///< 0 where rows arrive
    kl_row_source source;
    void *context;
} kl_stream_input;

/// Runs a block; false when a row could not be read.
bool kl_stream_rows(const kl_streamed_block *block, const kl_stream_input *input, int8_t *output,
                    void *scratch);

#endif
