// SPDX-License-Identifier: Apache-2.0
#include "slices.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

// The layers of which the sparse scheme trains a part of the weights: pointwise layers and the
// divisor of their input channels. Layers that it trains whole need no slice.
static const struct {
    const char *layer;
    int divisor;
} slices[] = {
    {"block1_expand", 2},
    {"block1_project", 4},
    {"block2_project", 2},
};

int slice_channels(const struct Layer *layer) {
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++)
        if (strcmp(slices[i].layer, layer->name) == 0)
            return layer->in.channels / slices[i].divisor;
    return 0;
}

void choose_channels(const struct Layer *layer, int count, int chosen[MAXIMUM_CHANNELS]) {
    float sums[MAXIMUM_CHANNELS];
    for (int in = 0; in < layer->in.channels; in++) {
        sums[in] = 0;
        for (int out = 0; out < layer->out.channels; out++)
            sums[in] += fabsf(layer->weights[in * layer->out.channels + out]);
    }
    int used = 0;
    for (int in = 0; in < layer->in.channels; in++) {
        // A channel is chosen when fewer than `count` are larger, or as large and earlier.
        int before = 0;
        for (int other = 0; other < layer->in.channels; other++)
            before += sums[other] > sums[in] || (sums[other] == sums[in] && other < in);
        if (before < count)
            chosen[used++] = in;
    }
}
