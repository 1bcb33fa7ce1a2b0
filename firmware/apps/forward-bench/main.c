// SPDX-License-Identifier: Apache-2.0

// Runs each distinct convolution of mcunet-5fps on a 128x128 image forward, with random weights, as
// one step each, and prints name, how often the network has it, multiply-accumulates and cycles;
// the run record has the instructions of each step. `rows=N` computes N output rows a call, as a
// streamed block does; `only=N` runs the one layer N.

#include "apps/bench/bench.h"

#include "kinglet/kinglet.h"

#include "runtime/arguments.h"
#include "runtime/cycles.h"
#include "runtime/marker.h"
#include "runtime/text.h"

#include <string.h>

enum { MEMORY = 200 * 1024, MAX_CHANNELS = 576 };

static uint8_t bytes[MEMORY] __attribute__((aligned(8)));
static bench_memory memory = {bytes, MEMORY, 0};
static int32_t multipliers[MAX_CHANNELS], bias[MAX_CHANNELS];
static int8_t shifts[MAX_CHANNELS];

typedef struct {
    int16_t size; // height and width of the input
    int16_t inputs;
    int16_t outputs; // 0: depthwise
    int8_t kernel;   // 0: addition
    int8_t stride;
    int8_t times; // in the network
} bench_shape;

// Sources/TrainingCompiler/Networks/mcunet-5fps.yaml, layer by layer.
static const bench_shape shapes[] = {
    {128, 3, 16, 3, 2, 1}, {64, 16, 0, 3, 1, 1},   {64, 16, 8, 1, 1, 1},  {64, 8, 32, 1, 1, 1},
    {64, 32, 0, 3, 2, 1},  {32, 32, 16, 1, 1, 1},  {32, 16, 48, 1, 1, 2}, {32, 48, 0, 3, 1, 1},
    {32, 48, 16, 1, 1, 1}, {32, 48, 0, 7, 2, 1},   {16, 48, 24, 1, 1, 1}, {16, 24, 120, 1, 1, 2},
    {16, 120, 0, 3, 1, 1}, {16, 120, 24, 1, 1, 1}, {16, 120, 0, 3, 2, 1}, {8, 120, 40, 1, 1, 1},
    {8, 40, 160, 1, 1, 2}, {8, 160, 0, 7, 1, 1},   {8, 160, 40, 1, 1, 1}, {8, 160, 0, 5, 1, 1},
    {8, 160, 48, 1, 1, 1}, {8, 48, 144, 1, 1, 1},  {8, 144, 0, 3, 1, 1},  {8, 144, 48, 1, 1, 1},
    {8, 48, 192, 1, 1, 1}, {8, 192, 0, 3, 1, 1},   {8, 192, 48, 1, 1, 1}, {8, 48, 240, 1, 1, 1},
    {8, 240, 0, 7, 2, 1},  {4, 240, 96, 1, 1, 1},  {4, 96, 384, 1, 1, 2}, {4, 384, 0, 5, 1, 2},
    {4, 384, 96, 1, 1, 2}, {4, 96, 576, 1, 1, 1},  {4, 576, 0, 3, 1, 1},  {4, 576, 160, 1, 1, 1},
    {32, 16, 0, 0, 1, 1},  {16, 24, 0, 0, 1, 1},   {8, 40, 0, 0, 1, 1},   {8, 48, 0, 0, 1, 2},
    {4, 96, 0, 0, 1, 2},
};
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

static kl_conv_layer make_layer(const bench_shape *shape) {
    int32_t outputs = shape->outputs > 0 ? shape->outputs : shape->inputs;
    return bench_layer(shape->size, shape->inputs, outputs, shape->kernel, shape->stride,
                       multipliers, shifts);
}

static kl_add_layer make_addition(int32_t count) {
    kl_add_layer layer = {.count = count,
                          .left_zero_point = -3,
                          .left_multiplier = 1 << 30, // the larger scale, as TFLite has it
                          .right_zero_point = 5,
                          .right_multiplier = 1500000000,
                          .right_shift = -1,
                          .output_zero_point = -6,
                          .output_multiplier = 1300000000,
                          .output_shift = -18,
                          .activation_min = -128,
                          .activation_max = 127};
    return layer;
}

// Runs one layer between the markers, `rows` output rows at a time or all (0); false when the
// memory does not suffice.
static bool run(uint32_t index, int32_t rows, uint32_t *cycles) {
    kl_conv_layer layer = make_layer(&shapes[index]);
    bool addition = shapes[index].kernel == 0, depthwise = shapes[index].outputs == 0;
    int32_t taps = shapes[index].kernel * shapes[index].kernel * layer.input.channels, calls = 1;
    if (rows > 0 && rows < layer.output.height) {
        calls = (layer.output.height + rows - 1) / rows;
        layer.output.height = rows;
        layer.input.height =
            (rows - 1) * shapes[index].stride + (addition ? 1 : shapes[index].kernel);
        layer.window.pad_top = 0;
    }
    memory.used = 0;
    int8_t *data = bench_take(&memory, depthwise ? taps : taps * layer.output.channels);
    int8_t *input = bench_take(&memory, bench_elements(&layer.input));
    int8_t *output = bench_take(&memory, bench_elements(&layer.output));
    kl_weights weights = {data, 0, 0, 0};
    kl_add_layer sum = make_addition(bench_elements(&layer.output));
    void *scratch = bench_take(&memory, addition    ? 0
                                        : depthwise ? kl_depthwise_s8_scratch_bytes(&layer)
                                                    : kl_conv_s8_scratch_bytes(&layer, 0));
    if (!bench_fits(&memory))
        return false;
    bench_fill(&memory, memory.used);
    kl_step_begin(index);
    uint32_t start = kl_cycles();
    for (; calls > 0; calls--)
        if (addition)
            kl_add_s8(&sum, input, output, output);
        else if (depthwise)
            kl_depthwise_s8(&layer, input, &weights, bias, output, scratch);
        else
            kl_conv_s8(&layer, input, &weights, bias, output, scratch);
    *cycles = kl_cycles() - start;
    kl_step_end(index);
    return true;
}

static void put_number(const char *before, int32_t number) {
    kl_put(before);
    kl_put_unsigned((uint32_t)number);
}

static void put_shape(const bench_shape *shape) {
    if (shape->kernel == 0)
        kl_put("addition");
    else if (shape->outputs == 0)
        kl_put("depthwise ");
    else
        kl_put(shape->kernel == 1 ? "pointwise" : "conv ");
    if (shape->kernel > 1) {
        put_number("", shape->kernel);
        put_number("x", shape->kernel);
        put_number(" s", shape->stride);
    }
    put_number(", ", shape->size);
    put_number("x", shape->size);
    put_number("x", shape->inputs);
    if (shape->outputs > 0)
        put_number(" to ", shape->outputs);
}

int main(int argc, char **argv) {
    char line[128];
    uint32_t only = SHAPES, rows = 0;
    if (!kl_arguments(argc, argv, line, sizeof line))
        return 2;
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL) {
        uint32_t *option = strcmp(key, "only") == 0   ? &only
                           : strcmp(key, "rows") == 0 ? &rows
                                                      : NULL;
        if (option == NULL || !kl_parse_unsigned(value, option) || rows > 128) {
            kl_put("usage: forward-bench [only=N] [rows=0...128]\n");
            return 2;
        }
    }
    for (uint32_t c = 0; c < MAX_CHANNELS; c++) {
        multipliers[c] = (1 << 30) + (int32_t)c * 1500000;
        shifts[c] = -9;
    }
    kl_cycles_start();
    for (uint32_t i = 0; i < SHAPES; i++) {
        if (only < SHAPES && i != only)
            continue;
        kl_conv_layer layer = make_layer(&shapes[i]);
        int32_t macs = bench_elements(&layer.output) * shapes[i].kernel * shapes[i].kernel;
        if (shapes[i].outputs > 0)
            macs *= layer.input.channels;
        uint32_t cycles = 0;
        bool fits = run(i, (int32_t)rows, &cycles);
        put_number("", (int32_t)i);
        kl_put("\t");
        put_shape(&shapes[i]);
        put_number("\t", shapes[i].times);
        put_number(" times\t", macs);
        kl_put(" MAC\t");
        if (!fits) {
            kl_put("not enough memory\n");
            return 1;
        }
        kl_put_unsigned(cycles);
        kl_put(" cycles\n");
    }
    return 0;
}
