// SPDX-License-Identifier: Apache-2.0
#include "internal/memory.h"
#include "streaming/stream.h"

/// A block that runs, with what its buffers hold.
typedef struct {
    const kl_streamed_block *block;
    const kl_stream_input *input;
    kl_rows arrived; ///< input rows in `arriving`
    kl_rows ready;   ///< expanded rows in `expanded`
    int8_t *arriving;
    int8_t *expanded;
    int8_t *tile;
    int8_t *projected;
    void *kernels;
} stream_state;

/// Moves the rows from `first` on to the buffer's start; upwards, so that words may overlap.
static void keep_rows(int8_t *buffer, kl_rows *held, int32_t first, int32_t row_bytes) {
    first = kl_min(first, held->end);
    if (first > held->first)
        kl_copy_bytes(buffer, buffer + (first - held->first) * row_bytes,
                      (held->end - first) * row_bytes);
    held->first = first;
}

/// Makes expanded rows from input in memory.
static void expand_whole(stream_state *state, kl_rows rows, int8_t *output) {
    const kl_streamed_block *block = state->block;
    kl_rows read = kl_rows_read(block->expansion, rows);
    kl_conv_layer layer = kl_layer_of_rows(block->expansion, rows, read);
    const int8_t *input = state->input->whole + read.first * kl_row_bytes(&block->expansion->input);
    // More rows follow in memory than are read, which lets the kernel copy by words.
    if (!kl_is_pointwise(&layer))
        layer.input.height = block->expansion->input.height - read.first;
    kl_conv_s8(&layer, input, &block->expansion_weights, block->expansion_bias, output,
               state->kernels);
}

/// Makes one expanded row from rows that arrive.
static bool expand_arriving(stream_state *state, int32_t row, int8_t *output) {
    const kl_streamed_block *block = state->block;
    int32_t row_bytes = kl_row_bytes(&block->expansion->input);
    kl_rows rows = {row, row + 1}, read = kl_rows_read(block->expansion, rows);
    keep_rows(state->arriving, &state->arrived, read.first, row_bytes);
    if (state->arrived.first < read.first)
        state->arrived.first = state->arrived.end = read.first;
    for (; state->arrived.end < read.end; state->arrived.end++)
        if (!state->input->source(state->input->context, state->arrived.end,
                                  state->arriving +
                                      (state->arrived.end - state->arrived.first) * row_bytes))
            return false;
    kl_conv_layer layer = kl_layer_of_rows(block->expansion, rows, read);
    // One row more than there is, in the memory that follows, where no window reaches it: that
    // lets the kernel copy the last row by words.
    if (layer.input.height + layer.window.pad_top == layer.window.kernel_height &&
        !kl_is_pointwise(&layer))
        layer.input.height++;
    kl_conv_s8(&layer, state->arriving, &block->expansion_weights, block->expansion_bias, output,
               state->kernels);
    return true;
}

/// Sees to it that the buffer begins with the expanded rows that a tile reads.
static bool expand(stream_state *state, kl_rows read) {
    int32_t row_bytes = kl_row_bytes(&state->block->depthwise->input);
    keep_rows(state->expanded, &state->ready, read.first, row_bytes);
    kl_rows missing = {kl_max(state->ready.end, read.first), read.end};
    if (state->ready.first < read.first)
        state->ready.first = read.first;
    state->ready.end = kl_max(state->ready.end, read.end);
    if (missing.first >= missing.end)
        return true;
    int8_t *output = state->expanded + (missing.first - state->ready.first) * row_bytes;
    if (state->input->whole != 0) {
        expand_whole(state, missing, output);
        return true;
    }
    for (; missing.first < missing.end; missing.first++, output += row_bytes)
        if (!expand_arriving(state, missing.first, output))
            return false;
    return true;
}

/// Makes output rows from expanded rows.
static void finish_tile(stream_state *state, kl_rows rows, kl_rows read, int8_t *output) {
    const kl_streamed_block *block = state->block;
    kl_conv_layer depthwise = kl_layer_of_rows(block->depthwise, rows, read);
    kl_depthwise_s8(&depthwise, state->expanded, &block->depthwise_weights, block->depthwise_bias,
                    state->tile, state->kernels);
    kl_conv_layer projection = kl_layer_of_rows(block->projection, rows, rows);
    int32_t row_bytes = kl_row_bytes(&block->projection->output);
    output += rows.first * row_bytes;
    kl_conv_s8(&projection, state->tile, &block->projection_weights, block->projection_bias,
               block->addition != 0 ? state->projected : output, state->kernels);
    if (block->addition == 0)
        return;
    kl_add_layer addition = *block->addition;
    addition.count = (rows.end - rows.first) * row_bytes;
    kl_add_s8(&addition, state->input->whole + rows.first * row_bytes, state->projected, output);
}

bool kl_stream_rows(const kl_streamed_block *block, const kl_stream_input *input, int8_t *output,
                    void *scratch) {
    kl_stream_parts parts = kl_make_stream_parts(block, input->whole == 0);
    stream_state state = {block, input, {0, 0}, {0, 0}, scratch, 0, 0, 0, 0};
    state.expanded = state.arriving + parts.arriving;
    state.tile = state.expanded + parts.expanded;
    state.projected = state.tile + parts.tile;
    state.kernels = state.projected + parts.projected;
    int32_t height = block->depthwise->output.height, step = kl_tile_rows(block);
    for (kl_rows rows = {0, 0}; rows.end < height; rows.first = rows.end) {
        rows.end = kl_min(rows.first + step, height);
        kl_rows read = kl_rows_read(block->depthwise, rows);
        if (!expand(&state, read))
            return false;
        finish_tile(&state, rows, read, output);
    }
    return true;
}
