// SPDX-License-Identifier: Apache-2.0
#include "quantise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// Only functions whose results are exact are used here (round, fabsf): the same bits everywhere.

static void widen_range(const float *values, int count, float *low, float *high) {
    for (int i = 0; i < count; i++) {
        if (values[i] < *low)
            *low = values[i];
        if (values[i] > *high)
            *high = values[i];
    }
}

// Room above what the upright images need: another sensor and training move activations, and
// training makes logits grow.
static float headroom(const struct Layer *layer) {
    return layer->kind == DENSE ? 2.0f : 1.25f;
}

void calibrate(struct Network *network, const struct Dataset *dataset, int images,
               struct TensorScale scales[MAXIMUM_LAYERS + 1]) {
    float low[MAXIMUM_LAYERS + 1] = {0}, high[MAXIMUM_LAYERS + 1] = {0};
    for (int first = 0; first + BATCH <= images; first += BATCH) {
        for (int i = 0; i < BATCH; i++)
            dataset_image(dataset, first + i, network->tensors[0] + i * SIDE * SIDE);
        network_forward(network, BATCH);
        for (int i = 1; i <= network->count; i++)
            widen_range(network->tensors[i], BATCH * network_tensor_size(network, i), &low[i],
                        &high[i]);
    }
    scales[0] = (struct TensorScale){1.0f / 255.0f, -128};
    for (int i = 1; i <= network->count; i++) {
        const struct Layer *layer = &network->layers[i - 1];
        if (layer->kind == MEAN) {
            scales[i] = scales[layer->input];
            continue;
        }
        const float scale = (high[i] - low[i]) * headroom(layer) / 255.0f;
        const float zero_point = roundf(-128.0f - low[i] * headroom(layer) / scale);
        scales[i] = (struct TensorScale){scale, (int)zero_point};
    }
}

static void *allocate(int count, size_t size) {
    void *memory = calloc((size_t)count, size);
    if (memory == NULL) {
        fprintf(stderr, "pretrain: out of memory\n");
        exit(1);
    }
    return memory;
}

// Where weight (tap, in, out) is in the float layer, and in TFLite's layout.
static int float_index(const struct Layer *layer, int tap, int in, int out) {
    const int inputs = layer->kind == DEPTHWISE ? 1 : layer->in.channels;
    return (tap * inputs + in) * layer->out.channels + out;
}

static int stored_index(const struct Layer *layer, int taps, int tap, int in, int out) {
    return layer->kind == DEPTHWISE ? tap * layer->out.channels + out
                                    : (out * taps + tap) * layer->in.channels + in;
}

void quantise_layer(const struct Layer *layer, struct TensorScale input,
                    struct QuantisedLayer *quantised) {
    const int channels = layer->out.channels;
    const int taps = layer->kind == POINTWISE || layer->kind == DENSE ? 1 : 9;
    const int inputs = layer->kind == DEPTHWISE ? 1 : layer->in.channels;
    const float smallest = 1e-4f; // keeps the scale of a dead channel from vanishing
    quantised->taps = taps;
    quantised->weights = allocate(layer->weight_count, sizeof(int8_t));
    quantised->biases = allocate(channels, sizeof(int32_t));
    quantised->scales = allocate(channels, sizeof(float));
    for (int out = 0; out < channels; out++) {
        float largest = smallest;
        for (int tap = 0; tap < taps; tap++)
            for (int in = 0; in < inputs; in++)
                largest = fmaxf(largest, fabsf(layer->weights[float_index(layer, tap, in, out)]));
        const float scale = largest / 127.0f;
        for (int tap = 0; tap < taps; tap++)
            for (int in = 0; in < inputs; in++)
                quantised->weights[stored_index(layer, taps, tap, in, out)] =
                    (int8_t)roundf(layer->weights[float_index(layer, tap, in, out)] / scale);
        quantised->scales[out] = scale;
        quantised->biases[out] =
            (int32_t)round((double)layer->biases[out] / ((double)input.scale * (double)scale));
    }
}
