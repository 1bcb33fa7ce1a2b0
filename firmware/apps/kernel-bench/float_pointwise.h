// SPDX-License-Identifier: Apache-2.0
/// The gradients of a 1x1 convolution in single precision, to compare number formats by: nothing
/// else calls them. int8 weights and inputs, as in training; each multiply-accumulate is one VFMA.
#ifndef KINGLET_KERNEL_BENCH_FLOAT_POINTWISE_H
#define KINGLET_KERNEL_BENCH_FLOAT_POINTWISE_H

#include "kinglet/types.h"

/// Bytes of scratch memory for either.
int32_t float_pointwise_scratch_bytes(const kl_conv_layer *layer);

/// input_gradient [pixels][inputs] = output_gradient [pixels][outputs] times the real weights.
/// Input channels are a multiple of 4, pixels of 2.
void float_pointwise_input_gradient(const kl_conv_layer *layer, const int8_t *weights,
                                    const float *weight_scales, const float *output_gradient,
                                    float *input_gradient, void *scratch);

/// sums [outputs][inputs] = output_gradient times the inputs less the zero point.
/// Input channels are a multiple of 4, output channels of 2.
void float_pointwise_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                     const float *output_gradient, float *sums, void *scratch);

#endif
