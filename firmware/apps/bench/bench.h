// SPDX-License-Identifier: Apache-2.0

// What the benches share: memory for operands, and the layers that they run.

#pragma once

#include "kinglet/kinglet.h"

#include <stdbool.h>
#include <stdint.h>

/// Memory from which blocks are taken, one behind the other.
typedef struct {
    uint8_t *start; ///< at a multiple of 8
    uint32_t bytes;
    uint32_t used; ///< may exceed `bytes`: bench_fits then says no
} bench_memory;

/// The next `bytes` bytes, at a multiple of 4; not to be touched unless bench_fits says yes.
void *bench_take(bench_memory *memory, int32_t bytes);

/// Whether all that was taken is there.
bool bench_fits(const bench_memory *memory);

/// Fills the first `bytes` bytes with the same noise every time.
void bench_fill(const bench_memory *memory, uint32_t bytes);

/// Elements of a tensor, height x width x channels.
int32_t bench_elements(const kl_shape *shape);

/// A convolution over `size` x `size` pixels that keeps them but for the stride, with zero points
/// of -3 and -128 and no activation. `outputs` is that of channels; multipliers and shifts are one
/// an output channel, and stay the caller's.
kl_conv_layer bench_layer(int32_t size, int32_t inputs, int32_t outputs, int32_t kernel,
                          int32_t stride, const int32_t *multipliers, const int8_t *shifts);
