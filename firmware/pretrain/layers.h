// SPDX-License-Identifier: Apache-2.0
#ifndef PRETRAIN_LAYERS_H
#define PRETRAIN_LAYERS_H

// One layer at a time, for a batch. Forward functions write the layer's output before ReLU;
// backward functions take the gradient at the output (after ReLU's mask), set the parameters'
// gradients and, unless `input_gradient` is null, add to the gradient at the input.

#include "network.h"

void convolution_forward(const struct Layer *layer, int images, const float *input, float *output);
void convolution_backward(const struct Layer *layer, int images, const float *input,
                          const float *output_gradient);

void depthwise_forward(const struct Layer *layer, int images, const float *input, float *output);
void depthwise_backward(const struct Layer *layer, int images, const float *input,
                        const float *output_gradient, float *input_gradient);

// Also DENSE, which is a pointwise layer over one pixel.
void pointwise_forward(const struct Layer *layer, int images, const float *input, float *output);
void pointwise_backward(const struct Layer *layer, int images, const float *input,
                        const float *output_gradient, float *input_gradient);

void mean_forward(const struct Layer *layer, int images, const float *input, float *output);
void mean_backward(const struct Layer *layer, int images, const float *output_gradient,
                   float *input_gradient);

#endif
