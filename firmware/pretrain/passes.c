// SPDX-License-Identifier: Apache-2.0

// Forward and backward passes over the layer list.

#include "layers.h"
#include "network.h"

#include <string.h>

void network_forward(struct Network *network, int images) {
    for (int i = 0; i < network->count; i++) {
        const struct Layer *layer = &network->layers[i];
        const float *input = network->tensors[layer->input];
        float *output = network->tensors[i + 1];
        const int count = images * network_tensor_size(network, i + 1);
        switch (layer->kind) {
        case CONVOLUTION:
            convolution_forward(layer, images, input, output);
            break;
        case DEPTHWISE:
            depthwise_forward(layer, images, input, output);
            break;
        case POINTWISE:
        case DENSE:
            pointwise_forward(layer, images, input, output);
            break;
        case MEAN:
            mean_forward(layer, images, input, output);
            break;
        case ADD:
            for (int j = 0; j < count; j++)
                output[j] = input[j] + network->tensors[layer->second][j];
            break;
        }
        if (layer->relu)
            for (int j = 0; j < count; j++)
                output[j] = output[j] > 0 ? output[j] : 0;
    }
}

void network_backward(struct Network *network, int images) {
    for (int i = 0; i < network->count; i++)
        memset(network->gradients[i], 0,
               (size_t)(images * network_tensor_size(network, i)) * sizeof(float));
    for (int i = network->count - 1; i >= 0; i--) {
        const struct Layer *layer = &network->layers[i];
        const float *input = network->tensors[layer->input];
        float *input_gradient = network->gradients[layer->input];
        float *output_gradient = network->gradients[i + 1];
        const int count = images * network_tensor_size(network, i + 1);
        if (layer->relu)
            for (int j = 0; j < count; j++)
                output_gradient[j] = network->tensors[i + 1][j] > 0 ? output_gradient[j] : 0;
        switch (layer->kind) {
        case CONVOLUTION:
            convolution_backward(layer, images, input, output_gradient);
            break;
        case DEPTHWISE:
            depthwise_backward(layer, images, input, output_gradient, input_gradient);
            break;
        case POINTWISE:
        case DENSE:
            pointwise_backward(layer, images, input, output_gradient, input_gradient);
            break;
        case MEAN:
            mean_backward(layer, images, output_gradient, input_gradient);
            break;
        case ADD:
            for (int j = 0; j < count; j++) {
                input_gradient[j] += output_gradient[j];
                network->gradients[layer->second][j] += output_gradient[j];
            }
            break;
        }
    }
}
