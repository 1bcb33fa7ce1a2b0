// SPDX-License-Identifier: Apache-2.0
/// A random streamed block, over its input and row by row.
#ifndef KERNEL_SELFTEST_STREAMED_CASE_H
#define KERNEL_SELFTEST_STREAMED_CASE_H

#include "random_case.h"

/// The tables of one layer of the block, in the working memory.
CASE_FUNCTION kl_conv_layer keep_layer(test_case *test, const int32_t **bias) {
    kl_conv_layer layer = test->layer;
    int32_t *multipliers = take(test, (int32_t)sizeof test->multipliers, 4);
    int32_t *kept = take(test, (int32_t)sizeof test->bias, 4);
    int8_t *shifts = take(test, (int32_t)sizeof test->shifts, 1);
    memcpy(multipliers, test->multipliers, sizeof test->multipliers);
    memcpy(kept, test->bias, sizeof test->bias);
    memcpy(shifts, test->shifts, sizeof test->shifts);
    layer.multipliers = multipliers;
    layer.shifts = shifts;
    *bias = kept;
    return layer;
}

typedef struct {
    const int8_t *rows;
    int32_t row_bytes;
} row_memory;

CASE_FUNCTION bool read_row(void *context, int32_t row, int8_t *destination) {
    const row_memory *memory = context;
    memcpy(destination, memory->rows + row * memory->row_bytes, (uint32_t)memory->row_bytes);
    return true;
}

CASE_FUNCTION void run_streamed(test_case *test) {
    kl_conv_layer layers[3];
    kl_weights weights[3] = {{0, 0, 0, 0}};
    const int32_t *bias[3];
    layer_kind kinds[3] = {between(test, 0, 1) ? CONVOLUTION : POINTWISE, DEPTHWISE, POINTWISE};
    for (int32_t i = 0; i < 3; i++) {
        kl_shape shape = i == 0 ? random_input(test, kinds[0]) : layers[i - 1].output;
        random_layer_on(test, kinds[i], shape);
        weights[i].base = take_bytes(test, test->weights);
        layers[i] = keep_layer(test, &bias[i]);
    }
    kl_streamed_block block = {&layers[0],         &layers[1], &layers[2], weights[0], weights[1],
                               weights[2],         bias[0],    bias[1],    bias[2],    0,
                               between(test, 1, 5)};
    kl_shape source = layers[0].input;
    int32_t bytes = source.height * source.width * source.channels;
    int8_t *input = take_bytes(test, bytes), *output = take(test, test->outputs, 1);
    void *scratch = take(test, kl_streamed_block_s8_scratch_bytes(&block, true), 4);
    if (!fits(test))
        return;
    row_memory rows = {input, source.width * source.channels};
    kl_streamed_block_rows_s8(&block, read_row, &rows, output, scratch);
    digest(test, output, (uint32_t)test->outputs);
    if (source.channels == layers[2].output.channels && source.height == layers[2].output.height &&
        source.width == layers[2].output.width) {
        kl_add_layer addition = {0, 3, 1 << 30, -1, -2, 1500000000, 0, 1, 1 << 30, -18, -128, 127};
        block.addition = &addition;
        kl_streamed_block_s8(&block, input, input, scratch);
        digest(test, input, (uint32_t)bytes);
    } else {
        kl_streamed_block_s8(&block, input, output, scratch);
        digest(test, output, (uint32_t)test->outputs);
    }
}

#endif
