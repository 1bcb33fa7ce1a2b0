// SPDX-License-Identifier: Apache-2.0

#include "bench.h"

void *bench_take(bench_memory *memory, int32_t bytes) {
    void *block = memory->start + memory->used;
    memory->used += ((uint32_t)bytes + 3U) & ~3U;
    return block;
}

bool bench_fits(const bench_memory *memory) {
    return memory->used <= memory->bytes;
}

void bench_fill(const bench_memory *memory, uint32_t bytes) {
    uint32_t random = 1;
    for (uint32_t i = 0; i < bytes; i++) {
        random = random * 1664525U + 1013904223U;
        memory->start[i] = (uint8_t)(random >> 24);
    }
}

int32_t bench_elements(const kl_shape *shape) {
    return shape->height * shape->width * shape->channels;
}

kl_conv_layer bench_layer(int32_t size, int32_t inputs, int32_t outputs, int32_t kernel,
                          int32_t stride, const int32_t *multipliers, const int8_t *shifts) {
    int32_t pad = kernel / 2, made = (size - 1) / stride + 1;
    kl_conv_layer layer = {{size, size, inputs},
                           {made, made, outputs},
                           {kernel, kernel, stride, stride, pad, pad},
                           -3,
                           -128,
                           -128,
                           127,
                           multipliers,
                           shifts};
    return layer;
}
