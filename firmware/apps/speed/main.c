// SPDX-License-Identifier: Apache-2.0

// Work for `make bench`: `work=forward`, `store`, `float` or `branches`, `rounds=N` times, and at
// the end a checksum that every simulator must print alike. Nothing in it depends on time.

#include "apps/kernel-bench/float_pointwise.h"

#include "kinglet/kinglet.h"

#include "runtime/arguments.h"
#include "runtime/text.h"

#include <string.h>

enum { MEMORY = 160 * 1024, MOST_CHANNELS = 144, WORDS = 1024, KEYS = 512 };

static uint8_t memory[MEMORY] __attribute__((aligned(8)));
static int32_t multipliers[MOST_CHANNELS], bias[MOST_CHANNELS];
static int8_t shifts[MOST_CHANNELS];
static float scales[MOST_CHANNELS];
static uint32_t random_state = 1;

static uint32_t next_random(void) {
    random_state = random_state * 1664525U + 1013904223U;
    return random_state >> 8;
}

static kl_conv_layer make_layer(int32_t size, int32_t inputs, int32_t outputs, int32_t kernel) {
    int32_t pad = kernel / 2;
    kl_conv_layer layer = {{size, size, inputs},
                           {size, size, outputs},
                           {kernel, kernel, 1, 1, pad, pad},
                           -3,
                           -128,
                           -128,
                           127,
                           multipliers,
                           shifts};
    return layer;
}

// An inverted bottleneck's three convolutions: pointwise, depthwise, pointwise.
static void forward(void) {
    const kl_conv_layer expand = make_layer(16, 24, 96, 1), deep = make_layer(16, 96, 96, 3),
                        project = make_layer(16, 96, 24, 1);
    int8_t *narrow = (int8_t *)memory, *wide = narrow + 16 * 16 * 24;
    int8_t *deeper = wide + 16 * 16 * 96, *data = deeper + 16 * 16 * 96;
    void *scratch = data + 24 * 96;
    const kl_weights weights = {data, 0, 0, 0};
    kl_conv_s8(&expand, narrow, &weights, bias, wide, scratch);
    kl_depthwise_s8(&deep, wide, &weights, bias, deeper, scratch);
    kl_conv_s8(&project, deeper, &weights, bias, narrow, scratch);
}

// Gradients added up and weights updated from them: words, halfwords and bytes, each one stored.
static void store(void) {
    int32_t *gradients = (int32_t *)memory;
    int16_t *residuals = (int16_t *)(gradients + WORDS);
    int8_t *weights = (int8_t *)(residuals + WORDS);
    for (int32_t sample = 0; sample < 8; sample++) {
        int32_t error = (int32_t)(next_random() & 255) - 128;
        for (int32_t i = 0; i < WORDS; i++)
            gradients[i] += error * weights[i];
    }
    for (int32_t i = 0; i < WORDS; i++) {
        int32_t step = gradients[i] + residuals[i];
        residuals[i] = (int16_t)(step & 1023);
        weights[i] = (int8_t)(weights[i] - (step >> 10));
        gradients[i] = 0;
    }
}

// At most a half, so that no round leaves the range of float.
static float bounded(float value) {
    return value / (1.0F + value * value);
}

// A pointwise convolution's two gradients in single precision.
static void floating(void) {
    const kl_conv_layer layer = make_layer(8, 48, 24, 1);
    float *outputs = (float *)memory, *inputs = outputs + 8 * 8 * 24;
    float *sums = inputs + 8 * 8 * 48;
    void *scratch = sums + 24 * 48;
    int8_t *data = (int8_t *)memory + 120 * 1024;
    float_pointwise_input_gradient(&layer, data, scales, outputs, inputs, scratch);
    float_pointwise_weight_gradient(&layer, data, outputs, sums, scratch);
    for (int32_t i = 0; i < 8 * 8 * 24; i++)
        outputs[i] = outputs[i] * 0.5F + bounded(sums[i % (24 * 48)]) + bounded(inputs[i]);
}

static uint32_t check(uint32_t sum, uint32_t value) {
    sum ^= value;
    for (int32_t bit = 0; bit < 8; bit++)
        sum = sum & 1 ? sum >> 1 ^ 0xEDB88320U : sum >> 1;
    return sum;
}

// Ordinary C whose branches and conditions depend on its data: a sort, a search, a CRC.
static void branches(void) {
    int32_t *keys = (int32_t *)memory, *heap = keys + KEYS;
    int32_t count = 0;
    for (int32_t i = 0; i < KEYS; i++) {
        int32_t key = (int32_t)(next_random() & 0xFFFF), at = count++;
        while (at > 0 && heap[(at - 1) / 2] > key) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = key;
    }
    for (int32_t i = 0; i < KEYS; i++) {
        keys[i] = heap[0];
        int32_t last = heap[--count], at = 0;
        for (int32_t child; (child = 2 * at + 1) < count; at = child) {
            if (child + 1 < count && heap[child + 1] < heap[child])
                child++;
            if (last <= heap[child])
                break;
            heap[at] = heap[child];
        }
        heap[at] = last;
    }
    for (int32_t i = 0; i < KEYS; i++) {
        int32_t wanted = (int32_t)(next_random() & 0xFFFF), low = 0, high = KEYS;
        while (low < high) {
            int32_t middle = (low + high) / 2;
            if (keys[middle] < wanted)
                low = middle + 1;
            else
                high = middle;
        }
        bias[i % MOST_CHANNELS] = (int32_t)check((uint32_t)low, (uint32_t)wanted);
    }
}

static const struct {
    const char *name;
    void (*run)(void);
} works[] = {{"forward", forward}, {"store", store}, {"float", floating}, {"branches", branches}};

int main(int argc, char **argv) {
    char line[64];
    uint32_t rounds = 1;
    void (*run)(void) = NULL;
    bool understood = kl_arguments(argc, argv, line, sizeof line);
    char *cursor = line;
    const char *key, *value;
    while (understood && (key = kl_next_argument(&cursor, &value)) != NULL) {
        if (strcmp(key, "work") == 0 && value)
            for (uint32_t i = 0; i < sizeof works / sizeof works[0]; i++)
                run = strcmp(value, works[i].name) == 0 ? works[i].run : run;
        else
            understood = strcmp(key, "rounds") == 0 && kl_parse_unsigned(value, &rounds);
    }
    if (!understood || !run) {
        kl_put("usage: speed work=forward|store|float|branches [rounds=N]\n");
        return 2;
    }
    for (int32_t c = 0; c < MOST_CHANNELS; c++) {
        multipliers[c] = (1 << 30) + c * 3000000;
        shifts[c] = -9;
        scales[c] = 0.01F + (float)c * 1e-4F;
    }
    for (uint32_t i = 0; i < MEMORY; i++)
        memory[i] = (uint8_t)next_random();
    if (run == floating)
        for (int32_t i = 0; i < 8 * 8 * 24; i++)
            ((float *)memory)[i] = (float)(int8_t)next_random();
    while (rounds-- > 0)
        run();
    uint32_t sum = ~0U;
    for (uint32_t i = 0; i < MEMORY; i++)
        sum = check(sum, memory[i]);
    kl_put("checksum ");
    kl_put_unsigned(sum);
    kl_put("\n");
    return 0;
}
