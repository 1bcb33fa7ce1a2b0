// SPDX-License-Identifier: Apache-2.0
/// The gradient at some of a convolution's input channels.
#ifndef KINGLET_CONVOLUTION_INPUT_GRADIENT_H
#define KINGLET_CONVOLUTION_INPUT_GRADIENT_H

#include "kinglet/backward.h"

/// Neighbouring input channels, `first` a multiple of 4.
typedef struct {
    int32_t first;
    int32_t count;
} kl_input_channels;

/// As kl_conv_input_gradient, of these channels: input_gradient is [pixels][channels.count].
void kl_conv_input_gradient_of(const kl_conv_layer *layer, const kl_weights *weights,
                               const float *weight_scales, const kl_gradient *output_gradient,
                               kl_input_channels channels, kl_gradient *input_gradient,
                               void *scratch);

#endif
