// SPDX-License-Identifier: Apache-2.0

// Runs each kernel once on a shape of the kind that networks for 128x128 images have, as one step
// each, and prints name, multiply-accumulates (or elements) and cycles; the run record has the
// instructions of each step. `only=N` runs the one kernel N.

#include "float_pointwise.h"

#include "apps/bench/bench.h"

#include "kinglet/kinglet.h"

#include "runtime/arguments.h"
#include "runtime/cycles.h"
#include "runtime/marker.h"
#include "runtime/text.h"

#include <string.h>

enum { MEMORY = 144 * 1024, MAX_CHANNELS = 256 };

static uint8_t bytes[MEMORY] __attribute__((aligned(8)));
static bench_memory memory = {bytes, MEMORY, 0};
static int32_t multipliers[MAX_CHANNELS], bias[MAX_CHANNELS];
static int8_t shifts[MAX_CHANNELS];
static float scales[MAX_CHANNELS];

typedef enum { FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT, UPDATE } operation;
typedef enum { CONVOLUTION, DEPTHWISE, FULLY_CONNECTED, FLOAT_POINTWISE } family;

typedef struct {
    const char *name;
    operation operation;
    family family;
    int32_t size; // height and width of the input
    int32_t inputs;
    int32_t outputs;
    int32_t kernel;
    int32_t stride;
} benchmark;

static const benchmark benchmarks[] = {
    {"conv 3x3 s2, 3 to 16", FORWARD, CONVOLUTION, 64, 3, 16, 3, 2},
    {"conv 3x3 s1, 32 to 32", FORWARD, CONVOLUTION, 16, 32, 32, 3, 1},
    {"pointwise, 48 to 96", FORWARD, CONVOLUTION, 16, 48, 96, 1, 1},
    {"pointwise, 144 to 48", FORWARD, CONVOLUTION, 8, 144, 48, 1, 1},
    {"depthwise 3x3 s1", FORWARD, DEPTHWISE, 16, 96, 96, 3, 1},
    {"depthwise 3x3 s2", FORWARD, DEPTHWISE, 16, 96, 96, 3, 2},
    {"depthwise 5x5 s1", FORWARD, DEPTHWISE, 16, 96, 96, 5, 1},
    {"depthwise 7x7 s1", FORWARD, DEPTHWISE, 8, 96, 96, 7, 1},
    {"fully connected, 160 to 10", FORWARD, FULLY_CONNECTED, 1, 160, 10, 1, 1},
    {"dX conv 3x3 s1, 32 to 32", INPUT_GRADIENT, CONVOLUTION, 16, 32, 32, 3, 1},
    {"dX conv 3x3 s2, 32 to 32", INPUT_GRADIENT, CONVOLUTION, 16, 32, 32, 3, 2},
    {"dX pointwise, 48 to 96", INPUT_GRADIENT, CONVOLUTION, 16, 48, 96, 1, 1},
    {"dX pointwise, 144 to 48", INPUT_GRADIENT, CONVOLUTION, 8, 144, 48, 1, 1},
    {"dX pointwise in fp32, 144 to 48", INPUT_GRADIENT, FLOAT_POINTWISE, 8, 144, 48, 1, 1},
    {"dX depthwise 3x3 s1", INPUT_GRADIENT, DEPTHWISE, 16, 96, 96, 3, 1},
    {"dX depthwise 3x3 s2", INPUT_GRADIENT, DEPTHWISE, 16, 96, 96, 3, 2},
    {"dX depthwise 5x5 s1", INPUT_GRADIENT, DEPTHWISE, 16, 96, 96, 5, 1},
    {"dX depthwise 7x7 s1", INPUT_GRADIENT, DEPTHWISE, 8, 96, 96, 7, 1},
    {"dX fully connected, 160 to 10", INPUT_GRADIENT, FULLY_CONNECTED, 1, 160, 10, 1, 1},
    {"dW conv 3x3 s1, 32 to 32", WEIGHT_GRADIENT, CONVOLUTION, 16, 32, 32, 3, 1},
    {"dW pointwise, 48 to 96", WEIGHT_GRADIENT, CONVOLUTION, 16, 48, 96, 1, 1},
    {"dW pointwise, 144 to 48", WEIGHT_GRADIENT, CONVOLUTION, 8, 144, 48, 1, 1},
    {"dW pointwise 4x4, 160 to 48", WEIGHT_GRADIENT, CONVOLUTION, 4, 160, 48, 1, 1},
    {"dW pointwise in fp32, 144 to 48", WEIGHT_GRADIENT, FLOAT_POINTWISE, 8, 144, 48, 1, 1},
    {"dW depthwise 3x3 s1", WEIGHT_GRADIENT, DEPTHWISE, 16, 96, 96, 3, 1},
    {"dW depthwise 3x3 s2", WEIGHT_GRADIENT, DEPTHWISE, 16, 96, 96, 3, 2},
    {"dW depthwise 7x7 s1", WEIGHT_GRADIENT, DEPTHWISE, 8, 96, 96, 7, 1},
    {"dW fully connected, 160 to 10", WEIGHT_GRADIENT, FULLY_CONNECTED, 1, 160, 10, 1, 1},
    {"dW + update pointwise, 144 to 48", UPDATE, CONVOLUTION, 8, 144, 48, 1, 1},
    {"dW + update fully connected, 160 to 10", UPDATE, FULLY_CONNECTED, 1, 160, 10, 1, 1},
};
enum { BENCHMARKS = sizeof benchmarks / sizeof benchmarks[0] };

static kl_conv_layer make_layer(const benchmark *bench) {
    return bench_layer(bench->size, bench->inputs, bench->outputs, bench->kernel, bench->stride,
                       multipliers, shifts);
}

// Runs one kernel between the markers; false when the memory does not suffice.
static bool run(uint32_t index, const benchmark *bench, uint32_t *cycles) {
    kl_conv_layer layer = make_layer(bench);
    int32_t inputs = bench_elements(&layer.input), outputs = bench_elements(&layer.output);
    int32_t weight_count = bench->kernel * bench->kernel * bench->inputs;
    if (bench->family != DEPTHWISE)
        weight_count *= bench->outputs;
    memory.used = 0;
    int8_t *weight_data = bench_take(&memory, weight_count), *input = bench_take(&memory, inputs);
    kl_weights weights = {weight_data, 0, 0, 0};
    int8_t *output = (int8_t *)bytes;
    kl_gradient gradient = {0, -10}, result = {0, 0};
    int32_t *sums = 0, scratch_bytes = 0;
    float *float_gradient = 0, *float_result = 0;
    bench_fill(&memory, MEMORY);
    if (bench->operation == FORWARD) {
        output = bench_take(&memory, outputs);
        scratch_bytes = bench->family == DEPTHWISE ? kl_depthwise_s8_scratch_bytes(&layer)
                        : bench->family == FULLY_CONNECTED
                            ? kl_fully_connected_s8_scratch_bytes(&layer, 0)
                            : kl_conv_s8_scratch_bytes(&layer, 0);
    } else if (bench->family == FLOAT_POINTWISE) {
        bool input_side = bench->operation == INPUT_GRADIENT;
        float_gradient = bench_take(&memory, outputs * (int32_t)sizeof(float));
        for (int32_t i = 0; i < outputs && bench_fits(&memory); i++)
            float_gradient[i] = (float)output[i % 1024];
        float_result =
            bench_take(&memory, (input_side ? inputs : weight_count) * (int32_t)sizeof(float));
        scratch_bytes = float_pointwise_scratch_bytes(&layer);
    } else {
        gradient.data = bench_take(&memory, outputs * (int32_t)sizeof(kl_grad));
        for (int32_t i = 0; i < outputs && bench_fits(&memory); i++)
            gradient.data[i] = (kl_grad)(output[i % 1024] * (KL_GRADIENT_MAX / 128));
        if (bench->operation == INPUT_GRADIENT)
            result.data = bench_take(&memory, inputs * (int32_t)sizeof(kl_grad));
        if (bench->operation == WEIGHT_GRADIENT)
            sums = bench_take(&memory, weight_count * 4);
        bool input_side = bench->operation == INPUT_GRADIENT;
        scratch_bytes = bench->family == DEPTHWISE
                            ? (input_side ? kl_depthwise_input_gradient_scratch_bytes(&layer)
                                          : kl_depthwise_weight_gradient_scratch_bytes(&layer))
                        : !input_side ? kl_conv_weight_gradient_scratch_bytes(&layer)
                        : bench->family == FULLY_CONNECTED
                            ? kl_fully_connected_input_gradient_scratch_bytes(&layer)
                            : kl_conv_input_gradient_scratch_bytes(&layer);
    }
    void *scratch = bench_take(&memory, scratch_bytes);
    if (!bench_fits(&memory))
        return false;
    kl_sgd sgd = {0.01F, KL_ROUND_NEAREST, KL_RESIDUAL_NONE, 1, 1, 0};
    kl_parameter_scales parameters = {scales, 0.02F};
    kl_step_begin(index);
    uint32_t start = kl_cycles();
    if (bench->operation == FORWARD && bench->family == DEPTHWISE)
        kl_depthwise_s8(&layer, input, &weights, bias, output, scratch);
    else if (bench->operation == FORWARD && bench->family == FULLY_CONNECTED)
        kl_fully_connected_s8(&layer, input, &weights, bias, output, scratch);
    else if (bench->operation == FORWARD)
        kl_conv_s8(&layer, input, &weights, bias, output, scratch);
    else if (bench->operation == INPUT_GRADIENT && bench->family == FLOAT_POINTWISE)
        float_pointwise_input_gradient(&layer, weight_data, scales, float_gradient, float_result,
                                       scratch);
    else if (bench->family == FLOAT_POINTWISE)
        float_pointwise_weight_gradient(&layer, input, float_gradient, float_result, scratch);
    else if (bench->operation == INPUT_GRADIENT && bench->family == DEPTHWISE)
        kl_depthwise_input_gradient(&layer, &weights, scales, &gradient, &result, scratch);
    else if (bench->operation == INPUT_GRADIENT && bench->family == FULLY_CONNECTED)
        kl_fully_connected_input_gradient(&layer, &weights, scales, &gradient, &result, scratch);
    else if (bench->operation == INPUT_GRADIENT)
        kl_conv_input_gradient(&layer, &weights, scales, &gradient, &result, scratch);
    else if (bench->operation == WEIGHT_GRADIENT && bench->family == DEPTHWISE)
        kl_depthwise_weight_gradient(&layer, input, &gradient, sums, scratch);
    else if (bench->operation == WEIGHT_GRADIENT)
        kl_conv_weight_gradient(&layer, input, bench->inputs, &gradient, sums, scratch);
    else
        kl_conv_update_weights(&layer, input, bench->inputs, &gradient, &sgd, &parameters,
                               weight_data, 0, scratch);
    *cycles = kl_cycles() - start;
    kl_step_end(index);
    return true;
}

int main(int argc, char **argv) {
    char line[128];
    uint32_t only = BENCHMARKS;
    if (!kl_arguments(argc, argv, line, sizeof line))
        return 2;
    char *cursor = line;
    const char *key, *value;
    while ((key = kl_next_argument(&cursor, &value)) != NULL)
        if (strcmp(key, "only") != 0 || !kl_parse_unsigned(value, &only)) {
            kl_put("usage: kernel-bench [only=N]\n");
            return 2;
        }
    for (uint32_t c = 0; c < MAX_CHANNELS; c++) {
        multipliers[c] = (1 << 30) + (int32_t)c * 3000000;
        shifts[c] = -9;
        scales[c] = 0.01F + (float)c * 1e-4F;
    }
    kl_cycles_start();
    for (uint32_t i = 0; i < BENCHMARKS; i++) {
        if (only < BENCHMARKS && i != only)
            continue;
        const benchmark *bench = &benchmarks[i];
        kl_conv_layer layer = make_layer(bench);
        uint32_t cycles = 0, macs = (uint32_t)bench_elements(&layer.output);
        macs *= (uint32_t)(bench->kernel * bench->kernel);
        if (bench->family != DEPTHWISE)
            macs *= (uint32_t)bench->inputs;
        if (!run(i, bench, &cycles)) {
            kl_put("not enough memory for ");
            kl_put(bench->name);
            kl_put("\n");
            return 1;
        }
        kl_put_unsigned(i);
        kl_put("\t");
        kl_put(bench->name);
        kl_put("\t");
        kl_put_unsigned(macs);
        kl_put(" MAC\t");
        kl_put_unsigned(cycles);
        kl_put(" cycles\n");
    }
    return 0;
}
