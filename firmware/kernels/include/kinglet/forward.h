// SPDX-License-Identifier: Apache-2.0
/// Forward kernels: TFLite's int8 semantics, bit-exact with its reference kernels.
#ifndef KINGLET_FORWARD_H
#define KINGLET_FORWARD_H

#include "kinglet/types.h"

/// Bytes of scratch for kl_conv_s8, with `overlay_count` trained channels (0 without overlay).
int32_t kl_conv_s8_scratch_bytes(const kl_conv_layer *layer, int32_t overlay_count);

/// Convolution of any kernel, stride and padding; 1x1 kernels with stride 1 take a direct path.
void kl_conv_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                const int32_t *bias, int8_t *output, void *scratch);

/// Bytes of scratch for kl_depthwise_s8: the weights of one channel, sums of a few rows, and padded
/// planes of four channels in 16 bits, whole or, beyond 4 KB, in bands of rows.
int32_t kl_depthwise_s8_scratch_bytes(const kl_conv_layer *layer);

/// Depthwise convolution. `output` may be `input` when it has no more pixels than that: outputs are
/// written where all that a channel still needs was read.
void kl_depthwise_s8(const kl_conv_layer *layer, const int8_t *input, const kl_weights *weights,
                     const int32_t *bias, int8_t *output, void *scratch);

/// Bytes of scratch for kl_fully_connected_s8.
int32_t kl_fully_connected_s8_scratch_bytes(const kl_conv_layer *layer, int32_t overlay_count);

/// Fully connected layer on input.channels features. Sums are rounded once, as by LiteRT 2.3's
/// reference kernel; older TFLite and TFLite Micro round them twice.
void kl_fully_connected_s8(const kl_conv_layer *layer, const int8_t *input,
                           const kl_weights *weights, const int32_t *bias, int8_t *output,
                           void *scratch);

/// Average pooling: the sum over the window's part inside the input, divided by that part's size,
/// rounding half away from zero (TFLite AVERAGE_POOL_2D).
void kl_average_pool_s8(const kl_pool_layer *layer, const int8_t *input, int8_t *output);

/// Maximum pooling over the window's part inside the input.
void kl_max_pool_s8(const kl_pool_layer *layer, const int8_t *input, int8_t *output);

/// Mean over height and width with requantisation (TFLite MEAN over axes 1 and 2): the sum of
/// (x - input_zero_point) is requantised by multiplier and shift, which include 1 / (h * w).
void kl_mean_s8(const kl_shape *shape, const int8_t *input, int32_t input_zero_point,
                int32_t output_zero_point, int32_t multiplier, int32_t shift, int8_t *output);

/// Quantised addition (TFLite ADD). Inputs are raised by 20 bits, rescaled, added and rescaled;
/// multipliers and shifts are those that TFLite's preparation gives (left_shift 20, shifts <= 0).
typedef struct {
    int32_t count; ///< elements
    int32_t left_zero_point;
    int32_t left_multiplier;
    int32_t left_shift;
    int32_t right_zero_point;
    int32_t right_multiplier;
    int32_t right_shift;
    int32_t output_zero_point;
    int32_t output_multiplier;
    int32_t output_shift;
    int32_t activation_min;
    int32_t activation_max;
} kl_add_layer;

/// `output` may be either input.
void kl_add_s8(const kl_add_layer *layer, const int8_t *left, const int8_t *right, int8_t *output);

/// Change of scale and zero point, with limits (TFLite QUANTIZE from int8 to int8, RELU and RELU6
/// on their own).
typedef struct {
    int32_t input_zero_point;
    int32_t output_zero_point;
    int32_t multiplier; ///< 0 or 2^30...2^31-1
    int32_t shift;      ///< -31...22
    int32_t activation_min;
    int32_t activation_max;
} kl_requantize_layer;

/// output[i] = clamp(requantize(input[i] - input_zero_point) + output_zero_point), rounded twice.
/// `output` may be `input`.
void kl_requantize_s8(const kl_requantize_layer *layer, const int8_t *input, int32_t count,
                      int8_t *output);

/// Elements around a tensor (TFLite PAD); what is below, to the right and behind the channels
/// follows from the output's shape.
typedef struct {
    kl_shape input;
    kl_shape output;
    int32_t top;
    int32_t left;
    int32_t channels_before;
    int32_t value; ///< of the new elements: the zero point
} kl_pad_layer;

/// The two must not overlap.
void kl_pad_s8(const kl_pad_layer *layer, const int8_t *input, int8_t *output);

/// Bytes of a mask for `count` elements.
int32_t kl_clamp_mask_bytes(int32_t count);

/// Writes one bit per element of a layer's output: 1 where minimum < value < maximum, so that the
/// gradient passes. Element i is bit i % 8 (from the least significant) of byte i / 8; spare bits
/// are 0. A value at a limit counts as clamped: after rounding the two cannot be told apart, and
/// the derivative of ReLU at 0 is taken as 0.
void kl_clamp_mask_s8(const int8_t *values, int32_t count, int32_t minimum, int32_t maximum,
                      uint8_t *mask);

/// Copies the listed channels of every pixel: the part of an activation that a sparse update
/// keeps for its weight gradient. output is [pixels][count].
void kl_select_channels_s8(const int8_t *input, int32_t pixels, int32_t channels,
                           const uint16_t *selected, int32_t count, int8_t *output);

#endif
