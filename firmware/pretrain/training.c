// SPDX-License-Identifier: Apache-2.0
#include "training.h"

#include "matrix.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// e^x for x <= 0, the same bits everywhere: 2^n times a polynomial on [-ln2/2, ln2/2].
static float exponential(float x) {
    if (x < -80.0f)
        return 0.0f;
    const float n = floorf(x * 1.44269504f + 0.5f);
    const float r = x - n * 0.693359375f + n * 2.12194440e-4f; // ln 2 in two parts
    float p = 1.0f / 720.0f;
    p = p * r + 1.0f / 120.0f;
    p = p * r + 1.0f / 24.0f;
    p = p * r + 1.0f / 6.0f;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return ldexpf(p, (int)n);
}

static void load_batch(struct Network *network, const struct Dataset *dataset, const int *order,
                       int images) {
    for (int i = 0; i < images; i++)
        dataset_image(dataset, order[i], network->tensors[0] + i * SIDE * SIDE);
}

static int largest(const float *values) {
    int best = 0;
    for (int c = 1; c < CLASSES; c++)
        if (values[c] > values[best])
            best = c;
    return best;
}

// Softmax cross-entropy: sets the gradient at the logits; returns how many images were right.
static int loss_gradient(struct Network *network, const struct Dataset *dataset, const int *order,
                         int images) {
    int right = 0;
    for (int i = 0; i < images; i++) {
        const float *logits = network->tensors[network->count] + i * CLASSES;
        float *gradient = network->gradients[network->count] + i * CLASSES;
        const int best = largest(logits), label = dataset->labels[order[i]];
        float sum = 0;
        for (int c = 0; c < CLASSES; c++)
            sum += gradient[c] = exponential(logits[c] - logits[best]);
        for (int c = 0; c < CLASSES; c++)
            gradient[c] = (gradient[c] / sum - (c == label ? 1.0f : 0.0f)) / (float)images;
        right += best == label;
    }
    return right;
}

// Adam (Kingma and Ba 2015) with its usual constants.
struct Adam {
    float *mean, *square;
    float mean_power, square_power;
};

VECTORISED static void adam_step(struct Adam *adam, struct Network *network, float rate) {
    const float b1 = 0.9f, b2 = 0.999f;
    adam->mean_power *= b1;
    adam->square_power *= b2;
    const float correction = sqrtf(1.0f - adam->square_power) / (1.0f - adam->mean_power);
    for (int i = 0; i < network->parameter_count; i++) {
        const float g = network->parameter_gradients[i];
        adam->mean[i] = b1 * adam->mean[i] + (1.0f - b1) * g;
        adam->square[i] = b2 * adam->square[i] + (1.0f - b2) * g * g;
        network->parameters[i] -=
            rate * correction * adam->mean[i] / (sqrtf(adam->square[i]) + 1e-8f);
    }
}

static void shuffle(int *order, int count, uint32_t *state) {
    for (int i = count - 1; i > 0; i--) {
        const int j = (int)((uint64_t)random_next(state) * (uint64_t)(i + 1) >> 32);
        const int swapped = order[i];
        order[i] = order[j];
        order[j] = swapped;
    }
}

void train(struct Network *network, const struct Dataset *dataset, int epochs, uint32_t seed) {
    const float first_rate = 0.003f;
    const int batches = dataset->count / BATCH;
    struct Adam adam = {.mean_power = 1, .square_power = 1};
    adam.mean = calloc((size_t)network->parameter_count, sizeof(float));
    adam.square = calloc((size_t)network->parameter_count, sizeof(float));
    int *order = malloc((size_t)dataset->count * sizeof(int));
    if (adam.mean == NULL || adam.square == NULL || order == NULL) {
        fprintf(stderr, "pretrain: out of memory\n");
        exit(1);
    }
    for (int i = 0; i < dataset->count; i++)
        order[i] = i;
    for (int epoch = 0; epoch < epochs; epoch++) {
        shuffle(order, dataset->count, &seed);
        int right = 0;
        for (int b = 0; b < batches; b++) {
            load_batch(network, dataset, order + b * BATCH, BATCH);
            network_forward(network, BATCH);
            right += loss_gradient(network, dataset, order + b * BATCH, BATCH);
            network_backward(network, BATCH);
            const int done = epoch * batches + b;
            adam_step(&adam, network,
                      first_rate * (1.0f - (float)done / (float)(epochs * batches)));
        }
        fprintf(stderr, "epoch %d of %d: %.2f %% of the training images right\n", epoch + 1, epochs,
                100.0 * right / (batches * BATCH));
    }
    free(adam.mean);
    free(adam.square);
    free(order);
}

float accuracy(struct Network *network, const struct Dataset *dataset, int count) {
    int right = 0;
    for (int first = 0; first < count; first += BATCH) {
        const int images = count - first < BATCH ? count - first : BATCH;
        int order[BATCH];
        for (int i = 0; i < images; i++)
            order[i] = first + i;
        load_batch(network, dataset, order, images);
        network_forward(network, images);
        for (int i = 0; i < images; i++)
            right += largest(network->tensors[network->count] + i * CLASSES) ==
                     dataset->labels[first + i];
    }
    return (float)right / (float)count;
}
