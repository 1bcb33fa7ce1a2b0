// SPDX-License-Identifier: Apache-2.0
#include "network.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// A stem, one inverted residual block on 8x8, one that halves to 4x4, and a head: 0.64 M
// multiply-accumulates an image. Outputs that are added or narrowed are linear.
static const struct Layer description[] = {
    {.name = "stem", .kind = CONVOLUTION, .input = 0, .channels = 16, .stride = 2, .relu = 1},
    {.name = "stem_depthwise", .kind = DEPTHWISE, .input = 1, .stride = 2, .relu = 1},
    {.name = "stem_project", .kind = POINTWISE, .input = 2, .channels = 32},
    {.name = "block1_expand", .kind = POINTWISE, .input = 3, .channels = 64, .relu = 1},
    {.name = "block1_depthwise", .kind = DEPTHWISE, .input = 4, .stride = 1, .relu = 1},
    {.name = "block1_project", .kind = POINTWISE, .input = 5, .channels = 32},
    {.name = "block1_add", .kind = ADD, .input = 3, .second = 6},
    {.name = "block2_expand", .kind = POINTWISE, .input = 7, .channels = 64, .relu = 1},
    {.name = "block2_depthwise", .kind = DEPTHWISE, .input = 8, .stride = 2, .relu = 1},
    {.name = "block2_project", .kind = POINTWISE, .input = 9, .channels = 48},
    {.name = "head", .kind = POINTWISE, .input = 10, .channels = 96, .relu = 1},
    {.name = "pool", .kind = MEAN, .input = 11},
    {.name = "classifier", .kind = DENSE, .input = 12, .channels = CLASSES},
};

int network_describe(struct Layer layers[MAXIMUM_LAYERS]) {
    const int count = sizeof description / sizeof description[0];
    for (int i = 0; i < count; i++)
        layers[i] = description[i];
    return count;
}

uint32_t random_next(uint32_t *state) {
    uint32_t x = *state; // xorshift32 (Marsaglia 2003)
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

static float *allocate(int count) {
    float *memory = calloc((size_t)count, sizeof(float));
    if (memory == NULL) {
        fprintf(stderr, "pretrain: out of memory\n");
        exit(1);
    }
    return memory;
}

static int elements(struct Shape shape) {
    return shape.height * shape.width * shape.channels;
}

static void resolve_shapes(struct Network *network) {
    struct Shape shapes[MAXIMUM_LAYERS + 1] = {{SIDE, SIDE, 1}};
    for (int i = 0; i < network->count; i++) {
        struct Layer *layer = &network->layers[i];
        struct Shape in = shapes[layer->input], out = in;
        switch (layer->kind) {
        case CONVOLUTION:
        case DEPTHWISE:
            out.height = (in.height - 1) / layer->stride + 1;
            out.width = (in.width - 1) / layer->stride + 1;
            if (layer->kind == CONVOLUTION)
                out.channels = layer->channels;
            layer->weight_count = 9 * (layer->kind == CONVOLUTION ? in.channels : 1) * out.channels;
            break;
        case POINTWISE:
        case DENSE:
            out.channels = layer->channels;
            layer->weight_count = in.channels * out.channels;
            break;
        case MEAN:
            out.height = out.width = 1;
            break;
        case ADD:
            break;
        }
        layer->in = in;
        layer->out = shapes[i + 1] = out;
        if (layer->weight_count > 0)
            network->parameter_count += layer->weight_count + out.channels;
    }
}

// Uniform with He's variance 2 / fan_in (1 / fan_in where no ReLU follows): the limit is
// sqrt(3 * variance).
static void draw_weights(const struct Layer *layer, uint32_t *state) {
    int fan_in = layer->in.channels;
    if (layer->kind == CONVOLUTION)
        fan_in *= 9;
    if (layer->kind == DEPTHWISE)
        fan_in = 9;
    const float limit = sqrtf((layer->relu ? 6.0f : 3.0f) / (float)fan_in);
    for (int i = 0; i < layer->weight_count; i++)
        layer->weights[i] = limit * ((float)(random_next(state) >> 8) * (1.0f / 8388608.0f) - 1.0f);
}

int network_tensor_size(const struct Network *network, int tensor) {
    return tensor == 0 ? elements(network->layers[0].in)
                       : elements(network->layers[tensor - 1].out);
}

void network_create(struct Network *network, uint32_t seed) {
    *network = (struct Network){.count = 0};
    network->count = network_describe(network->layers);
    resolve_shapes(network);
    network->parameters = allocate(network->parameter_count);
    network->parameter_gradients = allocate(network->parameter_count);
    int used = 0;
    for (int i = 0; i < network->count; i++) {
        struct Layer *layer = &network->layers[i];
        if (layer->weight_count == 0)
            continue;
        layer->weights = network->parameters + used;
        layer->weight_gradients = network->parameter_gradients + used;
        used += layer->weight_count;
        layer->biases = network->parameters + used;
        layer->bias_gradients = network->parameter_gradients + used;
        used += layer->out.channels;
        draw_weights(layer, &seed);
    }
    for (int i = 0; i <= network->count; i++) {
        network->tensors[i] = allocate(BATCH * network_tensor_size(network, i));
        network->gradients[i] = allocate(BATCH * network_tensor_size(network, i));
    }
}
