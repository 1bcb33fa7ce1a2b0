// SPDX-License-Identifier: Apache-2.0
/// Backward kernels: gradients in block floating point, exact integer sums.
///
/// A result depends only on exact sums, never on the order of adding: products are summed in
/// integers, the output's exponent is the smallest that holds its largest sum, and bits that do
/// not fit are jammed (the last kept bit becomes 1 when any dropped bit is), which has no bias
/// and composes: dropping a bits and then b bits equals dropping a + b.
#ifndef KINGLET_BACKWARD_H
#define KINGLET_BACKWARD_H

#include "kinglet/types.h"

/// Sets elements whose mask bit is 0 to 0, in place (mask of kl_clamp_mask_s8). Every layer's
/// output gradient is masked before the other functions here use it, the classifier's included.
void kl_gradient_apply_mask(kl_gradient *gradient, int32_t count, const uint8_t *mask);

/// The listed channels of every pixel, [pixels][count], with the same exponent: what the weight
/// gradient of a depthwise layer reads where only these channels are trained.
void kl_select_channels_gradient(const kl_gradient *gradient, int32_t pixels, int32_t channels,
                                 const uint16_t *selected, int32_t count, kl_gradient *output);

/// accumulator += addend, where a tensor feeds two consumers. Both keep their own buffers.
void kl_gradient_add(kl_gradient *accumulator, const kl_gradient *addend, int32_t count);

/// Rounds `count` floats to block floating point (data must be set, exponent is written).
void kl_gradient_from_float(const float *values, int32_t count, kl_gradient *gradient);

/// Bytes of scratch for kl_conv_input_gradient.
int32_t kl_conv_input_gradient_scratch_bytes(const kl_conv_layer *layer);

/// Gradient at a convolution's input from the masked gradient at its output; `weight_scales` are
/// s_w per output channel. input_gradient->data must not overlap output_gradient->data.
void kl_conv_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                            const float *weight_scales, const kl_gradient *output_gradient,
                            kl_gradient *input_gradient, void *scratch);

/// Bytes of scratch for kl_fully_connected_input_gradient.
int32_t kl_fully_connected_input_gradient_scratch_bytes(const kl_conv_layer *layer);

/// As kl_conv_input_gradient, for one pixel: no repacking of the weights.
void kl_fully_connected_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                                       const float *weight_scales,
                                       const kl_gradient *output_gradient,
                                       kl_gradient *input_gradient, void *scratch);

/// Bytes of scratch for kl_depthwise_input_gradient: one padded channel of the gradient, or two
/// channels of maps up to 4x4.
int32_t kl_depthwise_input_gradient_scratch_bytes(const kl_conv_layer *layer);

/// As kl_conv_input_gradient, for a depthwise convolution. The two buffers may begin at the same
/// place, whatever their shapes: a channel's gradient is copied before anything is written over it.
void kl_depthwise_input_gradient(const kl_conv_layer *layer, const kl_weights *weights,
                                 const float *weight_scales, const kl_gradient *output_gradient,
                                 kl_gradient *input_gradient, void *scratch);

/// Gradient at an average pooling's input; also for kl_mean_s8 (one window over the whole input).
/// The two buffers must not overlap; nor for maximum pooling.
void kl_average_pool_input_gradient(const kl_pool_layer *layer, const kl_gradient *output_gradient,
                                    kl_gradient *input_gradient);

/// Gradient at a maximum pooling's input; the first maximum of a window takes its gradient.
void kl_max_pool_input_gradient(const kl_pool_layer *layer, const int8_t *input,
                                const kl_gradient *output_gradient, kl_gradient *input_gradient);

/// sums[c] = sum over pixels of the output gradient's mantissas; the exponent is the gradient's.
/// At most 2^18 pixels.
void kl_bias_gradient(const kl_gradient *output_gradient, int32_t pixels, int32_t channels,
                      int32_t *sums);

/// Bytes of scratch for the two weight gradient functions of convolutions below.
int32_t kl_conv_weight_gradient_scratch_bytes(const kl_conv_layer *layer);

/// sums[out][ky][kx][i] = sum of g * (x - input_zero_point) over the output's pixels, for the
/// `input_channels` channels that `input` holds ([pixels][input_channels]): all of the layer's or
/// those that kl_select_channels_s8 kept. Returns the exponent of the sums.
/// Also for fully connected layers.
int32_t kl_conv_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                int32_t input_channels, const kl_gradient *output_gradient,
                                int32_t *sums, void *scratch);

/// Bytes of scratch for the two weight gradient functions of depthwise convolutions.
int32_t kl_depthwise_weight_gradient_scratch_bytes(const kl_conv_layer *layer);

/// sums[ky][kx][c] = sum of g * (x - input_zero_point). Returns the exponent of the sums.
int32_t kl_depthwise_weight_gradient(const kl_conv_layer *layer, const int8_t *input,
                                     const kl_gradient *output_gradient, int32_t *sums,
                                     void *scratch);

#endif
