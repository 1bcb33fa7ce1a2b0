// SPDX-License-Identifier: Apache-2.0

// Runs the frozen blocks of mcunet-5fps with their layers whole, where that fits, and streamed in
// tiles of 1, 2, 4 and 8 output rows, each as one step, and prints scratch bytes and cycles.
// `only=N` runs block N alone.

#include "apps/bench/bench.h"

#include "kinglet/kinglet.h"

#include "runtime/arguments.h"
#include "runtime/cycles.h"
#include "runtime/marker.h"
#include "runtime/text.h"

#include <string.h>

enum { MEMORY = 200 * 1024, MAX_CHANNELS = 256, TILES = 5 };

static uint8_t bytes[MEMORY] __attribute__((aligned(8)));
static bench_memory memory = {bytes, MEMORY, 0};
static int32_t multipliers[MAX_CHANNELS], bias[MAX_CHANNELS];
static int8_t shifts[MAX_CHANNELS];

typedef struct {
    int32_t size; // height and width of the input
    int32_t inputs;
    int32_t expanded;
    int32_t outputs;
    int32_t first_kernel; // 3 with stride 2: the network's first convolution
    int32_t kernel;
    int32_t stride;
} shape;

static const shape shapes[] = {
    {128, 3, 16, 8, 3, 3, 1},  {64, 8, 32, 16, 1, 3, 2},   {32, 16, 48, 16, 1, 3, 1},
    {32, 16, 48, 24, 1, 7, 2}, {16, 24, 120, 24, 1, 3, 1}, {16, 24, 120, 40, 1, 3, 2},
    {8, 40, 160, 40, 1, 7, 1}, {8, 40, 160, 48, 1, 5, 1},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static kl_conv_layer make_layer(int32_t size, int32_t inputs, int32_t outputs, int32_t kernel,
                                int32_t stride) {
    return bench_layer(size, inputs, outputs, kernel, stride, multipliers, shifts);
}

// The layers one after the other; returns their scratch, or -1 where memory does not suffice.
static int32_t run_whole(const kl_streamed_block *block, const int8_t *input, int8_t *output) {
    int8_t *expanded = bench_take(&memory, bench_elements(&block->expansion->output));
    int8_t *middle = expanded;
    int32_t scratch = kl_conv_s8_scratch_bytes(block->expansion, 0);
    int32_t other = kl_depthwise_s8_scratch_bytes(block->depthwise);
    scratch = other > scratch ? other : scratch;
    other = kl_conv_s8_scratch_bytes(block->projection, 0);
    scratch = other > scratch ? other : scratch;
    void *kernels = bench_take(&memory, scratch);
    if (!bench_fits(&memory))
        return -1;
    kl_conv_s8(block->expansion, input, &block->expansion_weights, bias, expanded, kernels);
    kl_depthwise_s8(block->depthwise, expanded, &block->depthwise_weights, bias, middle, kernels);
    kl_conv_s8(block->projection, middle, &block->projection_weights, bias, output, kernels);
    return scratch + bench_elements(&block->expansion->output);
}

static int32_t run_streamed(const kl_streamed_block *block, const int8_t *input, int8_t *output) {
    int32_t scratch = kl_streamed_block_s8_scratch_bytes(block, false);
    void *memory_left = bench_take(&memory, scratch);
    if (!bench_fits(&memory))
        return -1;
    kl_streamed_block_s8(block, input, output, memory_left);
    return scratch;
}

// `tile` 0: the layers whole.
static void run(uint32_t number, const shape *extents, int32_t tile) {
    int32_t first_stride = extents->first_kernel == 1 ? 1 : 2;
    kl_conv_layer expansion = make_layer(extents->size, extents->inputs, extents->expanded,
                                         extents->first_kernel, first_stride);
    kl_conv_layer depthwise = make_layer(expansion.output.width, extents->expanded,
                                         extents->expanded, extents->kernel, extents->stride);
    kl_conv_layer projection =
        make_layer(depthwise.output.width, extents->expanded, extents->outputs, 1, 1);
    bench_fill(&memory, MEMORY);
    memory.used = 0;
    kl_weights weights = {bench_take(&memory, extents->expanded * 64), 0, 0, 0};
    kl_streamed_block block = {&expansion, &depthwise, &projection, weights, weights, weights,
                               bias,       bias,       bias,        0,       tile};
    int8_t *input = bench_take(&memory, bench_elements(&expansion.input));
    int8_t *output = bench_take(&memory, bench_elements(&projection.output));
    kl_step_begin(number);
    uint32_t start = kl_cycles();
    int32_t scratch =
        tile == 0 ? run_whole(&block, input, output) : run_streamed(&block, input, output);
    uint32_t cycles = kl_cycles() - start;
    kl_step_end(number);
    kl_put_unsigned(number);
    kl_put(tile == 0 ? "\twhole\t" : "\ttiles of ");
    if (tile != 0) {
        kl_put_unsigned((uint32_t)tile);
        kl_put("\t");
    }
    if (scratch < 0) {
        kl_put("does not fit\n");
        return;
    }
    kl_put_unsigned((uint32_t)scratch);
    kl_put(" B\t");
    kl_put_unsigned(cycles);
    kl_put(" cycles\n");
}

int main(int argc, char **argv) {
    static const int32_t tiles[TILES] = {0, 1, 2, 4, 8};
    char line[128];
    uint32_t only = SHAPES;
    if (!kl_arguments(argc, argv, line, sizeof line))
        return 2;
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL)
        if (strcmp(key, "only") != 0 || !kl_parse_unsigned(value, &only)) {
            kl_put("usage: stream-bench [only=N]\n");
            return 2;
        }
    for (uint32_t c = 0; c < MAX_CHANNELS; c++) {
        multipliers[c] = (1 << 30) + (int32_t)c * 3000000;
        shifts[c] = -9;
    }
    kl_cycles_start();
    for (uint32_t i = 0; i < SHAPES; i++)
        for (uint32_t k = 0; k < TILES; k++)
            if (only >= SHAPES || i == only)
                run(i * TILES + k, &shapes[i], tiles[k]);
    return 0;
}
