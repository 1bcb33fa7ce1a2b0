// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_QUANTISE_H
#define PRETRAIN_QUANTISE_H

#include "dataset.h"
#include "network.h"

// int8 form of a tensor: real = scale * (stored - zero_point).
struct TensorScale {
    float scale;
    int zero_point;
};

// A layer with weights, in TFLite's layout.
struct QuantisedLayer {
    int taps;        // 9 or 1
    int8_t *weights; // [out][taps][in], DEPTHWISE [taps][channel]
    int32_t *biases; // per output channel, scale s_x * s_w
    float *scales;   // s_w per output channel
};

// Finds each tensor's range over the first `images` images and its scale from that. Layers keep
// one scale through mean pooling. `scales` is indexed by tensor.
void calibrate(struct Network *network, const struct Dataset *dataset, int images,
               struct TensorScale scales[MAXIMUM_LAYERS + 1]);

// Per-channel symmetric weights (-127...127); ends the program when out of memory.
void quantise_layer(const struct Layer *layer, struct TensorScale input,
                    struct QuantisedLayer *quantised);

#endif
