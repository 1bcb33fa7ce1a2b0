// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_NETWORK_H
#define PRETRAIN_NETWORK_H

// The app's network in single precision: a list of layers over numbered tensors (tensor 0 is the
// image, tensor i + 1 the output of layer i), NHWC, trained in batches.

#include <stdint.h>

enum { SIDE = 32, CLASSES = 10, BATCH = 32, MAXIMUM_LAYERS = 16 };

enum Kind { CONVOLUTION, DEPTHWISE, POINTWISE, ADD, MEAN, DENSE };

struct Shape {
    int height, width, channels;
};

struct Layer {
    const char *name;
    enum Kind kind;
    int input;    // tensor
    int second;   // tensor; ADD only
    int channels; // of the output; CONVOLUTION, POINTWISE and DENSE
    int stride;   // CONVOLUTION and DEPTHWISE, whose kernels are 3x3 with one pixel of padding
    int relu;

    // Filled in by network_create.
    struct Shape in, out;
    int weight_count; // CONVOLUTION [9][in][out], POINTWISE and DENSE [in][out], DEPTHWISE [9][c]
    float *weights, *biases, *weight_gradients, *bias_gradients;
};

struct Network {
    int count;
    struct Layer layers[MAXIMUM_LAYERS];
    float *tensors[MAXIMUM_LAYERS + 1];
    float *gradients[MAXIMUM_LAYERS + 1];
    int parameter_count;
    float *parameters, *parameter_gradients; // all layers', one after another
};

// The layers of the app's network, without shapes; returns how many.
int network_describe(struct Layer layers[MAXIMUM_LAYERS]);

// Allocates the network and draws its weights from `seed`; ends the program when out of memory.
void network_create(struct Network *network, uint32_t seed);

// The number of elements of one image in a tensor.
int network_tensor_size(const struct Network *network, int tensor);

// Runs `images` (at most BATCH) images that are in tensor 0.
void network_forward(struct Network *network, int images);

// Sets all parameter gradients from the gradient of the last tensor.
void network_backward(struct Network *network, int images);

// A uniform number in [0, 2^32), from a state that is not 0.
uint32_t random_next(uint32_t *state);

#endif
